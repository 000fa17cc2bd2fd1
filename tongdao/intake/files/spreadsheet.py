"""Workbooks to sheets of text: by full openpyxl; .xls, and what openpyxl cannot open, by calamine.

openpyxl never runs read_only (it sees 1 of 56 cells in a WPS file) and keeps cells in a sparse table, so a stray cell
at XFD1048576 costs nothing, where calamine would build the whole square (docs/decisions.md, 28).
"""

import datetime as dt
import io
import re
import warnings
import zipfile
from typing import Any

from tongdao.intake.files.sheet import Finding, RefusedError, Sheet, letter

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
MOST_CELLS = 3_000_000


def read_xls(content: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The sheets of an old workbook; hidden ones are left out and named.

    Raises:
        RefusedError: damaged or protected by a password.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            _from_rows(meta.name, book.get_sheet_by_name(meta.name).to_python(skip_empty_area=False))
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
        ]
    except calamine.PasswordError:
        raise RefusedError("password", "工作簿设了密码，打不开；请取消密码后另存再交。") from None
    except Exception:
        raise RefusedError("damaged", "文件已损坏，旧版 Excel 内容读不出来；请另存为 .xlsx 再交。") from None
    hidden = [meta.name for meta in book.sheets_metadata if meta.visible != calamine.SheetVisibleEnum.Visible]
    return sheets, _hidden_sheets(hidden)


def _hidden_sheets(names: list[str]) -> list[Finding]:
    return [Finding("warning", "hidden_sheet", f"工作表“{name}”是隐藏的，没有读取。", sheet=name) for name in names]


def _from_rows(name: str, values: list[list[Any]]) -> Sheet:
    cells = {(line, place): value for line, row in enumerate(values, 1) for place, value in enumerate(row)}
    return _sheet(name, {key: (*_text(value), "") for key, value in cells.items() if value != ""})


def read_xlsx(content: bytes) -> tuple[list[Sheet], list[Finding]]:
    """The visible sheets of a workbook and what the workbook as a whole has of macros, links and hidden sheets.

    Raises:
        RefusedError: damaged.
    """
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions it drops; we only read
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
        except MemoryError:
            raise
        except Exception as error:
            return _without_structure(content, error)
        found = _whole(content)
        sheets = [ws for ws in book.worksheets if ws.sheet_state == "visible"]
        found += _hidden_sheets([ws.title for ws in book.worksheets if ws.sheet_state != "visible"])
        results: dict[str, Any] = {}
        if any(cell.data_type == "f" for ws in sheets for cell in ws._cells.values()):
            results = {
                ws.title: ws for ws in openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            }
    if not book.worksheets:  # the strict dialect of the format, which openpyxl does not know
        return _without_structure(content, None)
    return [_structured(ws, results.get(ws.title)) for ws in sheets], found


def _without_structure(content: bytes, error: Exception | None) -> tuple[list[Sheet], list[Finding]]:
    """calamine reads some workbooks whose styles openpyxl cannot stomach; the loss is named."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MOST_CELLS:
                raise ValueError
            sheets.append(_from_rows(name, sheet.to_python(skip_empty_area=False)))
    except BaseException:
        raise RefusedError("damaged", "文件已损坏，工作簿读不出来；请用 Excel 或 WPS 重新另存后再交。") from error
    return sheets, [Finding("warning", "structure", "样式部分读不出来，合并单元格和隐藏行无法检查，只读了数值。")]


def _whole(content: bytes) -> list[Finding]:
    names = "\n".join(zipfile.ZipFile(io.BytesIO(content)).namelist())
    signs = (
        ("(?im)vbaproject\\.bin$", "macros", "工作簿带有宏，宏没有运行，也不会保留。"),
        ("externalLinks/", "external_link", "工作簿引用了外部链接的文件，取的是保存时的数值，请核对。"),
        ("(?m)^xl/embeddings/|activeX/", "embedded", "工作簿嵌有其他文件或控件，没有打开。"),
    )
    return [Finding("warning", code, words) for sign, code, words in signs if re.search(sign, names)]


def _structured(ws: Any, results: Any) -> Sheet:
    cells: dict[tuple[int, int], tuple[str, str, str]] = {}
    found: list[Finding] = []
    for (row, column), cell in ws._cells.items():
        value = cell.value
        if value is None:
            continue
        source = ""
        if cell.data_type == "f":
            source = str(getattr(value, "text", value))
            value = results[cell.coordinate].value if results is not None else None
        if value is None:
            cells[row, column - 1] = (source, "formula", source)
            continue
        text, kind = _text(value)
        if isinstance(value, str) and value in ERRORS:
            kind = "error"
        if kind == "number" and cell.has_style and "%" in str(cell.number_format):
            kind = "percent"
        if source and "[" in source.split('"')[0]:
            words = f"公式 {source} 引用外部链接，取保存时的值 {text}。"
            found.append(Finding("warning", "external_link", words, row, letter(column), text))
        cells[row, column - 1] = (text, kind, source)
    merged = [(m.min_row, m.min_col - 1, m.max_row, m.max_col - 1) for m in ws.merged_cells.ranges]
    sheet = _sheet(ws.title, cells)
    sheet.merged = sorted(merged)
    used = set(sheet.lines)
    rows = [row for row, size in ws.row_dimensions.items() if size.hidden and row in used]
    found += [Finding("warning", "hidden_row", "这一行是隐藏行，数值照样读取，请核对。", row) for row in rows]
    filled = {place + 1 for _, place in cells}
    for size in ws.column_dimensions.values():
        hidden = [c for c in range(size.min or 0, (size.max or 0) + 1) if c in filled] if size.hidden else []
        words = "这一列是隐藏列，数值照样读取，请核对。"
        found += [Finding("warning", "hidden_column", words, None, letter(c)) for c in hidden]
    sheet.findings = [Finding(**(vars(item) | {"sheet": ws.title})) for item in found]
    return sheet


def _text(value: Any) -> tuple[str, str]:
    """A cell's value as the text a person would type, and its kind."""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), "bool"
    if isinstance(value, int):
        return str(value), "number"
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)), "number"
    if isinstance(value, dt.datetime | dt.date):
        text = value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
        return text.removesuffix(" 00:00:00"), "date"
    if isinstance(value, dt.time | dt.timedelta):
        return str(value), "date"
    return str(value), ""


def _sheet(name: str, cells: dict[tuple[int, int], tuple[str, str, str]]) -> Sheet:
    """Rows from the sparse table; a row reaches to its last cell."""
    filled = {key: value for key, value in cells.items() if value[0].strip()}
    by_line: dict[int, dict[int, str]] = {}
    for (line, place), (text, _, _) in filled.items():
        by_line.setdefault(line, {})[place] = text
    lines = sorted(by_line)
    width = {line: max(by_line[line]) + 1 for line in lines}
    if sum(width.values()) > MOST_CELLS:
        raise RefusedError("too_large", "工作表占用的范围过大，没有读取；请只保留报表本身再交。")
    rows = [[by_line[line].get(place, "") for place in range(width[line])] for line in lines]
    return Sheet(name or "Sheet1", lines, rows, {key: value[1] for key, value in filled.items() if value[1]})
