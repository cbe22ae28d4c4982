"""What the tabs offer for download: `/export/commitments.csv?district=…`, `.xlsx`, and the same of `terms`."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from index.export import Table, as_csv, commitment_table, term_table
from rag.live import LiveChain
from ui.commitment_view import Catalogue, view_of
from ui.term_view import select_terms, term_view_of
from ui.workbook import as_xlsx

NUMERIC = ("年份", "数值", "基期年", "基期值", "起", "止")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES = {"commitments": "承诺与指标", "terms": "术语"}


def add(app: FastAPI, live: LiveChain) -> None:
    """The addresses below `/export/`; their parameters are those of the page's own address."""

    @app.get("/export/{what}.{form}")
    def export(what: str, form: str, request: Request) -> Response:
        if what not in _NAMES or form not in ("csv", "xlsx"):
            return JSONResponse({"detail": "没有这种导出。可选 commitments 或 terms,格式 csv 或 xlsx。"}, 404)
        index = live.get().index
        table: Table
        if what == "commitments":
            rows = Catalogue(index.commitments).select(view_of(request.query_params))
            table = commitment_table(rows, index.document)
        else:
            table = term_table(select_terms(index.terms, term_view_of(request.query_params)), index.document)
        name = f"{_NAMES[what]}.{form}"
        headers = {"Content-Disposition": f"attachment; filename=\"{what}.{form}\"; filename*=UTF-8''{quote(name)}"}
        if form == "csv":
            return Response(as_csv(table).encode("utf-8"), media_type="text/csv; charset=utf-8", headers=headers)
        return Response(as_xlsx(table, _NAMES[what], NUMERIC), media_type=_XLSX, headers=headers)
