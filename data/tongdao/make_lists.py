"""The county's example registers and ledger: invented, and following the same happenings as the readings.

Names are 示例企业 and the like, credit codes have the norm's check sign and a body no register issues. Only the
14 task clauses are the plan's own.
"""

from collections import defaultdict
from datetime import date, timedelta

from make_readings import EXPIRED, LAST, PATENTS, Happenings, recorded

from tongdao.base.text import check_sign

HIGHTECH, SME, SRDI = "高新技术企业", "科技型中小企业", "专精特新中小企业"
LOANS = {"ip_loans": "知识价值信用贷款", "ip_pledges": "知识产权质押融资"}
NOTE = "示例（虚构）"
CHECKED = recorded(*LAST)  # the day of the last look through every register

Table = list[dict[str, str]]


def code(number: int) -> str:
    first = f"91431230X{number:08d}"
    return first + check_sign(first)


def after(day: date) -> str:
    return recorded(day.year, day.month)


class Firms:
    """Rows of the register of firms; entries are numbered, revisions carry the same number."""

    def __init__(self) -> None:
        self.rows: Table = []
        self.firms = self.entries = 0

    def firm(self) -> int:
        self.firms += 1
        return self.firms

    def entry(self) -> str:
        self.entries += 1
        return f"E{self.entries:04d}"

    def add(self, entry: str, firm: int, kind: str, on: str, **cells: date | str) -> None:
        row = dict.fromkeys(("entry", "code", "name", "qualification"), "")
        row |= {"entry": entry, "code": code(firm), "name": f"示例企业{firm:03d}", "qualification": kind}
        row |= {name: str(cells.get(name, "")) for name in ("certified_on", "expires_on", "revoked_on", "stage")}
        self.rows.append({**row, "note": NOTE, "recorded_at": on})

    def certified(self, firm: int, kind: str, day: date, on: str = "", *, applied: bool = True) -> str:
        """A certificate of three years; before it, its application in June of the same year."""
        entry = self.entry()
        if applied and day.month > 6:
            self.add(entry, firm, kind, recorded(day.year, 5), stage="已申报")
        until = day.replace(year=day.year + 3) - timedelta(days=1)
        self.add(entry, firm, kind, on or after(day), certified_on=day, expires_on=until)
        return entry


def firms(happened: Happenings) -> Table:
    made = Firms()
    high_tech(made, happened)
    for year, months in happened.events["srdi_firms"].items():
        for month, times in enumerate(months, 1):
            for _ in range(times):
                made.certified(made.firm(), SRDI, date(year, month, 15))
    small(made, happened)
    made.rows.append(made.rows[0] | {"recorded_at": CHECKED, "note": f"{NOTE}；{LAST[0]}年{LAST[1]}月底核对"})
    return sorted(made.rows, key=lambda row: (row["recorded_at"], row["entry"]))


def high_tech(made: Firms, happened: Happenings) -> None:
    start = recorded(2020, 12)
    # Seven firms at the end of 2020: three run out for good, three renew in time, one renews once and then runs out.
    for year, month in sorted(EXPIRED):
        if year < LAST[0]:
            made.certified(made.firm(), HIGHTECH, date(year - 3, month, 21), start, applied=False)
    for year, month, day in ((2018, 8, 20), (2018, 10, 17), (2019, 9, 24), (2019, 11, 6)):
        firm = made.firm()
        made.certified(firm, HIGHTECH, date(year, month, day), start, applied=False)
        made.certified(firm, HIGHTECH, date(year + 3, month, day))
    coming: list[int] = []
    for year, months in happened.events["hightech_new"].items():
        for month, times in enumerate(months, 1):
            for again in range(times):
                firm = made.firm()
                made.certified(firm, HIGHTECH, date(year, month, 8 + 9 * again))
                coming += [firm] if year == LAST[0] - 3 else []
    for year, failed in ((2021, 2), (2022, 1), (2023, 2)):
        for _ in range(failed):
            entry, firm = made.entry(), made.firm()
            made.add(entry, firm, HIGHTECH, recorded(year, 5), stage="已申报")
            made.add(entry, firm, HIGHTECH, recorded(year, 12), stage="未通过")
    # of three certificates that run out before the deadline two have applied for renewal
    for firm, stage in zip(coming, ("评审通过", "已申报"), strict=False):
        made.add(made.entry(), firm, HIGHTECH, recorded(LAST[0], 8), stage=stage)
    for stage in ("评审通过", "已申报", "已申报", "入库培育", "入库培育"):
        made.add(made.entry(), made.firm(), HIGHTECH, recorded(LAST[0], 6), stage=stage)


def small(made: Firms, happened: Happenings) -> None:
    """Registrations of a year, mostly of the same firms again; one was revoked."""
    pool: list[int] = []
    for year, months in happened.events["tech_smes"].items():
        pool += [made.firm() for _ in range(sum(months) - len(pool))]
        days = [date(year, month, 2 + 2 * again) for month, times in enumerate(months, 1) for again in range(times)]
        for firm, day in zip(pool, days, strict=False):
            gone: date | str = date(2023, 12, 20) if year == 2023 and day == days[-1] else ""  # by the day of recording
            until = date(year, 12, 31)
            made.add(made.entry(), firm, SME, after(day), certified_on=day, expires_on=until, revoked_on=gone)


def patents() -> Table:
    rows, stock = [], 0
    for (year, month), total in PATENTS.items():
        for _ in range(total - stock):
            stock += 1
            day = date(year, month, 11)
            row = {"patent": f"示例专利{stock:03d}", "owner": code(stock), "granted_on": str(day)}
            row |= {"expires_on": str(day.replace(year=year + 15)), "kind": "高价值发明专利", "note": NOTE}
            rows.append({**row, "recorded_at": after(day)})
    return [*rows, rows[0] | {"recorded_at": CHECKED}]


def loans(happened: Happenings) -> Table:
    rows, seen = [], defaultdict(int)
    for name, year, month, lump in sorted(happened.loans, key=lambda loan: (loan[1], loan[2], loan[0], loan[3])):
        seen[name, year] += 1
        day = date(year, month, 5 + 4 * seen[name, year] % 20)
        row = {"filing": f"{LOANS[name]}-{year}-{seen[name, year]:02d}", "code": code(len(rows) + 1)}
        row |= {"kind": LOANS[name], "filed_on": str(day), "amount": str(lump), "note": NOTE}
        rows.append({**row, "recorded_at": after(day)})
    return sorted([*rows, rows[0] | {"recorded_at": CHECKED}], key=lambda row: row["recorded_at"])


PROJECTS = (
    ("P01", "（示例）中药材提取工艺攻关", "(三)1", "key_projects", "", "2024-12-20", "60", "", "组织中期检查"),
    ("P02", "（示例）县级重点实验室升级为市级", "(二)1", "platforms", "", "2024-12-20", "40", "申报书待论证",
     "请专家论证"),
    ("P03", "（示例）绿色农产品专家工作站", "(四)2", "expert_stations", "科协", "2024-11-29", "20", "合作专家未定",
     "本月内确定专家"),
    ("P04", "（示例）企业上平台集中行动", "(五)3", "platform_firms、cloud_firms", "", "2024-12-25", "45",
     "企业积极性不高", "分三批上门服务"),
    ("P05", "（示例）专精特新梯队培育", "(五)3", "srdi_firms", "", "2024-12-13", "30", "材料准备慢", "一企一策补材料"),
)  # fmt: skip
POLICIES = (
    ("Z01", "（示例）高层次人才引进办法", "(四)2", "talent_introduced", "组织部", "2024-11-15", "70", "", "征求意见"),
    ("Z02", "（示例）企业研发奖补兑现办法", "(五)3", "rd_firms", "", "2024-10-31", "90", "", "提交审议"),
    ("Z03", "（示例）知识价值信用贷款风险补偿细则", "(六)3", "ip_loans", "金融办", "2024-09-30", "100", "", ""),
)
STEPS = (
    ("G1", "（示例）高企申报摸底", "", "商科工信局", 15, "", "2024-06-28", "2024-06-03", "2024-06-24"),
    ("G2", "（示例）申报材料辅导", "", "商科工信局", 25, "G1", "2024-08-30", "2024-07-01", "2024-08-09"),
    ("G3", "（示例）第三批网上申报", "", "商科工信局", 10, "G2", "2024-10-25", "2024-10-08", ""),
    ("G4", "（示例）配合专家评审", "", "商科工信局", 34, "G3", "", "", ""),
    ("G5", "（示例）公示和发证", "", "商科工信局", 18, "G4", "2024-12-31", "", ""),
    ("X1", "（示例）到期企业续期材料", "", "商科工信局", 12, "", "2024-10-31", "", ""),
    ("S1", "（示例）确定合作专家", "P03", "科协", 10, "", "2024-09-27", "2024-09-09", ""),
    ("S2", "（示例）签订建站协议", "P03", "科协", 8, "S1", "", "", ""),
    ("S3", "（示例）工作站挂牌", "P03", "科协", 5, "S2", "2024-11-29", "", ""),
    ("T1", "（示例）编制平台申报书", "P02", "发改局", 20, "", "2024-09-20", "2024-08-19", "2024-09-24"),
    ("T2", "（示例）专家论证", "P02", "发改局", 8, "T1", "2024-10-25", "", ""),
    ("T3", "（示例）市级评审认定", "P02", "发改局", 30, "T2", "2024-12-20", "", ""),
    ("Q1", "（示例）第一批上平台企业签约", "P04", "商科工信局", 15, "", "2024-10-31", "2024-09-23", ""),
    ("Q2", "（示例）第二批上平台企业签约", "P04", "商科工信局", 20, "Q1", "2024-12-25", "", ""),
    ("R1", "（示例）人才引进办法审定", "Z01", "组织部", 15, "", "2024-11-15", "", ""),
    ("D1", "（示例）银企融资对接会", "", "金融办", 5, "", "2024-11-08", "", ""),
)  # fmt: skip
CLAUSES = (
    ("(一)1", "高质量推进产业发展"), ("(一)2", "高标椎建设潇湘科技要素大市场通道县工作站"),
    ("(二)1", "培育建设市级以上创新平台"), ("(二)2", "强化各类科技创新平台高效协同创新"),
    ("(三)1", "体系化布局产业链关键核心技术攻关"), ("(三)2", "持续加强基础研究"),
    ("(四)1", "培养造就高层次科技人才"), ("(四)2", "加大人才引进集聚力度"),
    ("(五)1", "完善科技成果转化服务体系"), ("(五)2", "培育壮大科技型企业"),
    ("(五)3", "强化企业科技创新主体地位"), ("(六)1", "深化科技人才评价改革"),
    ("(六)2", "深化科技成果转化体制机制改革"), ("(六)3", "持续深化科技金融服务"),
)  # fmt: skip


def ledger() -> dict[str, Table]:
    names = ("编号", "名称", "条款", "指标", "牵头单位", "时限", "进度", "存在问题", "下步措施")
    steps = ("编号", "里程碑", "所属清单项", "牵头单位", "工作日", "前置", "时限", "开始日期", "完成日期")
    day = {"记录人": NOTE, "记录日期": CHECKED}
    before = {"记录人": NOTE, "记录日期": recorded(LAST[0], 8)}

    def items(rows: tuple[tuple[str, ...], ...]) -> Table:
        """As of a month before, when each was ten points behind; then as of now."""
        made = [dict(zip(names, row, strict=True)) for row in rows]
        earlier = [row | {"进度": str(int(row["进度"]) - 10), "下步措施": ""} | before for row in made]
        return [*earlier, *(row | day for row in made)]

    tasks = [{"编号": f"R{number:02d}", "名称": title, "条款": clause, "进度": ""} | day
             for number, (clause, title) in enumerate(CLAUSES, 1)]  # fmt: skip
    milestones = [dict(zip(steps, map(str, row), strict=True)) | day for row in STEPS]
    planned = [row | {"开始日期": "", "完成日期": ""} | {**day, "记录日期": recorded(LAST[0], 4)} for row in milestones]
    return {
        "ledger/projects.csv": items(PROJECTS),
        "ledger/tasks.csv": tasks,
        "ledger/policies.csv": items(POLICIES),
        "ledger/milestones.csv": [*planned, *milestones],
    }


def tables(happened: Happenings) -> dict[str, Table]:
    """Every table by its place in the workbook."""
    registers = {"firms": firms(happened), "patents": patents(), "loans": loans(happened)}
    return {f"registers/{name}.csv": table for name, table in registers.items()} | ledger()
