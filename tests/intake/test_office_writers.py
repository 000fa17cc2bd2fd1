"""Files as other programs write them, made by these programs: what a cell shows is what is read, or it is refused."""

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msoffcrypto.format.ooxml
import openpyxl
import pytest
import xlsxwriter
import xlwt
from conftest import Office
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from test_intake_zoo import receive

pytestmark = pytest.mark.usefixtures("here")
Rows = list[list[Any]]
HEAD = ["指标", "单位", "1月", "1-2月", "1-3月"]
GROWTH, CLOUD, LOANS = ["全社会研发经费投入增速", "%"], ["新增企业上云", "家"], ["知识价值信用贷款备案", "亿元"]


def shaped(rows: Rows, line: int) -> bool:
    """Whether the formats are meant for a line: that of the dates, else that of the values."""
    return isinstance(rows[0][2], date) == (line == 0)


def by_openpyxl(rows: Rows, formats: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for column, code in enumerate(formats, 3):
        book.active.cell(1 if shaped(rows, 0) else 2, column).number_format = code
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def by_xlsxwriter(rows: Rows, formats: list[str]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("表")
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            code = formats[column - 2] if column > 1 and shaped(rows, line) else "General"
            args = (book.add_format({"num_format": code}),) if column > 1 else ()
            if isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), *args)
            else:
                sheet.write(line, column, value, *args)
    book.close()
    return made.getvalue()


def by_xlwt(rows: Rows, formats: list[str], change: Callable[[Any], None] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            style = xlwt.XFStyle()
            if column > 1 and shaped(rows, line):
                style.num_format_str = formats[column - 2]
            formula = isinstance(value, str) and value.startswith("=")
            sheet.write(line, column, xlwt.Formula(value[1:]) if formula else value, style)
    if change:
        change(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


WRITERS = {"xo_2024.xlsx": by_openpyxl, "xw_2024.xlsx": by_xlsxwriter, "xt_2024.xls": by_xlwt}
writers = pytest.mark.parametrize("name", WRITERS)


def values(content: bytes, name: str) -> list[Decimal]:
    return [entry.value for entry in receive(content, name).entries]


def codes(content: bytes, name: str) -> set[str]:
    return {item.code for item in receive(content, name).findings if item.severity == "error"}


SHOWN = [  # label and unit, stored, format, read
    (GROWTH, 0.081, "0.0%", "8.1"),
    (GROWTH, 8.1, '0.0"%"', "8.1"),
    (GROWTH, 8.1, "0.0\\%", "8.1"),
    (CLOUD, 15, '0"户"', "15"),
    (CLOUD, 15000, '0!.0,"万"', "15000"),
    (LOANS, 300000, "#,##0.0,,", "0.3"),
    (LOANS, 15000, "0!.0,", "1.5"),
    (LOANS, 15000, "0\\.0,亿元", "1.5"),
    (LOANS, 1.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1.5"),
    (LOANS, 12345, '[>=10000]0!.0,"亿元";0.0', "1.2345"),
    (LOANS, 1.5, "[$¥-804]#,##0.00", "1.5"),
]
REFUSED = [
    (LOANS, 150, '0"万元"', "unit_mismatch"),
    (LOANS, 150, '0.0,"万元"', "format"),
    (LOANS, 150, '0.00"万元"', "unit_mismatch"),
    (CLOUD, 150, '0"人"', "unit_mismatch"),
    (CLOUD, 150, "0!h!a", "unit_mismatch"),  # hectares, which readers take for hours
    (CLOUD, 150, '"约"0', "approximate"),
    (CLOUD, 150, "[$$-409]0", "not_a_number"),
    (CLOUD, 150, ";;;", "format"),
    (CLOUD, 150, "00-00", "format"),
]


@writers
@pytest.mark.parametrize(("label", "stored", "code", "right"), SHOWN, ids=str)
def test_what_a_cell_shows_is_what_is_read(name: str, label: list[str], stored: float, code: str, right: str) -> None:
    assert values(WRITERS[name]([HEAD[:3], [*label, stored]], [code]), name) == [Decimal(right)]


@writers
@pytest.mark.parametrize(("label", "stored", "code", "why"), REFUSED, ids=str)
def test_a_format_that_contradicts_or_hides_is_refused(
    name: str, label: list[str], stored: float, code: str, why: str
) -> None:
    assert codes(WRITERS[name]([HEAD[:3], [*label, stored]], [code]), name) == {why}


@writers
def test_a_zero_that_is_not_shown_is_no_reading(name: str) -> None:
    for code in ("0;-0;;@", '0;-0;"-"', "#"):
        assert values(WRITERS[name]([HEAD, [*CLOUD, 0, 2, 3]], [code] * 3), name) == [2, 3]


@writers
@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'yyyy"年"m"月"', "yyyy/m", 'm"月"'])
@pytest.mark.parametrize("days", [(1, 1, 1), (31, 29, 31)])
def test_dates_as_headings_are_months(name: str, code: str, days: tuple[int, ...]) -> None:
    heads = [date(2024, month, day) for month, day in enumerate(days, 1)]
    found = receive(WRITERS[name]([["指标", "单位", *heads], [*GROWTH, 1, 2, 3]], [code] * 3), name)
    assert [str(entry.period) for entry in found.entries] == ["2024-01", "2024-02", "2024-03"]


def test_an_old_workbook_names_a_chinese_date_by_its_number_alone() -> None:
    """As Excel offers 2024年1月 in Chinese: format 57, of which no file says what it is."""
    heads = [date(2024, month, 1) for month in (1, 2, 3)]
    written = by_xlwt([["指标", "单位", *heads], [*GROWTH, 1, 2, 3]], ['yyyy"-"m'] * 3)
    content, styles = re.subn(rb"(?s)(\xe0\0\x14\0..)\xa5\0", lambda found: found[1] + b"\x39\0", written)
    assert styles
    assert [str(entry.period) for entry in receive(content, "a_2024.xls").entries] == ["2024-01", "2024-02", "2024-03"]


@writers
@pytest.mark.parametrize(
    ("formula", "right"),
    [
        ("=D2+6", None),
        ("=SUM(C2:D2)", None),
        ("=Sheet9!A1", None),
        ('=IF(J2="","",J2)', [1, 2]),
    ],
)
def test_a_formula_that_nobody_calculated(name: str, formula: str, right: list[int] | None) -> None:
    if "Sheet9" in formula and name.endswith("xls"):
        return  # xlwt writes none to a sheet that is not there
    content = WRITERS[name]([HEAD, [*CLOUD, 1, 2, formula]], ["0"] * 3)
    assert values(content, name) == right if right else codes(content, name) == {"formula"}


def test_a_saved_result_stands_also_where_it_is_0() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, [*CLOUD, 0, 9])
    sheet.write_formula("E2", "=D2-9", None, 0)
    book.close()
    assert values(made.getvalue(), "a_2024.xlsx") == [0, 9, 0]


def test_a_zero_beside_a_saved_result_is_doubted_where_it_cannot_be_worked_out() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("表")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, [*CLOUD, 5])
    sheet.write_formula("D2", "=C2+4", None, 9)
    sheet.write_formula("E2", "=VLOOKUP(A2,J1:K9,2,0)")
    book.close()
    assert codes(made.getvalue(), "a_2024.xlsx") == {"formula"}


def test_an_old_workbook_is_judged_like_a_new_one() -> None:
    rows = [HEAD, [*CLOUD, 1, 2, 3], [*LOANS, 1, 2, 3]]
    formats = ["General"] * 3

    def hide_row(sheet: Any) -> None:
        sheet.row(1).hidden = True

    def hide_column(sheet: Any) -> None:
        sheet.col(3).hidden = True

    for change, code in ((hide_row, "hidden_row"), (hide_column, "hidden_column")):
        found = receive(by_xlwt(rows, formats, change), "a_2024.xls")
        assert [item.code for item in found.findings] == [code]
        assert len(found.entries) == 6
    merged = by_xlwt([HEAD, [*CLOUD]], formats, lambda sheet: sheet.write_merge(1, 1, 2, 3, 5))
    assert codes(merged, "a_2024.xls") == {"merged_values"}


def changed(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.namelist():
            new.writestr(*change(part, old.read(part)))
    return made.getvalue()


def replacing(before: bytes, after: bytes) -> Callable[[str, bytes], tuple[str, bytes]]:
    return lambda name, text: (name, text.replace(before, after))


STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
SICK = {
    "an empty fill": replacing(b'<fill><patternFill patternType="none"/></fill>', b"<fill/>"),
    "a font of no family": replacing(b'<family val="2"/>', b'<family val="99"/>'),
    "strict": replacing(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", STRICT),
    "a drawing that is not there": replacing(b"</worksheet>", b'<legacyDrawing r:id="rId9"/></worksheet>'),
    "backslashes": lambda name, text: (name.replace("/", "\\"), text),
    "capitals": lambda name, text: (name.replace("sharedStrings", "SharedStrings"), text),
    "an unknown rule": replacing(
        b"<pageMargins", b'<dataValidations><dataValidation type="x" sqref="A1"/></dataValidations><pageMargins'
    ),
}


@pytest.mark.parametrize("change", SICK.values(), ids=SICK)
def test_an_archive_that_excel_opens_is_read_with_its_formats(
    change: Callable[[str, bytes], tuple[str, bytes]],
) -> None:
    content = changed(by_xlsxwriter([HEAD, [*GROWTH, 0.081, 0.085, 0.092]], ["0.0%"] * 3), change)
    assert values(content, "a_2024.xlsx") == [Decimal("8.1"), Decimal("8.5"), Decimal("9.2")]


def raised_xlsx() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet, mark, bold = book.add_worksheet("表"), book.add_format({"font_script": 1}), book.add_format({"bold": True})
    for line, row in enumerate([["指标", "单位", "1-3月"], ["", "家", ""]]):
        sheet.write_row(line, 0, row)
    sheet.write_rich_string("A2", CLOUD[0], mark, "1")
    sheet.write_rich_string("C2", "1", bold, "5", mark, "2")
    book.close()
    return made.getvalue()


def raised_xls() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet, mark, usual = book.add_sheet("表"), xlwt.easyfont("escapement superscript"), xlwt.easyfont("")
    for column, text in enumerate(["指标", "单位", "1-3月"]):
        sheet.write(0, column, text)
    sheet.write(1, 1, "家")
    sheet.write_rich_text(1, 0, (CLOUD[0], ("1", mark)))
    sheet.write_rich_text(1, 2, (("15", usual), ("2", mark)))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(("write", "name"), [(raised_xlsx, "a_2024.xlsx"), (raised_xls, "a_2024.xls")])
def test_a_raised_digit_marks_a_footnote_and_joins_no_figure(write: Callable[[], bytes], name: str) -> None:
    assert values(write(), name) == [15]


def struck_xlsx(*runs: bool) -> bytes:
    """A cell struck through as a whole, and one of two digits of which each is or is not."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet, line, plain = book.add_worksheet("表"), book.add_format({"font_strikeout": True}), book.add_format()
    for number, row in enumerate(
        [["指标", "单位", "1-3月", "1-6月"], [*CLOUD, "", 9], ["新增企业上平台", "家", "", 8]]
    ):
        sheet.write_row(number, 0, row)
    sheet.write_number("C2", 5, line)
    pairs = [each for struck, digit in zip(runs, "56", strict=True) for each in (line if struck else plain, digit)]
    sheet.write_rich_string("C3", *pairs)
    book.close()
    return made.getvalue()


def struck_xls(*runs: bool) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet, line = book.add_sheet("表"), xlwt.easyfont("struck_out on")
    for number, row in enumerate(
        [["指标", "单位", "1-3月", "1-6月"], [*CLOUD, "", 9], ["新增企业上平台", "家", "", 8]]
    ):
        for column, text in enumerate(row):
            if text != "":
                sheet.write(number, column, text)
    sheet.write(1, 2, 5, xlwt.easyxf("font: struck_out on"))
    sheet.write_rich_text(2, 2, [(digit, line) if struck else digit for struck, digit in zip(runs, "56", strict=True)])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(("write", "name"), [(struck_xlsx, "a_2024.xlsx"), (struck_xls, "a_2024.xls")])
def test_what_is_struck_through_is_no_figure(write: Callable[..., bytes], name: str) -> None:
    whole, part = receive(write(True, True), name), receive(write(True, False), name)
    assert values(write(True, True), name) == [9, 8]
    assert {item.cell for item in whole.findings if item.code == "struck"} == {"C2", "C3"}
    assert part.verdict == "reject"
    assert [item.cell for item in part.findings if item.severity == "error"] == ["C3"]


@pytest.mark.parametrize("head", [0, 1])
def test_a_name_merged_down_the_rows_of_a_tidy_sheet_holds_for_each(head: int) -> None:
    book = openpyxl.Workbook()
    rows = [["指标", "期间", "数值", "单位"], ["新增企业上云", "2024-03", 5, "家"], ["", "2024-06", 9, "家"]]
    for row in [["创新指标"]] * head + rows + [["县数据局（盖章）"]]:
        book.active.append(row)
    for where in (f"A{head + 2}:A{head + 3}", f"A{head + 4}:D{head + 4}", *["A1:D1"] * head):
        book.active.merge_cells(where)
    made = io.BytesIO()
    book.save(made)
    assert values(made.getvalue(), "a.xlsx") == [5, 9]


@pytest.mark.parametrize(("part", "right"), [("季度", 20), ("月份", 20)])
def test_numbers_for_years_and_months_in_two_columns(part: str, right: int) -> None:
    rows = [["年份", part, "指标", "数值", "单位"], [2024, 1, GROWTH[0], right, GROWTH[1]]]
    for write, name in ((by_openpyxl, "a.xlsx"), (by_xlwt, "a.xls")):
        assert values(write(rows, ["General"] * 3), name) == [right]


def test_days_written_out_and_styles_that_are_lacking() -> None:
    content = by_openpyxl([HEAD, [*GROWTH, 0.081, 0.085, 0.092]], ["0.0%"] * 3)
    assert values(content, "a_2024.xlsx") == [Decimal("8.1"), Decimal("8.5"), Decimal("9.2")]
    bare = changed(content, lambda name, part: (name, b"<styleSheet/>" if name == "xl/styles.xml" else part))
    assert codes(bare, "a_2024.xlsx") >= {"damaged"}  # how a figure shows is not to be guessed
    iso = by_openpyxl([["指标", "单位", "03-31", "06-30"], [*GROWTH, 20, 21]], ["General"])
    for day in (b"03-31", b"06-30"):
        text = b't="inlineStr"><is><t>' + day + b"</t></is>"
        iso = changed(iso, replacing(text, b't="d"><v>2024-' + day + b"</v>"))
    assert values(iso, "a_2024.xlsx") == [20, 21]


def test_a_line_break_as_excel_escapes_it() -> None:
    content = by_xlsxwriter([HEAD, ["新增企业_上云_", "家", 1, 2, 3]], ["0"] * 3)
    content = changed(content, replacing("业_上云_".encode(), "业_x000D_\n上云".encode()))
    assert values(content, "a_2024.xlsx") == [1, 2, 3]


XML = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:'
NAMED = [  # the beginning of a file and what it is called
    (b"\r\n\r\n<!-- x --><HTML><body><table>", "网页"),
    (b'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"\r\n', "网页"),
    ("<html><table></table></html>".encode("utf-16"), "网页"),
    (XML + b'office:spreadsheet"/>', "Excel 2003 XML"),
    (b'TABLE\r\n0,1\r\n"EXCEL"\r\n', "DIF"),
    (b"ID;PWXL;N;E\r\nC;Y1;X1;K5\r\n", "SYLK"),
    (bytes.fromhex("0900040002001000"), "旧版"),
    (bytes.fromhex("0904060000001000"), "旧版"),
]


@pytest.mark.parametrize(("content", "name"), NAMED)
def test_a_table_of_another_format_is_called_what_it_is(content: bytes, name: str) -> None:
    (only,) = receive(content, "a_2024.xls").findings
    assert only.code == "not_a_table"
    assert name in only.message
    assert "另存为 .xlsx" in only.message


def test_old_texts_in_the_wrong_encoding_are_called_garbled() -> None:
    rows = [HEAD, [*CLOUD, 1, 2, 3]]
    for spoil in (
        lambda text: text.encode("gbk").decode("latin-1"),
        lambda text: text.encode().decode("latin-1"),
        lambda text: "".join(each if each.isascii() else "?" for each in text) + "?",
        lambda text: text.encode("utf-16-le").decode("latin-1"),
    ):
        spoilt = [[spoil(text) if isinstance(text, str) else text for text in row] for row in rows]
        assert codes(by_xlwt(spoilt, ["0"] * 3), "a_2024.xls") == {"mojibake"}


@pytest.mark.slow
@pytest.mark.parametrize("through", ["xls:MS Excel 97", "ods", "xlsx:Calc MS Excel 2007 XML"])
def test_libreoffice_as_a_writer(through: str, tmp_path: Path, office: Office) -> None:
    """A workbook saved by LibreOffice, directly or by way of its own format, shows what it showed before."""
    path = tmp_path / "a_2024.xlsx"
    rows = [[*HEAD[:2], "1-3月"], [*GROWTH, 0.081], [*CLOUD, 15], [*LOANS, 0.15]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for line, code in enumerate(("0.0%", '0"家"', "#,##0.00_ "), 2):
        book.active.cell(line, 3).number_format = code
    book.active["D3"] = "=C3*2"
    book.save(path)
    steps = [through] if through != "ods" else ["ods", "xlsx:Calc MS Excel 2007 XML"]
    for step in steps:
        path = office(path, step, tmp_path / step[:3])
    assert values(path.read_bytes(), path.name) == [Decimal("8.1"), 15, Decimal("0.15")]


def locked(content: bytes, password: str) -> bytes:
    made = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt(password, made)
    return made.getvalue()


def standard(content: bytes, password: str) -> bytes:
    """As Excel 2007 locks a book: AES in blocks, with a key of 50,000 rounds of SHA-1."""
    salt = verifier = bytes(range(16))
    sizes = {"keySize": 128, "saltSize": 16, "salt": salt, "providerType": 0x18, "algId": 0x660E, "algIdHash": 0x8004}
    aes = Cipher(algorithms.AES(bytes(ECMA376Standard.makekey_from_password(password, **sizes))), modes.ECB())

    def sealed(plain: bytes) -> bytes:
        one = aes.encryptor()
        return one.update(plain + bytes(-len(plain) % 16)) + one.finalize()

    name = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + name
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header + struct.pack("<I", 16) + salt + sealed(verifier)
    info += struct.pack("<I", 20) + sealed(hashlib.sha1(verifier).digest())
    made = io.BytesIO()
    ECMA376Encrypted(struct.pack("<Q", len(content)) + sealed(content), info).write_to(made)
    return made.getvalue()


@pytest.mark.parametrize("locked", [locked, standard])
@pytest.mark.parametrize("writer", [by_openpyxl, by_xlsxwriter])
def test_a_book_under_the_built_in_password_is_read_and_another_password_is_called_one(
    writer: Callable[[Rows, list[str]], bytes], locked: Callable[[bytes, str], bytes]
) -> None:
    plain = writer([HEAD[:4], [*GROWTH, 0.081, 0.085]], ["0.0%", "0.0%"])
    book = locked(plain, "VelvetSweatshop")
    assert values(book, "年鉴_2024.xlsx") == [Decimal("8.1"), Decimal("8.5")]
    assert codes(locked(plain, "另一个"), "年鉴_2024.xlsx") == codes(book[:3000], "年鉴_2024.xlsx") == {"password"}
