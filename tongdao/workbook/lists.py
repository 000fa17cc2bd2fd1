"""The tables a workbook keeps beside its readings: registers and ledger, read once and seen as of a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from tongdao.plan import Plan
from tongdao.workbook.dated_rows import known, seen
from tongdao.workbook.ledger import Ledger, read_ledger
from tongdao.workbook.readings import observations
from tongdao.workbook.registers import Entry, derived, read_register


@dataclass(frozen=True)
class Lists:
    """Every row ever recorded, or, after ``as_known``, what a day knew; registers by their names."""

    registers: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    def as_known(self, day: date) -> "Lists":
        """Rows recorded later or withdrawn left out; of the ledger, of each key the last."""
        return Lists({name: seen(rows, day) for name, rows in self.registers.items()}, self.ledger.as_known(day))

    @property
    def latest(self) -> date | None:
        """The last day on which a row was recorded or withdrawn."""
        rows = [*self.ledger.rows, *(row for rows in self.registers.values() for row in rows)]
        return max((row.withdrawn or row.recorded_at for row in rows), default=None)

    def counted(self, plan: Plan, day: date) -> pd.DataFrame | None:
        """The observations that follow from the registers as a day knew them; None where none follows."""
        rows = [
            row
            for register in plan.registers
            for row in derived(plan, register, self.registers.get(register.name, ()), day)
        ]
        return observations(pd.DataFrame(rows), plan) if rows else None

    def entries(self, name: str, day: date) -> tuple[Entry, ...]:
        """Of each entry of a register the row a day knew last."""
        return known(self.registers.get(name, ()), day)


def read_lists(folder: Path, plan: Plan) -> Lists:
    """The registers and the ledger of a workbook; what does not exist is empty.

    Raises:
        DataError: a row that cannot stand; table, row and column are named.
    """
    registers = {register.name: read_register(folder, register, plan) for register in plan.registers}
    return Lists(registers, read_ledger(folder, plan))
