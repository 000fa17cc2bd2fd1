"""The house keeps its size and its doors: limits on modules and lines, imports only by a room's door."""

import ast
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "tongdao"
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
SIZES = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sorted(PACKAGE.rglob("*.py"))}

ENTRIES = 12  # at the top level of the package
MODULES = 147
LINES = 28_446  # of the package
MODULE_LINES = 400
ROOM_LINES = 2_500
LARGER = {
    "document": 3_583,
    "intake": 5_161,
    "pages": 3_738,
    "plan": 2_903,
    "runs": 2_986,
}  # which may only shrink

TWICE = {"Figure", "LIGHTS"}  # names that still stand in two doors; none may join them


def module(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def by_door(room: str) -> list[str]:
    """The public names of a room, as its stub lists them."""
    stub = PACKAGE / room / "__init__.pyi"
    if not stub.is_file():  # the command line: nobody imports it
        return []
    imports = [node for node in ast.parse(stub.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
    return [alias.asname or alias.name for node in imports for alias in node.names]


def test_the_top_level_has_few_entries() -> None:
    assert len([path for path in PACKAGE.iterdir() if path.name != "__pycache__"]) <= ENTRIES


def test_the_package_has_not_grown() -> None:
    assert len(SIZES) <= MODULES
    assert sum(SIZES.values()) <= LINES


def test_no_module_is_too_long() -> None:
    assert not {module(path): lines for path, lines in SIZES.items() if lines > MODULE_LINES}


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_is_too_large(room: str) -> None:
    lines = sum(lines for path, lines in SIZES.items() if path.is_relative_to(PACKAGE / room))
    assert lines <= LARGER.get(room, ROOM_LINES)


@pytest.mark.parametrize("room", ROOMS)
def test_another_room_is_entered_by_its_door(room: str) -> None:
    """``from tongdao.<room> import name`` and nothing else; inside the room, full module paths."""
    past: list[str] = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
                wrong = [name for name in named if name.startswith("tongdao.")]
            elif isinstance(node, ast.ImportFrom):
                parts = (node.module or "").split(".")
                own = parts[:2] == ["tongdao", room]
                deep = len(parts) > 2 and not own
                unlisted = len(parts) == 2 and not own and {a.name for a in node.names} - set(by_door(parts[1]))
                wrong = [node.module or "."] if node.level or (parts[0] == "tongdao" and (deep or unlisted)) else []
            else:
                continue
            past += [f"{module(path)}:{node.lineno} {name}" for name in wrong]
    assert not past


@pytest.mark.parametrize("room", ROOMS)
def test_every_name_of_a_door_is_there(room: str) -> None:
    door = import_module(f"tongdao.{room}")
    missing = [name for name in by_door(room) if not hasattr(door, name)]
    assert not missing


def test_a_public_name_stands_in_one_module() -> None:
    """Two doors with one name make a reader ask which is meant."""
    found = Counter(name for room in ROOMS for name in by_door(room))
    assert {name for name, times in found.items() if times > 1} <= TWICE


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        (["runs"], ("pandas", "numpy", "tongdao.plan.plan")),
        (
            ["run", "--rehearse"],
            ("scipy", "altair", "IPython", "rich", "tongdao.forecast", "tongdao.plan.text.sentence"),
        ),
        (["report", "briefing"], ("pandas", "numpy", "IPython", "papermill", "rich", "tongdao.plan.plan")),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    command: list[str], unneeded: tuple[str, ...], tmp_path: Path
) -> None:
    """Imports are most of a short command's time; a report is counted where it is published, not where cells run."""
    program = f"""import sys
from tongdao.cli.program import run_command
assert run_command({[*command, "--out", str(tmp_path)]}) == 0
print([name for name in {unneeded} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
