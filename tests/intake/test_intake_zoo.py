"""A zoo of sheets as offices send them, each with its verdict: too strict fails here as surely as too lax.

Every case is a small change to one sound file of eight readings (tidy) or thirty-six (wide).
"""

from datetime import date
from decimal import Decimal

import pytest
from conftest import ROOT

from tongdao.intake import Delivery
from tongdao.intake.receipt import Known, Receipt, judge
from tongdao.plan.plan import read_plan

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("here")]  # test_badinputs has the corpus, in the guarded child

PLAN = read_plan(ROOT / "data" / "tongdao" / "plan.toml")
AS_OF = date(2025, 1, 31)
HEADER = "indicator,period,value,unit,source,recorded_at"
ROWS = (
    ("全社会研发经费投入增速", "12.5", "%"),
    ("高新技术产业增加值占地区生产总值比重", "18.2", "%"),
    ("科技型中小企业评价认定数", "53", "家"),
    ("新认定高新技术企业", "2", "家"),
    ("知识价值信用贷款备案", "0.15", "亿元"),
)
MONTHS = "1月,1-2月,1-3月,1-4月,1-5月,1-6月,1-7月,1-8月,1-9月,1-10月,1-11月,1-12月"
WIDE = (
    "科技型中小企业评价认定数,家,5,9,14,18,23,28,33,37,41,46,50,54",
    "新增企业上云,家,1,2,3,5,6,7,9,10,11,13,14,15",
    "知识价值信用贷款备案,亿元,0.01,0.02,0.03,0.05,0.06,0.08,0.09,0.1,0.12,0.13,0.14,0.15",
)


def tidy_text(row: int = 0, column: str = "", text: str = "", header: str = HEADER) -> str:
    """A sound tidy file with one cell changed; ``row`` counts from 1 below the header."""
    lines = [header]
    for number, (name, value, unit) in enumerate(ROWS, 1):
        cells = {"indicator": name, "period": "2024-03", "value": value, "unit": unit, "source": "县金融办"}
        cells["recorded_at"] = "2024-04-10"
        if number == row:
            cells[column] = text
        quoted = ('"' + c.replace('"', '""') + '"' if set(c) & set(',"\n') else c for c in cells.values())
        lines.append(",".join(quoted))
    return "\n".join(lines) + "\n"


def wide_text(*rows: str, header: str = f"指标,单位,{MONTHS}", above: str = "", below: str = "") -> str:
    return "\n".join([*([above] if above else []), header, *(rows or WIDE), *([below] if below else [])]) + "\n"


def receive(content: str | bytes, name: str = "报表_2024.csv", known: Known | None = None) -> Receipt:
    raw = content.encode() if isinstance(content, str) else content
    return judge(Delivery(name, raw, "甲局", AS_OF), PLAN, known or Known({}))


VALUES = [
    # cell 3 (a count, 家): text, verdict, code of a finding
    ("53.0", "accept", ""),
    ("0", "accept", ""),
    ("53.00", "accept", ""),
    ("53 ", "repair", "spaces"),
    ("５３", "repair", "fullwidth"),
    ("٥٣", "repair", "fullwidth"),
    ("1，234", "repair", "fullwidth"),
    ("1 234", "repair", "thousands"),
    ("1'234", "repair", "thousands"),
    ("1,234,567", "repair", "thousands"),
    ("1,23", "reject", "not_a_number"),
    ("12,5", "reject", "not_a_number"),
    ("1.234,5", "reject", "not_a_number"),
    ("5 3", "reject", "not_a_number"),
    ("五十三", "repair", "chinese_numeral"),
    ("伍拾叁", "repair", "chinese_numeral"),
    ("一百零五", "repair", "chinese_numeral"),
    ("五三", "reject", "not_a_number"),
    ("零", "repair", "chinese_numeral"),
    ("一", "reject", "unclear"),
    ("53家", "repair", "unit_in_cell"),
    ("53（家）", "repair", "unit_in_cell"),
    ("53 户", "repair", "unit_in_cell"),
    ("53人", "reject", "unit_mismatch"),
    ("53%", "reject", "unit_mismatch"),
    ("1.2万", "repair", "unit_in_cell"),
    ("53[注1]", "repair", "footnote"),
    ("53①", "repair", "footnote"),
    ("53²", "repair", "footnote"),
    ("53*", "repair", "footnote"),
    ("(53)", "reject", "negative"),
    ("-53", "reject", "negative"),
    ("—", "repair", "missing"),
    ("--", "repair", "missing"),
    ("…", "repair", "missing"),
    ("/", "repair", "missing"),
    ("", "repair", "missing"),
    ("  ", "repair", "missing"),
    ("N/A", "repair", "missing"),
    ("null", "repair", "missing"),
    ("NaN", "repair", "missing"),
    ("未报送", "repair", "missing"),
    ("待公布", "repair", "missing"),
    ("无", "reject", "unclear"),
    ("暂无", "reject", "unclear"),
    ("inf", "reject", "infinite"),
    ("-Infinity", "reject", "infinite"),
    ("∞", "reject", "infinite"),
    ("1e999", "reject", "infinite"),
    ("5.3e1", "repair", "scientific"),
    ("5.3E+01", "repair", "scientific"),
    ("0053", "repair", "leading_zero"),
    ("+53", "repair", "plus"),
    ("53.", "repair", "decimal_point"),
    ("0x35", "reject", "not_a_number"),
    ("0b101", "reject", "not_a_number"),
    ("1_000", "reject", "not_a_number"),
    ("5O", "reject", "not_a_number"),
    ("TRUE", "reject", "not_a_number"),
    ("已完成", "reject", "not_a_number"),
    ("3月2日", "reject", "looks_like_date"),
    ("3-Feb", "reject", "looks_like_date"),
    ("2024-03-02", "reject", "looks_like_date"),
    ("3/2", "reject", "looks_like_date"),
    ("50-53", "reject", "range"),
    ("50～53", "reject", "range"),
    ("约53", "reject", "approximate"),
    ("53左右", "reject", "approximate"),
    ("53余", "reject", "approximate"),
    ("53家以上", "reject", "approximate"),
    ("≥53", "reject", "approximate"),
    (">53", "reject", "approximate"),
    ("近百", "reject", "approximate"),
    ("十余", "reject", "approximate"),
    ("53+", "reject", "approximate"),
    ("2.5", "reject", "fraction"),
    ("#REF!", "reject", "error_cell"),
    ("=50+3", "reject", "formula"),
    ("53000", "repair", "jump"),
    ("\u200b53", "repair", "invisible"),
    ("53\u00a0", "repair", ""),
    ("5\x0b3", "reject", "control"),
    ("53?", "reject", "approximate"),
    ("53…", "reject", "not_a_number"),
    ("1234", "accept", ""),
]


@pytest.mark.parametrize(("text", "verdict", "code"), VALUES, ids=[repr(case[0]) for case in VALUES])
def test_a_value_cell(text: str, verdict: str, code: str) -> None:
    receipt = receive(tidy_text(3, "value", text))
    assert receipt.verdict == verdict, receipt.record()["findings"]
    found = [item for item in receipt.findings if item.code == code]
    assert not code or (found[0].row, found[0].column, found[0].value) == (4, "value", text), receipt.findings
    missing = code == "missing"
    assert len(receipt.entries) == (0 if verdict == "reject" else 4 if missing else 5)


PERCENT = [
    ("-3.2", "accept", ""),
    ("0", "accept", ""),
    ("100", "accept", ""),
    ("12.5%", "repair", "unit_in_cell"),
    ("12.5％", "repair", "unit_in_cell"),
    ("−3.2", "repair", "minus"),
    ("(3.2)", "repair", "minus"),
    ("0.125", "repair", "scale"),
    ("125‰", "repair", "unit_converted"),
    ("12.5个百分点", "reject", "unit_mismatch"),
    ("1250", "repair", "jump"),
    ("-120", "reject", "under_limit"),
    ("百分之十二", "reject", "not_a_number"),
]


@pytest.mark.parametrize(("text", "verdict", "code"), PERCENT, ids=[case[0] for case in PERCENT])
def test_a_growth_rate(text: str, verdict: str, code: str) -> None:
    receipt = receive(tidy_text(1, "value", text))
    assert receipt.verdict == verdict, receipt.findings
    assert not code or code in {item.code for item in receipt.findings}


@pytest.mark.parametrize(
    ("value", "unit", "verdict", "stored"),
    [
        ("1500", "万元", "repair", "0.15"),
        ("1500.5", "万元", "repair", "0.15005"),
        ("15000000", "元", "repair", "0.15"),
        ("15", "百万元", "repair", "0.15"),
        ("0.15", "亿", "repair", "0.15"),
        ("0.15", "億元", "repair", "0.15"),
        ("0.15", "人民币亿元", "repair", "0.15"),
        ("1500万元", "亿元", "repair", "0.15"),
        ("1500万", "亿元", "repair", "0.15"),
        ("¥0.15", "亿元", "repair", "0.15"),
        ("1500", "亿元", "repair", "1500"),
        ("0.15", "万元", "repair", "0.000015"),
        ("0.15", "美元", "reject", ""),
        ("0.15", "家", "reject", ""),
        ("$0.15", "亿元", "reject", ""),
        ("-0.15", "亿元", "reject", ""),
        ("0.15", "", "reject", ""),
    ],
)
def test_money(value: str, unit: str, verdict: str, stored: str) -> None:
    text = tidy_text(5, "value", value).replace(",亿元,", f",{unit},")
    receipt = receive(text)
    assert receipt.verdict == verdict, receipt.findings
    if stored:
        assert receipt.entries[-1].value == Decimal(stored)


PERIODS = [
    ("2024Q1", "accept", "2024Q1"),
    ("2023", "accept", "2023"),
    ("2023-12", "accept", "2023-12"),
    ("2024年3月", "repair", "2024-03"),
    ("24年3月", "repair", "2024-03"),
    ("2024.03", "repair", "2024-03"),
    ("2024/3", "repair", "2024-03"),
    ("202403", "repair", "2024-03"),
    ("２０２４－０３", "repair", "2024-03"),
    ("2024年一季度", "repair", "2024Q1"),
    ("2024年第1季度", "repair", "2024Q1"),
    ("2024年上半年", "repair", "2024-06"),
    ("2024年1-3月", "repair", "2024-03"),
    ("2024年1—3月", "repair", "2024-03"),
    ("1-3月", "repair", "2024-03"),
    ("二〇二四年三月", "repair", "2024-03"),
    ("二○二四年三月", "repair", "2024-03"),
    ("2024年1,2月", "repair", "2024-02"),
    ("1，2月", "repair", "2024-02"),
    ("2024-03-31", "repair", "2024-03"),
    ("2024/3/1", "repair", "2024-03"),
    ("45352", "repair", "2024-03"),
    ("Mar 2024", "repair", "2024-03"),
    ("2024年3月累计", "repair", "2024-03"),
    ("1924-03", "repair", "1924-03"),
    ("1954-03", "repair", "1954-03"),
    ("2024-03-15", "reject", ""),
    ("2024.1", "reject", ""),
    ("24-3", "reject", ""),
    ("24年", "reject", ""),
    ("Mar-24", "reject", ""),
    ("03/04/2024", "reject", ""),
    ("2024-13", "reject", ""),
    ("2024-00", "reject", ""),
    ("2024年2-3月", "reject", ""),
    ("2031-03", "reject", ""),
    ("2025-02", "reject", ""),
    ("2024-05", "reject", ""),
    ("1024-03", "reject", ""),
    ("", "reject", ""),
    ("去年", "reject", ""),
    ("2024-1-3", "reject", ""),
]


@pytest.mark.parametrize(("text", "verdict", "period"), PERIODS, ids=[case[0] for case in PERIODS])
def test_a_period(text: str, verdict: str, period: str) -> None:
    late = tidy_text(3, "period", text).replace("2024-04-10", "2024-07-10" if "上半年" in text else "2024-04-10")
    receipt = receive(late)
    assert receipt.verdict == verdict, receipt.findings
    assert not period or str(receipt.entries[2].period) == period
    bad = [item for item in receipt.findings if item.severity == "error"]
    assert verdict != "reject" or bad[0].row == 4


RECORDED = [
    ("2024-04-10T10:00:00", "accept"),
    ("2024-04-10 10:00", "accept"),
    ("2024-04-10T10:00:00+08:00", "accept"),
    ("2024-03-31T17:00:00Z", "repair"),
    ("2024/4/10", "repair"),
    ("2024年4月10日", "repair"),
    ("20240410", "repair"),
    ("25/04/2024", "repair"),
    ("10 Apr 2024", "repair"),
    ("45392", "repair"),
    ("", "repair"),
    ("03/04/2024", "reject"),
    ("2024-02-30", "reject"),
    ("24-04-10", "reject"),
    ("2024-03-15", "reject"),
    ("2025-02-01", "reject"),
    ("明天", "reject"),
]


@pytest.mark.parametrize(("text", "verdict"), RECORDED, ids=[case[0] for case in RECORDED])
def test_a_moment_of_recording(text: str, verdict: str) -> None:
    receipt = receive(tidy_text(3, "recorded_at", text))
    assert receipt.verdict == verdict, receipt.findings
    worst = [item for item in receipt.findings if item.severity != "info"]
    assert not worst or (worst[0].row, worst[0].column) == (4, "recorded_at")


NAMES = [
    ("tech_smes", "accept"),
    ("科技型中小企业数", "accept"),
    (" 科技型中小企业评价认定数", "repair"),
    ("科技型中小企业评价认定数（家）", "repair"),
    ("科技型 中小企业评价认定数", "repair"),
    ("1.科技型中小企业评价认定数", "repair"),
    ("科技型中小企业评价\u200b认定数", "repair"),
    ("科技型中小企业", "reject"),
    ("科技型中小企业评价认定", "reject"),
    ("新增高新技术企业", "reject"),
    ("新認定高新技術企業", "reject"),
    ("", "reject"),
    ("???", "reject"),
    ("=HYPERLINK(1)", "reject"),
]


@pytest.mark.parametrize(("text", "verdict"), NAMES, ids=[case[0] for case in NAMES])
def test_an_indicator(text: str, verdict: str) -> None:
    receipt = receive(tidy_text(3, "indicator", text))
    assert receipt.verdict == verdict, receipt.findings


SOURCES = [
    ("县金融办😀", "accept"),
    ("县金融办（产业科）", "accept"),
    ("https://www.example.gov.cn/a?b=1", "accept"),
    ("R&D 经费统计 - 快报", "accept"),
    ("《2024 年统计公报》第 3 页", "accept"),
    ("12345 热线", "accept"),
    ("GB/T 2260", "accept"),
    ("=cmd|' /C calc'!A0", "repair"),
    ("@SUM(1)", "repair"),
    ("+1+1", "repair"),
    ("-2+3", "repair"),
    ("<script>alert(1)</script>", "repair"),
    ("{{7*7}}", "accept"),
    ("${jndi:ldap://x}", "accept"),
    ('#read("/etc/passwd")', "repair"),
    ("'; DROP TABLE readings; --", "accept"),
    ("../../../../etc/passwd", "repair"),
    ("C:\\Windows\\system32", "repair"),
    ("password=abc123", "repair"),
    ("AKIAABCDEFGHIJKLMNOP", "repair"),
    ("密码：abc123", "repair"),
    ("张三 431230199001011234", "repair"),
    ("13800000000", "repair"),
    ("县商务\u202egnp.exe局", "repair"),
    ("县\u200b金融办", "repair"),
    ("县金融办\x1b[31m", "repair"),
    ("县金融办\ufffd", "reject"),
    ("", "repair"),
]


@pytest.mark.parametrize(("text", "verdict"), SOURCES, ids=[repr(case[0]) for case in SOURCES])
def test_a_source_stays_text(text: str, verdict: str) -> None:
    receipt = receive(tidy_text(3, "source", text))
    assert receipt.verdict == verdict, receipt.findings
    if verdict != "reject" and text:
        assert receipt.entries[2].source == text.strip()


SOUND = tidy_text()
FILES: list[tuple[str, bytes, str, str]] = [
    ("utf-8 with mark", b"\xef\xbb\xbf" + SOUND.encode(), "accept", ""),
    ("no final newline", SOUND.rstrip("\n").encode(), "accept", ""),
    ("all quoted", ("\n".join('"' + line.replace(",", '","') + '"' for line in SOUND.splitlines())).encode(), "accept", ""),
    ("gb18030", SOUND.encode("gb18030"), "repair", "encoding"),
    ("utf-16 with mark", SOUND.encode("utf-16"), "repair", "encoding"),
    ("utf-16 without mark", SOUND.encode("utf-16-le"), "reject", ""),
    ("big5", SOUND.replace("县", "縣").encode("big5", "replace"), "reject", ""),
    ("utf-8 and gbk mixed", SOUND.encode()[:300] + SOUND.encode("gbk")[200:], "reject", ""),
    ("gbk cut", SOUND.rstrip("\n").encode("gbk").rsplit("县金融办".encode("gbk"), 1)[0] + b"\xcf\xd8\xbd", "reject", "truncated"),
    ("gbk read as utf-8", SOUND.encode("gbk").decode("utf-8", "replace").encode(), "reject", "mojibake"),
    ("utf-8 read as gbk", SOUND.encode().decode("gb18030", "replace").encode(), "reject", "mojibake"),
    ("cr only", SOUND.replace("\n", "\r").encode(), "repair", "line_ends"),
    ("mixed line ends", SOUND.replace("\n", "\r\n", 2).encode(), "repair", "line_ends"),
    ("blank only", b"\n\n  \n", "reject", "empty_file"),
    ("semicolons", SOUND.replace(",", ";").encode(), "repair", "separator"),
    ("pipes", SOUND.replace(",", "|").encode(), "repair", "separator"),
    ("full-width commas", SOUND.replace(",", "，").encode(), "repair", "separator"),
    ("mixed separators", SOUND.replace(",", ";").replace(";", ",", 9).encode(), "reject", ""),
    ("a comma too many", SOUND.replace("53,家", "1,234,家").encode(), "reject", "cells"),
    ("a cell too few", SOUND.replace("53,家", "家").encode(), "reject", "cells"),
    ("a quote never closed", SOUND.replace("53,家,", '53,家,"').encode(), "reject", "quote"),
    ("chinese header", SOUND.replace(HEADER, "指标,期间,数值,单位,来源,记录时间").encode(), "accept", "column_name"),
    ("header in capitals", SOUND.replace(HEADER, HEADER.upper()).encode(), "repair", "column_name"),
    ("header with spaces", SOUND.replace(HEADER, HEADER.replace(",", " , ")).encode(), "repair", "column_name"),
    ("no header", "\n".join(SOUND.splitlines()[1:]).encode(), "reject", "header"),
    ("no unit column", SOUND.replace(",unit,", ",单价,").encode(), "reject", "missing_column"),
    ("another column", "\n".join(line + (",备注" if i else ",note") for i, line in enumerate(SOUND.splitlines())).encode(), "repair", "extra_column"),
    ("header twice", (SOUND + HEADER + "\n").encode(), "repair", "header_again"),
    ("title above", ("创新指标报送表\n" + SOUND).encode(), "repair", "title_line"),
    ("sep line", ("sep=,\n" + SOUND).encode(), "repair", "title_line"),
    ("a row twice", (SOUND + SOUND.splitlines()[3] + "\n").encode(), "repair", "duplicate"),
    ("a row twice with another value", (SOUND + SOUND.splitlines()[3].replace("53", "54") + "\n").encode(), "reject", "conflict"),
    ("a revision in the file", (SOUND + SOUND.splitlines()[3].replace("53", "54").replace("04-10", "05-10") + "\n").encode(), "accept", ""),
    ("a later month that fell", (SOUND + SOUND.splitlines()[3].replace("53", "50").replace("03,", "04,").replace("04-10", "05-10") + "\n").encode(), "repair", "fall"),
    ("quotes escaped by backslashes", SOUND.replace("53,家,县金融办", '53,家,"县\\"金融\\"办"').encode(), "repair", "quotes"),
    ("quotes not doubled", SOUND.replace("53,家,县金融办", '53,家,"县"金融"办"').encode(), "repair", "quotes"),
    ("quotes doubled", SOUND.replace("53,家,县金融办", '53,家,"县""金融""办"').encode(), "accept", ""),
    ("a comma between odd quotes", SOUND.replace("53,家,县金融办", '53,家,县"金,融"办').encode(), "reject", "quote"),
    ("single quotes", SOUND.replace("53,家,县金融办", "53,家,'县金融办'").encode(), "repair", "quotes"),
    ("two files in one", (SOUND + "\ufeff" + SOUND.replace("2024-03", "2024-02")).encode(), "repair", "header_again"),
    ("aligned with blanks", SOUND.replace(",", "  ").encode(), "reject", "header"),
    ("a line break in a cell", SOUND.replace("53,家", "5\n3,家").encode(), "reject", "cells"),
    ("columns in another order", "\n".join(",".join(reversed(line.split(","))) for line in SOUND.splitlines()).encode(), "accept", ""),
    ("utf-8 as utf-16 says", b"\xff\xfe" + SOUND.encode()[:-1], "reject", ""),
    ("a web page", b"<html><table><tr><td>1</td></tr></table></html>", "reject", "not_a_table"),
    ("a pdf", b"%PDF-1.7\n" + bytes(range(256)), "reject", "not_a_table"),
    ("json", b'[{"indicator": "a"}]', "reject", "not_a_table"),
    ("a zip", b"PK\x05\x06" + bytes(18), "reject", ""),
    ("random bytes", bytes(range(256)) * 4, "reject", ""),
    ("prose", "各位领导，上月数据如下，请审阅。".encode(), "reject", "header"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "verdict", "code"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_a_tidy_file(content: bytes, verdict: str, code: str) -> None:
    receipt = receive(content)
    assert receipt.verdict == verdict, receipt.findings
    assert not code or code in {item.code for item in receipt.findings}, receipt.findings


def months(*names: str) -> str:
    return "指标,单位," + ",".join(names)


SHORT = ("科技型中小企业评价认定数,家,5,9,14", "知识价值信用贷款备案,亿元,0.01,0.02,0.03")
SHEETS: list[tuple[str, str, str, str]] = [
    ("not yet reported", wide_text(*(row.replace(",54", ",").replace(",15", ",—") for row in WIDE)), "accept", ""),
    ("some months only", wide_text(*SHORT, header=months("1-3月", "1-6月", "1-9月")), "accept", ""),
    ("quarters", wide_text(*SHORT, header=months("一季度", "上半年", "前三季度")), "repair", "heading_spelling"),
    ("said to be single", wide_text(*SHORT, header=months("1月当月", "2月当月", "3月当月")), "repair", ""),
    ("said to be single above", wide_text(*SHORT, header=months("1月", "2月", "3月"), above="2024年各月当月数,,,,"), "repair", ""),
    ("said to be cumulative", wide_text(*SHORT, header=months("1月累计", "2月累计", "3月累计")), "repair", ""),
    ("single", wide_text(*SHORT, header=months("1月", "2月", "3月")), "reject", "not_cumulative"),
    ("not from January", wide_text(*SHORT, header=months("1月", "1-2月", "2-3月")), "reject", ""),
    ("a month twice", wide_text(*SHORT, header=months("1月", "1-2月", "1—2月")), "reject", "duplicate_column"),
    ("thirteen months", wide_text(*SHORT, header=months("1月", "1-2月", "1-13月")), "reject", ""),
    ("years in headings", wide_text(*SHORT, header=months("2024年1月", "2024年1-2月", "2024年1-3月")), "repair", ""),
    ("two years in headings", wide_text(*SHORT, header=months("2023年1-3月", "2024年1-3月", "2024年1-6月")), "repair", ""),
    ("当月 and 累计 under each month", "指标,单位,3月,,4月,\n,,当月,累计,当月,累计\n新增企业上云,家,1,3,2,5\n", "repair", "two_line_header"),
    ("a year over its months", "指标,单位,2023年,,2024年,\n,,1-3月,1-6月,1-3月,1-6月\n新增企业上云,家,1,3,2,5\n", "repair", "two_line_header"),
    ("another year above", wide_text(above="2023年创新指标,,,,,,,,,,,,,"), "reject", "year_conflict"),
    ("a remark column", "\n".join(f"{line},{'备注' if not i else '快报'}" for i, line in enumerate(wide_text().splitlines())), "repair", "extra_column"),
    ("numbered rows", "\n".join(f"{i or '序号'},{line}" for i, line in enumerate(wide_text().splitlines())), "accept", ""),
    ("unit above", wide_text(*(row.replace(",亿元,", ",") for row in WIDE[2:]), header="指标," + MONTHS, above="单位：亿元,,,,,,,,,,,,"), "repair", ""),
    ("another unit above", wide_text(*WIDE[2:], above="单位：万元,,,,,,,,,,,,,"), "reject", "unit_conflict"),
    ("no unit", wide_text(WIDE[0].replace(",家,", ",,")), "reject", "unit_empty"),
    ("unit in the name", wide_text("科技型中小企业评价认定数（家）" + WIDE[0].split("家", 1)[1], header="指标," + MONTHS), "repair", ""),
    ("money in 万元", wide_text("知识价值信用贷款备案,万元,100,200,300,500,600,800,900,1000,1200,1300,1400,1500"), "repair", "unit_converted"),
    ("fall", wide_text(WIDE[1].replace(",9,10,", ",9,8,")), "repair", "fall"),
    ("jump", wide_text(WIDE[1].replace(",9,10,", ",9,10000,")), "repair", "jump"),
    ("total", wide_text(*WIDE[:2], "合计,家,6,11,17,23,29,35,42,47,52,59,64,69"), "repair", "total_row"),
    ("total does not add up", wide_text(*WIDE[:2], "合计,家,6,11,17,23,29,36,42,47,52,59,64,69"), "repair", "total"),
    ("notes below", wide_text(below="注：快报数,,,,,,,,,,,,,\n填报人：张三,,,,,,,,,,,,,"), "repair", "note_row"),
    ("group titles", wide_text("一、企业,,,,,,,,,,,,,", *WIDE), "repair", "group_row"),
    ("unknown row", wide_text(*WIDE, "新增高新技术企业,家,1,,,,,,,,,,,"), "reject", "unknown_indicator"),
    ("nameless row", wide_text(*WIDE, ",家,1,,,,,,,,,,,"), "reject", "unknown_indicator"),
    ("twice the same", wide_text(*WIDE, WIDE[0]), "repair", "duplicate"),
    ("a fraction of a firm", wide_text(WIDE[0].replace(",5,", ",5.5,")), "reject", "fraction"),
    ("only a header", wide_text(" "), "reject", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "code"), [case[1:] for case in SHEETS], ids=[case[0] for case in SHEETS])
def test_a_wide_file(text: str, verdict: str, code: str) -> None:
    receipt = receive(text)
    assert receipt.verdict == verdict, receipt.findings
    assert not code or code in {item.code for item in receipt.findings}, receipt.findings


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("报表.csv", "reject"),
        ("报表_24.csv", "reject"),
        ("报表_2023-2024.csv", "reject"),
        ("报表_2031.csv", "reject"),
        ("2023年报表.csv", "accept"),
    ],
)
def test_the_year_comes_from_the_files_name(name: str, verdict: str) -> None:
    assert receive(wide_text(), name).verdict == verdict


def test_single_months_keep_their_basis() -> None:
    receipt = receive(wide_text(*SHORT, header=months("1月当月", "2月当月", "3月当月")))
    assert {entry.basis for entry in receipt.entries} == {"single"}
