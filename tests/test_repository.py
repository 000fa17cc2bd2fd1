"""What the repository promises of itself: notebooks without logic, no names of people or places in the code."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SOURCES = sorted((ROOT / "tongdao").rglob("*.py"))


def source(cell: dict[str, object]) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_arranges_and_does_not_compute(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    first = source(cells[0])
    assert cells[0]["cell_type"] == "markdown"
    assert all(word in first for word in ("回答的问题", "读者", "参数"))
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert len(code) <= 12
    assert sum(len(source(cell).splitlines()) for cell in code) <= 80
    tree = ast.parse("\n".join(source(cell) for cell in code))
    banned = (ast.FunctionDef, ast.ClassDef, ast.Try, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, banned)]
    assert not re.search(r"sys\.path|warnings", "".join(source(cell) for cell in code))
    assert sum("import" in source(cell) for cell in code) == 1
    parameters = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert len(parameters) == 1
    for line in source(parameters[0]).splitlines():
        assert re.fullmatch(r"\w+: (str|int|float|bool) = .+  # .+", line), line
    names = {node.target.id for node in ast.parse(source(parameters[0])).body}  # type: ignore[attr-defined]
    assert {"month", "as_of", "workbook"} <= names


def test_no_name_of_a_campaign_a_region_or_a_department_in_the_code() -> None:
    words: set[str] = set()
    for file in sorted((ROOT / "data").glob("*/plan.toml")):
        plan = tomllib.loads(file.read_text(encoding="utf-8"))
        words |= {plan["title"], plan["report_title"], *plan["regions"].values()}
        words |= {unit["name"] for unit in plan.get("department", [])} | {i["name"] for i in plan["indicator"]}
        words |= {i["id"] for i in plan["indicator"]}
    for path in (*SOURCES, *NOTEBOOKS):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path
        assert not re.search(r"data/hunan|湖南|通道县", text), path


def test_the_lock_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for extra in declared["optional-dependencies"].values() for line in extra]
    for requirement in [*declared["dependencies"], *(line for line in extras if not line.startswith("tongdao["))]:
        name = re.match(r"[A-Za-z0-9-]+", requirement)
        assert name is not None
        assert re.search(rf"^{name.group()}==", text, re.M), requirement


@pytest.mark.parametrize(
    ("done", "heavy"),
    [
        ("import tongdao", ("altair", "scipy", "papermill", "pandas", "IPython")),
        (
            "from tongdao.runs import runs; from tongdao.workbook import find_workbook, reports_folder",
            ("pandas", "typst"),
        ),
        (
            "from tongdao.runs import due_jobs; from tongdao.analysis import owed",
            ("scipy", "typst", "tongdao.forecast"),
        ),
        ("from tongdao.runs import ForkServer, get_ready, run_report", ("pandas", "numpy", "papermill", "typst")),
        (
            "from tongdao.forecast import outlook; [hasattr(each, '__file__') for each in [*sys.modules.values()]]",
            ("numpy.f2py", "numpy.testing"),  # also where a kernel looks through all modules
        ),
        (
            "import tongdao as td\nfrom typer.testing import CliRunner\nfrom tongdao.cli.program import app\n"
            "assert not any(CliRunner().invoke(app, asked).exit_code for asked in (['status'], ['owed']))\n"
            "assert td.MonthlyReport.open('tongdao').indicator_table()",
            ("polars", "psycopg", "dask", "distributed"),
        ),
        ("from tongdao.forecast import outlook; from numpy.testing import assert_equal; assert_equal(1, 1)", ()),
    ],
)
def test_importing_the_package_is_light_and_quiet(done: str, heavy: tuple[str, ...]) -> None:
    program = f"import sys\n{done}\nprint([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
    assert told.stderr == ""


def test_only_one_module_reads_the_clock() -> None:
    pattern = re.compile(r"\b(datetime\.now|date\.today|time\.time|utcnow|Timestamp\.now)\(")
    readers = [path.name for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))]
    assert readers == ["calendar.py"]


def test_every_public_name_is_documented() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert path.name == "__init__.py" or ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                one_line = isinstance(node, ast.FunctionDef) and len(node.body) == 1 and not node.args.args[1:]
                assert ast.get_docstring(node) or one_line, f"{path.name}: {node.name}"


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="只有几个进程一起检验时才分组（make test）")
@pytest.mark.xdist_group("one")
def test_tests_that_share_a_server_share_a_process(request: pytest.FixtureRequest) -> None:
    """By the name that the scheduler goes by: without it each process would start JupyterLab and PostgreSQL."""
    assert request.node.nodeid.endswith("@one")
