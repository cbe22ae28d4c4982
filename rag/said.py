"""What is said to talk: it names no figure and cites nothing. Pure."""

import re
from itertools import islice

from index.loaded import Index
from index.types import Document
from rag.names import MOST_NAMED, called
from rag.replies import Reply

_VERB_HEADING = re.compile(
    r"(?:推进|推动|加快|加强|深化|提升|完善|健全|实施|培育|打造|壮大|构建|发展|促进|优化|强化|建设|扩大|激发)[一-鿿]{4,12}"
)
_EXAMPLES = 2
_LOOKED_AT = 20  # documents
_REFUSED = frozenset(("off_topic", "nonsense", "compose"))


def answer(kind: str, index: Index, what: str = "") -> Reply:
    """What is said to a talk of `kind`. `what`: the subject of a text that was ordered."""
    documents = index.documents
    names = dict.fromkeys(name for document in documents if (name := called(document.info)))
    places = f"({'、'.join(islice(names, MOST_NAMED))})" if names else ""
    examples = "".join(f"\n· {example}" for example in _examples(index))
    try_these = f"比如可以问:{examples}" if examples else ""
    about = f"我根据已收录的文件{places}回答问题,每句话都注明出处。"
    material = f"想找素材,可以问“{what}有哪些举措”。" if what else try_these
    said = {
        "greeting": f"您好!{about}{try_these}",
        "thanks": f"不客气!还想了解什么,请接着问。{try_these}",
        "praise": f"谢谢肯定!还想了解什么,请接着问。{try_these}",
        "ack": f"好的。还想了解什么,请接着问。{try_these}",
        "goodbye": "再见!需要查规划里的目标、措施和数字时,随时来问。",
        "help": f"我是规划问答。{about}可以问目标、措施、数字和名词的意思,"
        f"也可以让几个地方作比较、概括一份文件、查谁提到了什么;文件里没有的,我会直说。{try_these}",
        "machine": f"我是规划问答,一个查文件的程序,不是真人:只摘录文件原文,不自己编写内容。{about}"
        f"至于由谁开发、用了什么技术,文件里没有写,我答不了。{try_these}",
        "reproach": "抱歉,可能答得不对。请告诉我哪一句、哪个数字不对,或写明地方、事项和年份再问一次。"
        "每句话后面都有出处,点开可以与原文核对;以原文为准。",
        "insult": f"抱歉没能帮上忙。换个说法,或写明地方和事项再问一次,也许就能找到。{try_these}",
        "nonsense": f"没有看懂您的意思。{about}{try_these}",
        "off_topic": f"这个问题不在我的范围里:{about}{try_these}",
        "compose": f"我不代写文章,只能摘录文件里的原文。{about}{material}",
    }[kind]
    refused = kind in _REFUSED
    return Reply(said, refused, 0.0 if refused else 1.0)


def _examples(index: Index) -> list[str]:
    """Two questions that the loaded documents can answer, made of their own headings."""
    summary = next((d for d in index.documents if _plain(d)), None)
    others = [d for d in index.documents if d.info.district and d is not summary]
    asked = [f"{d.info.district}如何{heading}?" for d in others[:_LOOKED_AT] if (heading := _heading(index, d))]
    if summary is not None:
        asked.insert(1, f"概括一下{summary.info.district}的{summary.info.kind}")
    return asked[:_EXAMPLES]


def _plain(document: Document) -> bool:
    """Whether its district and kind name the document well enough for an example."""
    return bool(document.info.district and document.info.kind) and not re.search(r"[\d()()]", document.info.kind)


def _heading(index: Index, document: Document) -> str:
    """The first heading of a document that says what is to be done: “推进乡村振兴”."""
    for passage in index.passages_in(document.info.id):
        for title in reversed(passage.path):
            bare = re.sub(r"^[^一-鿿]*[一二三四五六七八九十]*[)）、.．]?|^第.{1,3}[章节]", "", title)
            if _VERB_HEADING.fullmatch(bare):
                return bare
    return ""
