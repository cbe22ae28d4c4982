"""What stands around the tabs, → HTML in Chinese: the head, the login, a part that is closed, a rebuild. Pure."""

from collections.abc import Sequence

from index.build import Report
from ui.render import escape, paragraphs


def header_html(title: str, parts: Sequence[tuple[str, str]]) -> str:
    """The head of the public page, with links to the parts behind a login: (path, label)."""
    links = "".join(f'<a href="{escape(path)}">{escape(label)}</a>' for path, label in parts)
    return (
        f"<h1>{escape(title)}</h1><p>从政府规划与报告的原文中找答案,每句话都标明出处。</p>"
        f'<nav class="pq-parts" aria-label="其他部分">{links}</nav>'
    )


def part_header_html(title: str) -> str:
    """The head of a part behind a login."""
    return (
        f'<h1>{escape(title)}</h1><nav class="pq-parts" aria-label="其他部分"><a href="/">返回问答</a>'
        '<form method="post" action="/logout"><button type="submit">退出登录</button></form></nav>'
    )


def follow_ups_html() -> str:
    """The place of the follow-ups; answers.js fills it."""
    return '<div class="pq-follow" role="group" aria-label="可以接着问" hidden></div>'


def conversations_html() -> str:
    """The menu of the conversations that this browser keeps; conversations.js fills it."""
    return (
        '<details class="pq-menu"><summary>对话记录</summary><div class="pq-menu-body">'
        '<p class="pq-hint">对话只保存在您自己的浏览器里。</p>'
        '<p class="pq-exports"><button type="button" data-export="docx">导出本次对话 .docx</button>'
        '<button type="button" data-export="md">导出 .md</button></p><ul class="pq-kept"></ul></div></details>'
    )


def login_html(where: str, message: str) -> str:
    """The form; `where`: what is opened afterwards, `message`: what went wrong."""
    told = f'<div role="alert">{paragraphs(message)}</div>' if message else ""
    return _page(
        "登录",
        f'{told}<form method="post" action="/login"><input type="hidden" name="next" value="{escape(where)}">'
        '<p><label for="name">用户名</label><input id="name" name="name" autocomplete="username" required '
        "autofocus></p>"
        '<p><label for="password">密码</label><input id="password" name="password" type="password" '
        'autocomplete="current-password" required></p>'
        '<p><button type="submit">登录</button></p></form><p><a href="/">返回问答</a></p>',
    )


def closed_html(label: str, role: str, enabled: bool) -> str:
    """Why a part is not open: the account lacks the role, or there are no accounts at all and how to make one."""
    if enabled:
        told = f"<p>“{escape(label)}”需要{escape(role)}的账号,您现在的账号没有这个权限。</p>" + (
            '<form method="post" action="/logout"><p><button type="submit">退出登录,换一个账号</button></p></form>'
        )
    else:
        told = (
            f"<p>“{escape(label)}”需要{escape(role)}登录,但这里还没有设置账号,所以没有开放。开放的办法:</p>"
            "<ol><li>在服务器上运行 <code>python -m ui account 用户名 administrator</code>"
            "(评测员用 <code>evaluator</code>),输入密码;</li>"
            "<li>把它给出的一行存进一个文件,并设置 <code>PLANQA_ACCOUNTS_FILE=文件路径</code>"
            "(或把这一行放进环境变量 <code>PLANQA_ACCOUNTS</code>);</li><li>重新启动。</li></ol>"
        )
    return _page(label, f'{told}<p><a href="/">返回问答</a></p>')


def candidate_html(file: str, size_bytes: int, waiting: int) -> str:
    """What is about to be added."""
    more = f",之后还有 {waiting - 1} 份" if waiting > 1 else ""
    return (
        f"<p><strong>{escape(file)}</strong>({size_bytes:,} 字节{more})</p>"
        '<p class="pq-hint">下面是从文件中读到的信息,请核对;没有写明的留空。</p>'
    )


def pending_html(changes: Sequence[str], error: str) -> str:
    """What a rebuild would change."""
    if error:
        return f'<div role="alert">{paragraphs(f"文档目录中有问题:{error}")}</div>'
    if not changes:
        return '<p class="pq-hint">索引与文档目录一致。</p>'
    return f"<p>重建索引后会有这些变化:</p>{_list(changes)}"


def progress_html(done: int, total: int) -> str:
    """How far a rebuild is, in passages."""
    if not total:
        return '<p role="status">正在读取和切分文件…</p><progress aria-label="重建进度"></progress>'
    return (
        f'<p role="status">正在计算向量:{done} / {total} 段</p>'
        f'<progress aria-label="重建进度" value="{done}" max="{total}"></progress>'
    )


def report_html(report: Report, changes: Sequence[str]) -> str:
    """What a rebuild did."""
    told = (
        f"索引已重建:{report.documents} 份文件,{report.passages} 个段落,{report.sentences} 个句子;"
        f"新计算向量 {report.embedded} 段。"
    )
    return f'<p role="status">{told}</p>' + (_list(changes) if changes else '<p class="pq-hint">文件没有变化。</p>')


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escape(title)} · 规划问答</title>'
        '<link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


_STYLE = (
    ":root{color-scheme:light dark;--text:#1e293b;--back:#fff;--line:#64748b;--link:#1d4ed8}"
    "@media(prefers-color-scheme:dark){:root{--text:#e2e8f0;--back:#0f172a;--line:#94a3b8;--link:#93c5fd}}"
    "body{margin:0;background:var(--back);color:var(--text);font:16px/1.75 'PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC','Noto Sans SC',sans-serif}"
    "main{max-width:34rem;margin:8vh auto;padding:0 20px}h1{font-size:1.4rem}"
    "a{color:var(--link)}label{display:block;margin-bottom:6px}"
    "input{box-sizing:border-box;width:100%;padding:8px 10px;border:1px solid "
    "var(--line);border-radius:8px;background:transparent;color:inherit;font:inherit}button{padding:8px 20px;border:0;"
    "border-radius:8px;background:#1d4ed8;color:#fff;font:inherit;cursor:pointer}:focus-visible{outline:2px solid "
    "var(--link);outline-offset:2px}code{overflow-wrap:anywhere}"
)
