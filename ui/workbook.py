"""A table as an Excel workbook. Pure but for the bytes that it makes.

Text stays text: nothing in a cell is read as a formula or a link.
"""

import io
import re
from collections.abc import Collection

import xlsxwriter

from index.export import Table

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")
_CELL_CHARS = 32_000
_WIDTHS = {"句子": 60, "含义": 50, "文档": 40, "指标": 24, "规范名称": 22, "原文": 16}
_WIDTH = 11


def as_xlsx(table: Table, name: str, numeric: Collection[str] = ()) -> bytes:
    """A table as .xlsx with one sheet called `name`; the `numeric` columns hold numbers where a cell is one."""
    columns, rows = table
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(name)
        heading = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(column, _WIDTH))
            sheet.write_string(0, at, column, heading)
        numbers = {at for at, column in enumerate(columns) if column in numeric}
        for line, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                if at in numbers and _NUMBER.fullmatch(cell):
                    sheet.write_number(line, at, float(cell))
                else:
                    sheet.write_string(line, at, cell[:_CELL_CHARS])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    return out.getvalue()
