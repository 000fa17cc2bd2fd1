"""Words of people on their way into Markdown and into names of files."""

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from IPython.core.formatters import DisplayFormatter

from tongdao.base import file_name, inside
from tongdao.document.blocks import Heading, ListBlock, Paragraph
from tongdao.document.markup import read_markdown
from tongdao.pages.display import Text

MARKS = st.text("\\`*_[]()<>!#+-=|~$&@:/.^{}'\" \t\n1a9www.中，“”", min_size=1, max_size=40)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(MARKS)
def test_what_people_wrote_is_printed_sign_for_sign(words: str) -> None:
    """In a paragraph, in a point of a list, as a bold lead and as a title: the same signs, no style, no link."""
    for text, kind in ((Text(words), Paragraph), (Text(points=[f"甲{words}"]), ListBlock)):
        blocks = read_markdown(text._repr_mimebundle_()["text/markdown"])
        assert all(isinstance(block, kind) for block in blocks), words
        parts = [p for b in blocks for p in ([b] if isinstance(b, Paragraph) else [p for i in b.items for p in i])]
        assert all(isinstance(part, Paragraph) and part.role == "body" for part in parts), words
        spans = [span for part in parts for span in part.inlines]
        assert not any(s.strong or s.emphasis or s.code or s.strike or s.link or s.shift for s in spans), words
        assert bare("".join(span.text for span in spans)).removeprefix("甲") == bare(words)


@pytest.mark.parametrize(
    "name", ["[点这里](http://x.test/)", "**急**", "<b>粗</b>", "![图](x.png)", "#一 号", "`x` $y$"]
)
def test_a_name_in_a_lead_and_in_a_title_is_a_name(name: str) -> None:
    lead = read_markdown(Text("：完成", lead=name)._repr_mimebundle_()["text/markdown"])
    assert [(span.text, span.strong, span.link) for span in lead[0].inlines] == [
        (name, True, None),
        ("：完成", False, None),
    ]
    title, points = read_markdown(Text(points=["甲"], title=name)._repr_mimebundle_()["text/markdown"])
    assert isinstance(title, Heading)
    assert [span.text for span in title.inlines] == [name]
    assert isinstance(points, ListBlock)


def test_text_for_a_terminal_and_for_a_chat_stays_as_it_is() -> None:
    assert DisplayFormatter().format(Text("*甲*_乙_"))[0]["text/plain"] == "*甲*_乙_"


@given(st.text(max_size=300))
def test_a_file_stays_in_its_folder_whatever_its_name(text: str) -> None:
    name = file_name(text)
    assert Path("/out", name).parent == Path("/out")
    assert Path("/out", name).name == name
    assert len(name.encode()) <= 180
    assert file_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("CON", "_ON"), ("nul .pdf", "_ul .pdf"), ("com¹.a", "_om¹.a"), ("甲局. ", "甲局"), ("console", "console")],
)
def test_a_file_has_no_name_that_windows_keeps_for_itself(text: str, name: str) -> None:
    assert file_name(text) == name


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../a.csv", "a/../../b", "..\\a", "C:\\a.csv", "c:a", "~/a", "\\\\h\\s"]
)
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="不在工作簿文件夹里"):
        inside(path)


@pytest.mark.parametrize("path", ["plan.txt", "registers/firms.csv", "名册 2024..csv", "a..b/c"])
def test_a_path_inside_is_itself(path: str) -> None:
    assert inside(path) == path
