"""tongdao new: a workbook of one's own, empty or taken over, without figures that are made up."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import ROOT, Run
from pydantic import BaseModel

from tongdao.document.prose import prose_of
from tongdao.plan.plan import Plan, read_plan
from tongdao.workbook.workbook import open_workbook

SKELETON = (ROOT / "tongdao" / "lab" / "skeleton.toml").read_text(encoding="utf-8")


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all those its fields hold."""
    yield model
    for field in model.model_fields.values():
        for part in parts(field.annotation):
            yield from models(part)


def parts(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for inner in get_args(kind):
        yield from parts(inner)


def test_every_key_of_a_plan_is_in_the_skeleton() -> None:
    for model in set(models(Plan)):
        for name, field in model.model_fields.items():
            key = field.alias or name
            written = rf"^#?{key} = |^#?\[+(\w+\.)*{key}\]+$|[{{,] ?{key} = |\b{key}\b.*(?=为从、到|$)"
            assert re.search(written, SKELETON, re.M), f"{model.__name__}.{key} 在 skeleton.toml 里没有说明"


def test_the_skeleton_is_a_plan_as_it_stands_and_with_everything_switched_on(tmp_path: Path) -> None:
    whole = tmp_path / "whole.toml"
    whole.write_text(re.sub(r"^#(?! )|^#(?=  \{)", "", SKELETON, flags=re.M), encoding="utf-8")
    plan = read_plan(whole)
    assert len(plan.indicators) == 3
    assert plan.registers
    assert plan.assessment is not None
    assert plan.assessment.cells


def test_an_empty_workbook_is_checked_reported_and_says_that_it_has_no_data(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "own").code == 0
    checked = run("check", "--workbook", tmp_path / "own")
    assert checked.code == 1
    assert "还没有读数" in checked.out
    assert checked.out.count("还是模板里的“（请填写") == 2
    plan = tmp_path / "own" / "plan.toml"
    plan.write_text(re.sub("（请填写.*?）", "某某", plan.read_text(encoding="utf-8")), encoding="utf-8")
    assert run("check", "--workbook", tmp_path / "own").code == 0
    for report in ("start", "monthly_report"):
        assert run("report", report, "--workbook", tmp_path / "own", "--out", tmp_path / "out").code == 0
    assert (tmp_path / "own" / "notebooks" / "explore.ipynb").is_file()


def test_the_first_reading_of_an_empty_workbook_is_reported(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "own").code == 0
    typed = {"indicator": "第一项指标", "period": "2025-01", "value": "5", "unit": "家", "source": "台账"}
    given = [part for key, text in typed.items() for part in (f"--{key}", text)]
    assert run("add", *given, "--workbook", tmp_path / "own", "--as-of", "2025-02-10").code == 0
    assert "5家" in run("status", "--workbook", tmp_path / "own").out
    done = run("report", "--workbook", tmp_path / "own", "--out", tmp_path / "out")
    assert done.code == 0, done.err


def test_taking_over_leaves_what_is_made_up_behind(run: Run, tmp_path: Path) -> None:
    done = run("new", tmp_path / "own", "--from", "data/tongdao")
    assert "没有带过来" in done.out
    book, before = open_workbook(tmp_path / "own"), open_workbook(ROOT / "data" / "tongdao")
    assert not book.plan.example
    assert book.plan.indicators == before.plan.indicators
    assert book.readings.empty
    assert not any("示例" in path.read_text(encoding="utf-8-sig") for path in (tmp_path / "own").rglob("*.csv"))


def test_taking_over_keeps_real_history(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "own", "--from", "hunan").code == 0
    assert len(open_workbook(tmp_path / "own").readings) == len(open_workbook(ROOT / "data" / "hunan").readings)


def test_a_folder_with_a_plan_is_left_alone(run: Run, county: Path) -> None:
    before = (county / "plan.toml").read_bytes()
    done = run("new", county)
    assert done.code == 2
    assert "已经有 plan.toml" in done.sentence
    assert (county / "plan.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["readings.csv"])
def test_a_file_that_cannot_be_opened_is_a_sentence(name: str, run: Run, county: Path) -> None:
    (county / name).unlink()
    (county / name).mkdir()  # the system refuses to read it, as Windows does a file that Excel has open
    done = run("status", "--workbook", county)
    assert done.code == 2
    assert "同名的文件夹" in done.sentence


LINES = [
    "云溪县招商工作方案",
    "2024年3月5日",
    "一、目标",
    "到2026年，新引进企业12家以上。（县商务局牵头，县财政局配合）",
]


def written(path: Path) -> Path:
    """The same short plan as a file of each kind."""
    if path.suffix == ".docx":
        from docx import Document

        document = Document()
        for line in LINES:
            document.add_paragraph(line)
        table = document.add_table(2, 3)
        for row, cells in zip(table.rows, [("指标", "单位", "2026年目标"), ("签约额", "亿元", "8")], strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        document.save(str(path))
    elif path.suffix == ".pdf":
        import typst

        font = ROOT / "tongdao" / "document" / "fonts"
        source = '#set text(font: "Noto Serif SC", lang: "zh")\n' + "\n\n".join(LINES)
        path.with_suffix(".typ").write_text(source, encoding="utf-8")
        path.write_bytes(typst.compile(str(path.with_suffix(".typ")), font_paths=[str(font)]))
    else:
        path.write_bytes("\n".join(LINES).encode("gb18030"))
    return path


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".pdf"])
def test_a_plan_in_any_kind_of_file_is_read(suffix: str, run: Run, tmp_path: Path) -> None:
    done = run("new", tmp_path / "own", "--text", written(tmp_path / f"方案{suffix}"))
    assert done.code == 0, done.err
    plan = read_plan(tmp_path / "own" / "plan.toml")
    assert plan.title == "云溪县招商工作方案"
    assert plan.indicators[0].target == 12
    assert plan.lead(plan.indicators[0]) == ("县商务局",)
    assert len(plan.indicators) == (2 if suffix == ".docx" else 1)
    assert run("check", "--workbook", tmp_path / "own").code == 0


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_word_file_is_read_as_word_shows_it(run: Run, tmp_path: Path) -> None:
    """Numbers set by styles and lists, tracked changes and content controls are no text of a paragraph's own runs."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    forms = [("chineseCountingThousand", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(forms)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'))
    for number in (90, 91):
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>' if number == 91 else ""
        inner = f'<w:abstractNumId w:val="90"/>{again}'
        numbering.append(parse_xml(f'<w:num {W} w:numId="{number}">{inner}</w:num>'))

    def place(at: int, number: int = 90) -> Any:
        return parse_xml(f'<w:numPr {W}><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')

    heading = document.styles.add_style("公文一级", 1)
    heading.element.get_or_add_pPr().append(place(0))
    document.add_paragraph("松岭县产业方案（2024—2026年）")
    document.add_paragraph("目标", style="公文一级")
    aims = document.add_paragraph("到2026年，")
    for kind, text, area in (("ins", "t", 12), ("del", "delText", 10)):
        inner = f"<w:r><w:{text}>茶园面积稳定在{area}万亩，</w:{text}></w:r>"
        aims._p.append(parse_xml(f'<w:{kind} {W} w:id="{area}" w:author="甲">{inner}</w:{kind}>'))
    control = "<w:sdtPr/><w:sdtContent><w:p><w:r><w:t>零售额突破3亿元。</w:t></w:r></w:p></w:sdtContent>"
    document.element.body.insert(-1, parse_xml(f"<w:sdt {W}>{control}</w:sdt>"))
    document.add_paragraph("任务", style="公文一级")
    for at, text in ((1, "主体"), (2, "新增企业4家。（县农业局）"), (2, "新建基地2个。（县林业局）"), (1, "品牌")):
        document.add_paragraph(text)._p.get_or_add_pPr().append(place(at))
    document.add_paragraph("另起")._p.get_or_add_pPr().append(place(0, 91))
    document.add_paragraph("30家企业上云")._p.get_or_add_pPr().append(place(2, 91))
    document.save(str(tmp_path / "方案.docx"))
    assert prose_of(tmp_path / "方案.docx").splitlines()[1:] == [
        *("一、目标", "到2026年，茶园面积稳定在12万亩，", "零售额突破3亿元。", "二、任务", "（一）主体"),
        *("1.新增企业4家。（县农业局）", "2.新建基地2个。（县林业局）", "（二）品牌", "七、另起", "1、30家企业上云"),
    ]
    assert run("new", tmp_path / "own", "--text", tmp_path / "方案.docx").code == 0
    plan = read_plan(tmp_path / "own" / "plan.toml")
    leads = {one.name: plan.lead(one) for one in plan.indicators}
    assert leads == {"茶园面积": (), "零售额": (), "新增企业": ("县农业局",), "新建基地": ("县林业局",), "企业上云": ()}


def test_what_word_shows_beside_a_figure_is_none_of_its_digits(tmp_path: Path) -> None:
    """A raised mark, a figure struck through or hidden, a character under its pinyin; a sign of Word's own is there."""
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    document.styles.add_style("上标", 2).font.superscript = True
    for text, font, value in (("125", "superscript", "1"), ("", "strike", "45"), ("", "hidden", "8")):
        line = document.add_paragraph(f"达到{text}")
        setattr(line.add_run(value).font, font, True)
        line.add_run("12家")
    document.add_paragraph("10km").add_run("2", style="上标")
    guide = "<w:rt><w:r><w:t>yī</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漪</w:t></w:r></w:rubyBase>"
    name = document.add_paragraph("李")
    name._p.append(parse_xml(f"<w:r {W}><w:ruby>{guide}</w:ruby></w:r>"))
    name.add_run("负责")
    for code in ("F02D", "F0B3"):
        line = document.add_paragraph("达到")
        line.add_run()._r.append(parse_xml(f'<w:sym {W} w:font="Symbol" w:char="{code}"/>'))
        line.add_run("1.5‰")
    document.save(str(tmp_path / "方案.docx"))
    lines = prose_of(tmp_path / "方案.docx").splitlines()
    assert lines == ["达到125¹12家", "达到12家", "达到12家", "10km²", "李漪负责", "达到-1.5‰", "达到≥1.5‰"]


def test_lines_broken_at_the_edge_of_a_page_are_joined(tmp_path: Path) -> None:
    """What is copied from a PDF: a number broken in two is one, rows of a table stay rows."""
    wide = "到2026年，全县高新技术企业达到100家以上，科技型中小企业突破200家，技术合同成交额达到3亿元，" * 4
    broken = [wide[at : at + 33] for at in range(0, len(wide), 33)]
    rows = [
        "指标 单位 2023年 2026年",
        "研发投入强度 % 2.1 2.5",
        "高新技术产业（含数字经济）增加值占全县生产总值比重 % 16 18",
    ]
    rows += ["农田（含复种） 万亩 42.5 43"]
    path = tmp_path / "方案.txt"
    entry = "第一章 深入实施创新驱动发展战略加快建设创新型县 ………………………………… 3"  # wider than the page's text
    path.write_text("\n".join([entry, "一、目标", *broken, "（一）平台", *rows]), encoding="utf-8")
    assert prose_of(path).splitlines() == [entry, "一、目标", wide, "（一）平台", *rows]
    roads = "改造县道升三级公路 60 公里、乡道升四级公路双车道 80 公", "里，改造危桥 12 座。（责任单位：", "县交通局）"
    path.write_text("\n".join(["一、目标", *broken, *roads]), encoding="utf-8")
    assert prose_of(path).splitlines() == ["一、目标", wide, "".join(roads)]  # blanks of type make no row
    path.write_text("\n".join(LINES), encoding="utf-8")
    assert prose_of(path).splitlines() == LINES


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("方案.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .docx"),
        ("方案.docx", b"PK\x03\x04", "损坏"),
        ("方案.pdf", b"%PDF-1.4\n", "打不开"),
    ],
)
def test_a_file_that_is_no_text_is_refused_and_no_workbook_made(
    name: str, content: bytes, words: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("new", tmp_path / "own", "--text", tmp_path / name)
    assert done.code == 2
    assert words in done.sentence
    assert not (tmp_path / "own").exists()
