"""Small parts that the tabs with tables share."""

from collections.abc import Mapping, Sequence

from ui.render import escape

ALL = "全部"


def choices(values: Sequence[str], labels: Mapping[str, str], chosen: str = "") -> list[tuple[str, str]]:
    """What a filter offers: 全部 first; `chosen` too where no row has it, so that an old link keeps its meaning."""
    offered = [*values, *([chosen] if chosen and chosen not in values else [])]
    return [(ALL, ""), *((labels.get(value, value), value) for value in offered)]


def summary_html(count: str, where: str) -> str:
    """How many rows there are and which of them are shown."""
    return f'<span class="pq-count" role="status">{escape(count)}</span> <span class="pq-where">{escape(where)}</span>'


def links_html(what: str, query: str) -> str:
    """Links to the exports of a view and to the view itself."""
    asked = escape(query)
    return (
        f'<span class="pq-links"><a href="/export/{what}.csv?{asked}" download>导出 CSV</a>'
        f'<a href="/export/{what}.xlsx?{asked}" download>导出 Excel</a>'
        f'<a class="pq-view-link" href="/?{asked}" title="可恢复现在的筛选与排序">本视图的链接</a></span>'
    )
