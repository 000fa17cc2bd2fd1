"""Hand in, correct, hand in again, withdraw, list, enter, sort and publish, in any order, on any day: totals are those
of a plain model, and every report is made again to the byte."""

import contextlib
import hashlib
import json
import random
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from conftest import ROOT, SMALL, Finished, KeptServer, called, indicator, small_workbook
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tongdao.analysis import main_aim, standing
from tongdao.runs import Job, one_job, repeated, replay, run_report
from tongdao.workbook import Workbook, open_workbook

MONTHS = range(1, 4)
MONTH = "2024-03"
REGISTER = """
[[register]]
name = "名册"
file = "registers/entered.csv"
since = 2024-01-01
columns = { number = "编号", begins = "认定" }
[[register.feed]]
indicator = "entered"
rule = "year"
"""
SHEET = "编号,名称,条款,指标,牵头单位,责任单位,责任人,时限,进度,存在问题,下步措施,佐证"
SHOWN = """
from IPython.display import Markdown
from tongdao.workbook import open_workbook

view = open_workbook(workbook).view(month, as_of)
known = view.observed.drop(columns="line").to_csv()
Markdown(f"{known} {view.lists}")
"""


@dataclass
class Delivered:
    """A file with one figure of a month (0: of a list), the day from which it was known and that from which it is no
    longer; ``name`` is that by which it is withdrawn."""

    path: Path
    name: str
    month: int
    value: int
    day: date
    brought: bool = True  # whether its figure was recorded, not known already
    until: date = date.max


class AnyOrder(RuleBasedStateMachine):
    """A workbook of one flow in single months, of which three are known from the start, a list and a register."""

    server: ClassVar[KeptServer]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        rows = [f"firms,110000,2024-{month:02d},1,家,single,final,测试,2024-04-10" for month in MONTHS]
        plan = SMALL + indicator("firms", "家", "flow") + indicator("entered", "家", "flow") + REGISTER
        self.book = small_workbook(self.folder / "w", plan, rows)
        self.register = self.book / "registers" / "entered.csv"
        self.register.parent.mkdir()
        self.register.write_text("编号,认定,recorded_at\n0,2024-01-02,2024-04-10\n", "utf-8")
        self.notebook = self.folder / "shown.ipynb"
        cells = [
            {"cell_type": "code", "metadata": {"tags": tags}, "source": text, "outputs": [], "id": f"c{len(tags)}",
             "execution_count": None}
            for tags, text in ((["parameters"], "workbook = month = as_of = ''"), ([], SHOWN))
        ]  # fmt: skip
        self.notebook.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}))
        self.day = date(2024, 4, 11)
        self.files: list[Delivered] = []
        self.entered = [date(2024, 4, 10)]
        self.asked: list[Job] = []
        self.published: list[Job] = []

    @initialize(wait=st.integers(0, 1))
    def begin(self, wait: int) -> None:
        self.day += timedelta(days=wait)

    def teardown(self) -> None:
        """What the model says of each day is what is said of it; what was published is made again to the byte."""
        book = open_workbook(self.book)
        days = {self.day, *(file.day for file in self.files), *(job_day(job) for job in self.asked)}
        for day in sorted(days):
            assert told(book, day) == self.model(day), day
        for job in self.asked:
            assert self.again(job).data == job.data
        for job in self.published:
            with contextlib.chdir(ROOT):
                assert replay(self.again(job), self.manifest(job), self.server) == []
        checked = called("check", "--workbook", self.book)
        assert "deliveries" not in checked.out + checked.err, checked
        shutil.rmtree(self.folder)

    def manifest(self, job: Job) -> dict[str, object]:
        found: dict[str, object] = json.loads((job.folder / f"{job.name}.manifest.json").read_text("utf-8"))
        return found

    def again(self, job: Job) -> Job:
        asked = {"given": job.given, "inputs": job.inputs, "place": job.place, "forms": job.forms}
        return repeated(open_workbook(self.book, job.moment), asked)

    def do(self, *given: str | Path, day: date | None = None, code: int = 0) -> Finished:
        done = called(*given, "--workbook", self.book, "--as-of", str(day or self.day))
        assert done.code == code, done
        return done

    def last(self, month: int, day: date) -> Delivered | None:
        known = [file for file in self.files if file.month == month and file.day <= day < file.until]
        return sorted(known, key=lambda file: file.day)[-1] if known else None

    def value(self, month: int, day: date) -> int:
        found = self.last(month, day)
        return found.value if found else int(month > 0)

    def model(self, day: date) -> tuple[int, int, int]:
        """The total of the flow, the entries of the register, the progress on the list."""
        entered = sum(entry <= day for entry in self.entered)
        return sum(self.value(month, day) for month in MONTHS), entered, self.value(0, day)

    def written(self, month: int, value: int, unit: str = "家") -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.csv"
        line = f"firms,2024-{month:02d},{value},{unit},当月,来源{path.stem}"
        path.write_text(f"指标,期间,数值,单位,口径,来源\n{line}\n", encoding="utf-8")
        return path

    @rule(wait=st.integers(0, 1), month=st.sampled_from(MONTHS), more=st.integers(1, 3), back=st.integers(0, 2))
    def hand_in(self, wait: int, month: int, more: int, back: int) -> None:
        """A figure that is not the one known; perhaps as of an earlier day on which nothing later was said."""
        self.day += timedelta(days=wait)
        spoken = [day for file in self.files if file.month == month for day in (file.day, file.until) if day < date.max]
        day = max([self.day - timedelta(days=back), date(2024, 4, 11), *spoken])
        value = self.value(month, day) + more
        path = self.written(month, value)
        receipt = json.loads(self.do("add", path, "--json", day=day).out)
        assert receipt["readings"] == 1
        self.files.append(Delivered(path, path.name, month, value, day))

    @rule(wait=st.integers(0, 1), month=st.sampled_from(MONTHS))
    def hand_in_what_is_known(self, wait: int, month: int) -> None:
        """It brings nothing, and says so; but it stands when the file that brought the figure is withdrawn."""
        self.day += timedelta(days=wait)
        value = self.value(month, self.day)
        path = self.written(month, value)
        receipt = json.loads(self.do("add", path, "--json").out)
        assert receipt["readings"] == 0
        self.files.append(Delivered(path, path.name, month, value, self.day, brought=False))

    @rule(month=st.sampled_from(MONTHS))
    def hand_in_what_is_refused(self, month: int) -> None:
        """Refused with its receipt, the second time as well."""
        path = self.written(month, 2, unit="公斤")
        self.do("add", path, code=2)
        assert "退回" in self.do("add", path, code=2).out

    @precondition(lambda self: any(file.month for file in self.files))
    @rule(data=st.data(), wait=st.integers(0, 1))
    def hand_in_again(self, data: st.DataObject, wait: int) -> None:
        """A file whose figure was recorded brings nothing, nor one that was withdrawn. One that brought nothing does,
        where its figure is no longer the one known."""
        self.day += timedelta(days=wait)
        file = data.draw(st.sampled_from([file for file in self.files if file.month]))
        same = [other for other in self.files if other.path == file.path]
        fixed = any(other.brought or other.until < date.max for other in same)
        old = not fixed and file.value != self.value(file.month, self.day)
        assert json.loads(self.do("add", file.path, "--json").out)["readings"] == (1 if old else 0)
        if old:
            self.files.append(Delivered(file.path, file.name, file.month, file.value, self.day))

    @rule(wait=st.integers(0, 1), value=st.integers(1, 99))
    def hand_in_a_list(self, wait: int, value: int) -> None:
        """Corrected on its own day as well."""
        self.day += timedelta(days=wait)
        path = self.folder / str(len(list(self.folder.iterdir()))) / "projects.csv"
        path.parent.mkdir()
        path.write_text(f"{SHEET}\nP1,项目,,,,,,,{value},,,{path.parent.name}\n", "utf-8")
        assert json.loads(self.do("add", path, "--json").out)["added"] == 1
        self.files.append(Delivered(path, hashlib.sha256(path.read_bytes()).hexdigest(), 0, value, self.day))

    @rule(wait=st.integers(0, 1))
    def enter(self, wait: int) -> None:
        """By hand, in the register, perhaps for a day of which a report was made."""
        self.day += timedelta(days=wait)
        with self.register.open("a", encoding="utf-8") as file:
            file.write(f"{len(self.entered)},2024-02-02,{self.day}\n")
        self.entered.append(self.day)

    @precondition(lambda self: any(file.until == date.max for file in self.files))
    @rule(data=st.data(), wait=st.integers(0, 1))
    def withdraw(self, data: st.DataObject, wait: int) -> None:
        self.day += timedelta(days=wait)
        file = data.draw(st.sampled_from([file for file in self.files if file.until == date.max]))
        self.do("withdraw", file.name, "--reason", "重报")
        for other in self.files:
            if other.path == file.path:
                other.until = self.day

    @rule(seed=st.integers(0, 9))
    def sort(self, seed: int) -> None:
        """The order of lines says nothing."""
        for table in self.book.rglob("*.csv"):
            if table.parent.name != "deliveries" or table.name == "withdrawn.csv":
                head, *lines = table.read_text(encoding="utf-8").splitlines()
                random.Random(seed).shuffle(lines)
                table.write_text("\n".join([head, *lines, ""]), encoding="utf-8")

    @rule()
    def publish(self) -> None:
        """As of the day: what is asked of all that is there now. The first is made as well, being the dearest step."""
        inputs = {"month": MONTH, "as_of": str(self.day)}
        job = one_job(str(self.book), str(self.notebook), inputs, ("pdf",), self.folder / "reports")
        self.asked.append(job)
        if not self.published:
            with contextlib.chdir(ROOT):
                run_report(job, self.server)
            self.published.append(job)

    @invariant()
    def totals_are_those_of_the_model(self) -> None:
        rows = json.loads(self.do("status", "--month", MONTH, "--json").out)
        assert [row["actual"] for row in rows] == [*self.model(self.day)[:2]]


def job_day(job: Job) -> date:
    return date.fromisoformat(job.inputs["as_of"])


def told(book: Workbook, day: date) -> tuple[float, ...]:
    """The same by the package."""
    view = book.view(MONTH, day)
    progress = [row.progress or 0 for row in view.lists.ledger.projects]
    return (*(standing(view, main_aim(view, item)).actual for item in view.plan.indicators), *(progress or [0]))


@pytest.mark.slow
def test_any_order(warm: KeptServer, here: None) -> None:
    AnyOrder.server = warm
    examples = 10 if settings.default.derandomize else 100  # a search takes its time
    run_state_machine_as_test(AnyOrder, settings=settings(max_examples=examples, stateful_step_count=10))
