"""Make the county's example readings, registers and ledger: invented, seeded, and said to be invented everywhere.

No public series of the county's own indicators exists. These rows only behave like the real thing:
single events a year, batches certified in the last quarter, loans in lumps, a revoked registration,
a revised figure, a yearly rate that comes ten months late, a quarter not yet reported, and a stock
of certified firms that shrinks when a certificate runs out. What happened is drawn once; ``readings.csv``
reports it month by month and ``registers/`` (make_lists.py) entry by entry. Run it to make all of them again.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FIRST, LAST = (2021, 1), (2024, 9)
EVEN = np.ones(12) / 12
SPRING = np.array([0, 1, 3, 4, 3, 2, 2, 1, 1, 1, 1, 1]) / 20
AUTUMN = np.array([0, 0, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7]) / 30
BATCH = np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 5]) / 12
REGISTER = np.array([0, 0, 1, 4, 6, 5, 5, 5, 4, 3, 2, 1]) / 36

# indicator: unit, office, months in which things happen, totals of 2021 to 2023, total up to the last month
COUNTS = {
    "talent_plans": ("人", "县委组织部", AUTUMN, (1, 2, 1), 1),
    "platforms": ("个", "县发展和改革局", AUTUMN, (1, 0, 1), 0),
    "key_projects": ("个", "县商务科技和工业信息化局", SPRING, (1, 1, 2), 1),
    "startup_teams": ("个", "县委组织部", AUTUMN, (0, 1, 0), 0),
    "young_talents": ("名", "县委组织部", AUTUMN, (1, 0, 1), 1),
    "talent_recommended": ("人", "县委组织部", SPRING, (2, 1, 2), 2),
    "talent_introduced": ("人(个)", "县人力资源和社会保障局", EVEN, (4, 5, 4), 3),
    "expert_stations": ("个", "县科协", AUTUMN, (1, 1, 1), 0),
    "hightech_new": ("家", "县商务科技和工业信息化局", BATCH, (3, 2, 3), 1),
    "rd_firms": ("家", "县商务科技和工业信息化局", AUTUMN, (2, 1, 3), 1),
    "cloud_firms": ("家", "县商务科技和工业信息化局", EVEN, (12, 11, 14), 12),
    "platform_firms": ("家", "县商务科技和工业信息化局", AUTUMN, (11, 9, 12), 6),
    "srdi_firms": ("家", "县商务科技和工业信息化局", BATCH, (2, 1, 2), 0),
    "tech_smes": ("家", "县商务科技和工业信息化局", REGISTER, (44, 43, 49), 47),
}
# loans come in lumps of so many 万元
LUMPS = {
    "ip_loans": (
        "县金融办",
        SPRING,
        ((120, 200, 150, 180, 150), (200, 160, 240, 120, 180), (150, 300, 200, 260, 190)),
        (200, 260, 180, 120, 240),
    ),
    "ip_pledges": (
        "县市场监督管理局",
        AUTUMN,
        ((150, 200, 100, 150), (200, 120, 180, 200), (250, 150, 220, 180)),
        (150, 180, 100),
    ),
}
SHARE = {
    2021: (15.1, 15.4, 15.6, 16.2),
    2022: (15.9, 16.1, 16.4, 16.9),
    2023: (16.6, 16.8, 17.1, 17.6),
    2024: (17.2, 17.5),
}
RATES = {2020: 9.8, 2021: 14.1, 2022: 11.6}
VALID_FIRMS = 7  # certified firms at the end of 2020
EXPIRED = {(2021, 12): 1, (2022, 11): 1, (2023, 12): 1, (2024, 8): 1}
PATENTS = {(2020, 12): 3, (2022, 6): 4, (2023, 10): 5, (2024, 7): 6}


def months() -> list[tuple[int, int]]:
    first, last = FIRST[0] * 12 + FIRST[1] - 1, LAST[0] * 12 + LAST[1] - 1
    return [(index // 12, index % 12 + 1) for index in range(first, last + 1)]


def spread(rng: np.random.Generator, total: int, profile: np.ndarray, last: int) -> np.ndarray:
    """So many events over the months of a year, up to the last known month."""
    seen = profile[:last] / profile[:last].sum()
    return np.concatenate([rng.multinomial(total, seen), np.zeros(12 - last, int)])


def recorded(year: int, month: int, day: int = 12, after: int = 1) -> str:
    index = year * 12 + month - 1 + after
    return f"{index // 12}-{index % 12 + 1:02d}-{day:02d}"


@dataclass(frozen=True)
class Happenings:
    """Events by indicator, year and month; loans as (indicator, year, month, 万元)."""

    events: dict[str, dict[int, np.ndarray]]
    loans: list[tuple[str, int, int, int]]


def happenings() -> Happenings:
    """What happened, drawn once."""
    rng = np.random.default_rng(20240325)
    years = range(FIRST[0], LAST[0] + 1)
    events = {
        indicator: {
            year: spread(rng, total, profile, 12 if year < LAST[0] else LAST[1])
            for year, total in zip(years, (*totals, so_far), strict=True)
        }
        for indicator, (_, _, profile, totals, so_far) in COUNTS.items()
    }
    loans = []
    for indicator, (_, profile, totals, so_far) in LUMPS.items():
        for year, lumps in zip(years, (*totals, so_far), strict=True):
            last = 12 if year < LAST[0] else LAST[1]
            when = rng.choice(last, size=len(lumps), p=profile[:last] / profile[:last].sum()) + 1
            loans += [(indicator, year, int(month), lump) for lump, month in zip(lumps, when, strict=True)]
    return Happenings(events, loans)


def rows(happened: Happenings) -> list[dict[str, str]]:
    made: list[dict[str, str]] = []
    events = happened.events

    def add(
        indicator: str, period: str, value: float, unit: str, basis: str, office: str, day: str, status: str = "final"
    ) -> None:
        text = f"{value:.3f}".rstrip("0").rstrip(".")
        made.append(
            {
                "indicator": indicator,
                "region": "431230",
                "period": period,
                "value": text,
                "unit": unit,
                "basis": basis,
                "status": status,
                "source": f"示例数据（虚构）：{office}",
                "recorded_at": day,
            }
        )

    for year, rate in RATES.items():
        add("rd_growth", str(year), rate, "%", "level", "年度统计", recorded(year, 12, 20, 10))
    for year, values in SHARE.items():
        for quarter, value in enumerate(values, 1):
            add(
                "hightech_share",
                f"{year}Q{quarter}",
                value,
                "%",
                "cumulative",
                "季度统计",
                recorded(year, quarter * 3, 25, 1),
            )

    for indicator, (unit, office, *_) in COUNTS.items():
        for year, month in months():
            value = int(events[indicator][year][:month].sum())
            if indicator == "tech_smes":
                if month == 1:
                    continue  # the register opens in March; January and February are published together
                value -= int((year, month) == (2023, 12))  # one registration was revoked
            add(indicator, f"{year}-{month:02d}", value, unit, "cumulative", office, recorded(year, month))

    for indicator, (office, *_) in LUMPS.items():
        for year, month in months():
            sums = [
                lump for name, at, when, lump in happened.loans if (name, at) == (indicator, year) and when <= month
            ]
            add(
                indicator,
                f"{year}-{month:02d}",
                sum(sums) / 10_000,
                "亿元",
                "cumulative",
                office,
                recorded(year, month),
            )

    firms = VALID_FIRMS
    patents = PATENTS[2020, 12]
    add("hightech_net", "2020-12", firms, "家", "level", "县商务科技和工业信息化局", recorded(2020, 12))
    add("hv_patents", "2020-12", patents, "件", "level", "县市场监督管理局", recorded(2020, 12))
    for year, month in months():
        firms += int(events["hightech_new"][year][month - 1]) - EXPIRED.get((year, month), 0)
        patents = PATENTS.get((year, month), patents)
        day = recorded(year, month)
        add("hightech_net", f"{year}-{month:02d}", firms, "家", "level", "县商务科技和工业信息化局", day)
        add("hv_patents", f"{year}-{month:02d}", patents, "件", "level", "县市场监督管理局", day)

    # one month was first reported short and put right two months later
    wrong = next(row for row in made if row["indicator"] == "platform_firms" and row["period"] == "2024-05")
    add(
        "platform_firms",
        "2024-05",
        int(wrong["value"]),
        "家",
        "cumulative",
        "县商务科技和工业信息化局更正",
        recorded(2024, 7),
    )
    wrong["value"], wrong["status"] = str(int(wrong["value"]) - 1), "preliminary"
    return sorted(made, key=lambda row: (row["recorded_at"], row["indicator"], row["period"]))


def write(path: Path, table: list[dict[str, str]]) -> None:
    """A table as UTF-8 with a mark that Excel knows."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


if __name__ == "__main__":
    from make_lists import tables

    folder, happened = Path(__file__).parent, happenings()
    write(folder / "readings.csv", rows(happened))
    for name, table in tables(happened).items():
        write(folder / name, table)
