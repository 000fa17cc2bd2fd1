"""tongdao add, withdraw, form, owed, lab and new: files in and receipts out, JupyterLab, a workbook of one's own."""

import sys
from codecs import BOM_UTF8
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Exit

from tongdao import analysis, base, intake, lab, runs, workbook as books
from tongdao.base import UsageError, disk_fault, month_of, parse_month, write_whole
from tongdao.cli import common

TodayOption = Annotated[
    str, common.option("--as-of", callback=common.asked_day, help="按这一天导入，如 2024-10-12；默认今天。")
]
ByOption = Annotated[str, common.option("--by", help="交表人；默认当前用户。")]
COLOURS = {"accept": "green", "repair": "yellow", "reject": "red"}


@common.app.command()
def add(
    files: Annotated[list[Path] | None, typer.Argument(help="要导入的 .csv、.xlsx、.xlsm 或 .xls 文件。")] = None,
    indicator: Annotated[str, common.option(help="只录一个读数时：指标。")] = "",
    period: Annotated[str, common.option(help="期间，如 2024-09。")] = "",
    value: Annotated[str, common.option(help="数值。")] = "",
    unit: Annotated[str, common.option(help="单位。")] = "",
    source: Annotated[str, common.option(help="来源。")] = "",
    workbook: common.BookOption = "",
    as_of: TodayOption = "",
    by: ByOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    confirmed: Annotated[bool, typer.Option("--confirmed", help="已核对：与已有读数相差上千倍的数确实无误。")] = False,
    as_json: common.JsonOption = False,
) -> None:
    """导入报送的表格（读数，或填好的清单、名册），给出数据回执。"""
    folder = books.find_workbook(workbook)
    day, known = date.fromisoformat(as_of), partial(runs.published, books.reports_folder(folder))
    figures = lambda after: lab.moved_figures(folder, day, after)  # noqa: E731 (named late: readings load no forecasts)
    given = _given(
        files or [], {"indicator": indicator, "period": period, "value": value, "unit": unit, "source": source}, day
    )
    receipts = []
    with common.progress_bar("导入") as step:
        for name, content in given:
            delivery = intake.Delivery(name, content, by or intake.user_name(), day, confirmed, typed=not files)
            receipts.append(
                intake.take_in(folder, delivery, dry_run=dry_run, on_step=step, figures=figures, published=known)
            )
    if as_json:
        printed = [receipt.record() for receipt in receipts]
        common.print_json(printed[0] if len(printed) == 1 else printed)
    else:
        for receipt in receipts:
            _print(receipt, folder, dry_run=dry_run)
    if any(receipt.verdict == "reject" for receipt in receipts):
        raise Exit(2)


@common.app.command()
def store(
    action: Annotated[str, typer.Argument(help="copy：把读数从一处复制到另一处。")],
    source: Annotated[str, typer.Argument(metavar="FROM", help="readings.csv、文件夹，或 postgresql://主机/库名。")],
    target: Annotated[str, typer.Argument(metavar="TO", help="同上；里面还没有读数。")],
    workbook: common.BookOption = "",
) -> None:
    """换一种方式存放读数：原样复制，用散列值证明两边相同。"""
    if action != "copy":
        raise UsageError(f"store 没有“{action}”，可用的有：copy。")
    folder = books.find_workbook(workbook)
    with base.locked(folder):
        count, same = books.copy_rows(books.store_at(folder, source), books.store_at(folder, target))
    print(f"复制了 {count} 条读数，两边相同（sha256 {same[:16]}…）。")
    print(f'改用它：在 plan.toml 开头写 store = "{target}"。')


@common.app.command()
def withdraw(
    delivery: Annotated[str, typer.Argument(help="报送编号（回执上的前几位即可）或文件名。")],
    reason: Annotated[str, common.option(help="撤回的原因。")] = "",
    workbook: common.BookOption = "",
    as_of: TodayOption = "",
    by: ByOption = "",
) -> None:
    """撤回一份报送：从这一天起不再计入，不删除。"""
    day, folder = date.fromisoformat(as_of), books.find_workbook(workbook)
    chosen = intake.deliveries.withdraw(
        folder, delivery, as_of=day, by=by or intake.deliveries.user_name(), reason=reason
    )
    name = f"{chosen['file']}（{chosen['delivery'][:12]}）"
    count = len(chosen["ceased"])
    what = f"{chosen['table']} 的 {count} 条记录" if "table" in chosen else f"{count} 个读数"
    still = f"{chosen['standing']} 个另有报送说的是同样的数，仍然计入；" if chosen["standing"] else ""
    reports = runs.published(books.reports_folder(folder), [(day, end) for end in chosen["ceased"]])
    print(f"已撤回 {name}：{what}从 {day} 起不再计入，{still}文件和回执仍保留。")
    if reports:
        print(f"{intake.lacking_in(reports)}。")


@common.app.command()
def form(
    department: Annotated[str, common.option(help="只要这个部门牵头的指标或清单项。")] = "",
    table: Annotated[str, common.option("--list", help="改为清单或名册的表，如 里程碑、projects、firms。")] = "",
    workbook: common.BookOption = "",
    month: common.MonthOption = "",
    as_of: TodayOption = "",
    out: common.OutOption = None,
) -> None:
    """生成发给部门填报的 Excel 表，填好后用 tongdao add 收回。"""
    book = books.open_workbook(workbook)
    unit = book.plan.find_department(department).name if department else ""
    if table:
        sheet = books.find_sheet(book.plan, table)
        content = intake.forms.list_form(sheet, book.lists, book.plan, unit)
        name = "-".join(part for part in (Path(sheet.file).stem, unit) if part)
    else:
        day = date.fromisoformat(as_of)
        plan = book.plan.at(day)
        asked = parse_month(month) if month else min(max(month_of(day).plus(-1), plan.first_month), plan.last_month)
        content = intake.forms.form(book.view(asked, day), unit)
        name = f"填报表-{unit or '全部指标'}-{asked}"
    _put(out, name, content)


def _put(out: Path | None, name: str, content: bytes) -> None:
    """Write a sheet to send under a name made of others' names, and say where."""
    path = (out or Path.cwd()) / f"{base.file_name(name)}.xlsx"
    write_whole(path, content)
    print(common.shown_path(path))


@common.app.command()
def owed(
    department: Annotated[str, common.option(help="只看这个部门。")] = "",
    region: common.RegionOption = "",
    each: Annotated[str, common.option("--each", help="region：按计划里的每个地区列。")] = "",
    workbook: common.BookOption = "",
    as_of: TodayOption = "",
    as_json: common.JsonOption = False,
    form: Annotated[str, common.option("--format", help="xlsx：写成催报表，可以发给各单位。")] = "",
    out: common.OutOption = None,
) -> None:
    """列出各部门还欠哪些读数，下一份定时报告之前还要报哪些。"""
    book = books.open_workbook(workbook)
    day = date.fromisoformat(as_of)
    plan = book.plan.at(day)
    if each not in ("", "region"):
        raise UsageError(f"owed --each 只能是 region，现在是“{each}”。")
    asked = analysis.members(plan) if each else [plan.find_region(region) if region else plan.region]
    unit = plan.find_department(department).name if department else ""
    if form not in ("", "xlsx"):
        raise UsageError(f"owed 没有“{form}”这种形式，可用的有：xlsx。")
    days = runs.due_days(plan)
    following = min((at for at in days.values() if at >= day), default=None)
    view = book.whole(day)
    known = [(code, entry) for code in asked for entry in analysis.owed(view.of(code), days, following)]
    found = [(code, entry) for code, entry in known if not unit or unit in entry.departments]
    if as_json:
        rows = [
            {
                "region": code,
                "indicator": entry.item.id,
                "name": entry.item.name,
                "departments": list(entry.departments),
                "period": str(entry.period),
                "since": entry.since.isoformat(),
                "by": entry.by.isoformat(),
                "late": entry.by < day,
                "earlier": entry.before,
            }
            for code, entry in found
        ]
        common.print_json(rows)
        return
    told: dict[str, list[tuple[str, ...]]] = {}
    for code, entry in found:
        more = f"，连同此前共 {entry.before + 1} 期" if entry.before else ""
        state = f"自 {entry.since} 起未报" if entry.by < day else f"请在 {entry.by} 前报"
        # by region or by office, so that each can be sent its own
        for name in (plan.region_name(code),) if each else entry.departments or ("原文未明确牵头单位",):
            if each or unit in ("", name):
                told.setdefault(name, []).append((name, entry.item.name, f"{entry.period}{more}", state))
    lines = [line for group in told.values() for line in group]
    if form:
        widths = {"单位": 36, "指标": 44, "期间": 30, "要求": 24}
        excel, page = intake.forms.book_of("催报表", widths, lines, "top")
        page.print_title_rows = "1:1"
        _put(out, f"催报表-{unit or '各单位'}-{day}", base.saved(excel))
        return
    for name, what, period, state in lines:
        print(f"{name}：{what} {period}，{state}。")
    late = sum(entry.by < day for _, entry in found)
    soon = f"；{following} 的报告之前还要报 {len(found) - late} 项" if len(found) > late else ""
    print(f"截至 {day}，{f'共 {late} 项读数未报' if late else '没有欠报的读数'}{soon}。")


@common.app.command("lab")
def open_lab(
    workbook: common.BookOption = "",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器。")] = True,
    port: Annotated[int, typer.Option("--port", help="端口，被占用时自动换一个。")] = 8888,
    more: Annotated[list[str] | None, typer.Argument(help="JupyterLab 自己的选项，写在 -- 之后。")] = None,
) -> None:
    """打开 JupyterLab，从开始页探索。"""
    try:
        from jupyterlab.labapp import LabApp
    except ImportError:
        raise UsageError("没有安装 JupyterLab：请安装 tongdao[lab]；生成报告不需要它。") from None

    arguments = lab.lab_arguments(books.open_workbook(workbook), port=port, browser=browser) + (more or [])
    print("正在打开 JupyterLab……用完后在这里按 Ctrl+C 结束。", flush=True)
    LabApp.launch_instance(arguments)


@common.app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="新工作簿的文件夹。")],
    source: Annotated[str, common.option("--from", help="沿用这个工作簿的计划和历年读数。")] = "",
    text: Annotated[
        Path | None, common.option("--text", help="方案原文（.txt、.md、.docx、.pdf），从中提出计划文件。")
    ] = None,
) -> None:
    """建立一个新的工作簿。"""
    if source and text:
        raise UsageError("--from 和 --text 只能写一个。")
    for line in lab.new_workbook(folder, books.open_workbook(source) if source else None, text):
        print(line)
    where = common.shown_path(folder)
    print(f"下一步：修改 {common.shown_path(folder / 'plan.toml')}，再运行 tongdao check --workbook {where}；")
    print(f"没有问题了，运行 tongdao lab --workbook {where}，在开始页加数据、看总表、出报告。")


def _given(files: list[Path], typed: dict[str, str], day: date) -> list[tuple[str, bytes]]:
    """Names and bytes of what is handed in; one typed reading becomes a file of one row."""
    if bool(files) == any(typed.values()):
        raise UsageError(
            "请写要导入的文件，或用 --indicator、--period、--value、--unit、--source 录入一个读数（二者选一）。"
        )
    if not files:
        missing = [f"--{key}" for key, text in typed.items() if not text]
        if missing:
            raise UsageError(f"录入一个读数还缺 {'、'.join(missing)}。")
        table = base.new_table([*typed, "recorded_at"], [{**typed, "recorded_at": day.isoformat()}])
        return [(f"录入-{day}.csv", table.removeprefix(BOM_UTF8))]
    found = []
    for path in _meant(files):
        try:
            found.append((path.name, path.read_bytes()))
        except OSError as error:
            raise UsageError(f"文件 {path} 读不了（{disk_fault(error)}），请检查路径；没有导入任何文件。") from None
    return found


def _meant(files: list[Path]) -> list[Path]:
    """The files named, wildcards put in full as Windows' shells do not; what Excel and WPS lay beside an open file is
    told and passed over."""
    found: list[Path] = []
    for path in files:
        wild = "*" in path.name and not path.exists()
        found += sorted(path.parent.glob(path.name.replace("[", "[[]"))) if wild else [path]
    locks = [path for path in found if path.name.startswith(("~$", ".~"))]
    for path in locks:
        print(f"提示：{path.name} 是 Excel 或 WPS 打开文件时留下的锁文件，不是表格，没有导入。", file=sys.stderr)
    if len(locks) == len(found):
        raise UsageError(f"{'、'.join(map(str, files))} 没有可以导入的文件，请检查路径。")
    return [path for path in found if path not in locks]


def _print(receipt: "intake.Receipt", folder: Path, *, dry_run: bool) -> None:
    """The receipt as a table."""
    from rich.table import Table
    from rich.text import Text

    console = common.console()
    words, colour = intake.VERDICTS[receipt.verdict], COLOURS[receipt.verdict]
    console.print(Text(f"数据回执　{base.shown(receipt.file)}", style="bold"))
    line = f"结论：{words}；{'将' if dry_run else ''}记入 {receipt.brings}"
    line += f"（表中 {receipt.rows} 行数据）" if receipt.rows else ""
    console.print(Text(f"{line}　报送编号 {receipt.digest[:12]}", style=colour))
    if not (lines := receipt.lines()):
        return
    table = Table(box=None, header_style="bold", pad_edge=False, width=min(console.width, 120))
    table.add_column(width=4)
    for title, ratio in (("位置", 8), ("原文", 5), ("说明", 15)):  # no min_width, with which rich drops words
        table.add_column(title, overflow="fold", ratio=ratio)
    for severity, where, stood, words in lines:
        label, style = intake.SEVERITIES[severity]
        cells = (where, stood.replace("\n", "⏎")[:60], words)
        table.add_row(Text(label, style=style), *(Text(cell) for cell in cells))
    console.print(table)
    if len(receipt.findings) > len(lines):
        console.print(f"同类的合为一行，共 {len(receipt.findings)} 条，逐条见标注好的表格或 --json。")
    marked = intake.marked_path(folder, receipt)
    if not dry_run and marked.is_file():
        console.print(f"标注好的表格：{common.shown_path(marked)}", soft_wrap=True)
