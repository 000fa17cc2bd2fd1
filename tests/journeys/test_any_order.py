"""Hand in, correct, hand in again, withdraw and sort, in any order, over days: totals are those of a plain model."""

import json
import random
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from conftest import SMALL, Finished, called, indicator, small_workbook
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

MONTHS = range(1, 4)


@dataclass
class Delivered:
    """A file with one figure of a month, the day from which it was known and that from which it is no longer."""

    path: Path
    month: int
    value: int
    day: date
    brought: bool  # whether its figure was recorded, not known already
    until: date = date.max


class AnyOrder(RuleBasedStateMachine):
    """A workbook of one flow in single months, of which three are known from the start."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        rows = [f"firms,110000,2024-{month:02d},1,家,single,final,测试,2024-04-10" for month in MONTHS]
        self.book = small_workbook(self.folder / "w", SMALL + indicator("firms", "家", "flow"), rows)
        self.day = date(2024, 4, 11)
        self.files: list[Delivered] = []
        self.seen: list[tuple[date, int]] = []

    def teardown(self) -> None:
        """What was known on each day is still what is said of it."""
        for day, total in self.seen:
            assert self.actual(day) == total
        shutil.rmtree(self.folder)

    def do(self, *given: str | Path, code: int = 0) -> Finished:
        self.day += timedelta(days=1)
        done = called(*given, "--workbook", self.book, "--as-of", str(self.day))
        assert done.code == code, done
        return done

    def value(self, month: int, day: date) -> int:
        known = [file for file in self.files if file.month == month and file.day <= day < file.until]
        return known[-1].value if known else 1

    def actual(self, day: date) -> float:
        return float(
            json.loads(called("status", "--workbook", self.book, "--as-of", str(day), "--json").out)[0]["actual"]
        )

    def written(self, month: int, value: int, unit: str = "家") -> Path:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.csv"
        line = f"firms,2024-{month:02d},{value},{unit},当月,来源{path.stem}"
        path.write_text(f"指标,期间,数值,单位,口径,来源\n{line}\n", encoding="utf-8")
        return path

    @rule(month=st.sampled_from(MONTHS), more=st.integers(1, 3))
    def hand_in(self, month: int, more: int) -> None:
        """A figure that is not the one known."""
        value = self.value(month, self.day + timedelta(days=1)) + more
        path = self.written(month, value)
        receipt = json.loads(self.do("add", path, "--json").out)
        assert receipt["readings"] == 1
        self.files.append(Delivered(path, month, value, self.day, brought=True))

    @rule(month=st.sampled_from(MONTHS))
    def hand_in_what_is_known(self, month: int) -> None:
        """It brings nothing, and says so; but it stands when the file that brought the figure is withdrawn."""
        value = self.value(month, self.day + timedelta(days=1))
        path = self.written(month, value)
        receipt = json.loads(self.do("add", path, "--json").out)
        assert receipt["readings"] == 0
        self.files.append(Delivered(path, month, value, self.day, brought=False))

    @rule(month=st.sampled_from(MONTHS))
    def hand_in_what_is_refused(self, month: int) -> None:
        """Refused with its receipt, the second time as well."""
        path = self.written(month, 2, unit="公斤")
        self.do("add", path, code=2)
        assert "退回" in self.do("add", path, code=2).out

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def hand_in_again(self, data: st.DataObject) -> None:
        """A file whose figure was recorded brings nothing, nor one that was withdrawn. One that brought nothing does,
        where its figure is no longer the one known."""
        file = data.draw(st.sampled_from(self.files))
        same = [other for other in self.files if other.path == file.path]
        old = not any(other.brought or other.until < date.max for other in same) and file.value != self.value(
            file.month, self.day + timedelta(days=1)
        )
        assert json.loads(self.do("add", file.path, "--json").out)["readings"] == (1 if old else 0)
        if old:
            self.files.append(Delivered(file.path, file.month, file.value, self.day, brought=True))

    @precondition(lambda self: any(file.until == date.max for file in self.files))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from([file for file in self.files if file.until == date.max]))
        self.do("withdraw", file.path.name, "--reason", "重报")
        for other in self.files:
            if other.path == file.path:
                other.until = self.day

    @rule(seed=st.integers(0, 9))
    def sort(self, seed: int) -> None:
        """The order of lines says nothing."""
        head, *lines = (self.book / "readings.csv").read_text(encoding="utf-8").splitlines()
        random.Random(seed).shuffle(lines)
        (self.book / "readings.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")

    @invariant()
    def totals_are_those_of_the_model(self) -> None:
        total = sum(self.value(month, self.day) for month in MONTHS)
        assert self.actual(self.day) == total
        self.seen.append((self.day, total))


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=12, stateful_step_count=10, deadline=None)
