"""tongdao run, runs, replay, diff, schedule and doctor: reports that appear by themselves, and what became of them."""

import sys
from contextlib import nullcontext
from datetime import datetime, time
from typing import Annotated

import typer

from tongdao import analysis, pages, runs, workbook as books
from tongdao.base import TongdaoError, UsageError, now, past_day
from tongdao.cli import common


@common.app.command()
def run(
    due: Annotated[bool, typer.Option("--due", help="生成到期还没有生成的报告。")] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="只说将生成什么、谁还没有报数，不生成。")] = False,
    workbook: common.BookOption = "",
    as_of: common.DayOption = "",
    out: common.OutOption = None,
) -> None:
    """按计划文件里的时间表生成到期的报告。"""
    if not (due or rehearse):
        raise UsageError("请写 tongdao run --due（生成到期的报告）或 tongdao run --rehearse（预演）。")
    place = books.find_workbook(workbook)
    folder = books.reports_folder(place, out)
    with nullcontext() if rehearse else runs.readable(folder):
        book = books.open_workbook(str(place))
    day = past_day(as_of, "as_of", book.plan.today) if as_of else None
    moment = datetime.combine(day, time(23, 59), now().tzinfo) if day else now()
    with nullcontext() if rehearse else runs.readable(folder):
        if not book.plan.schedules:
            raise UsageError(f"{book.name} 的计划文件没有写定时报告，请在 plan.toml 里加 [[schedule]]。")
        jobs = runs.due_jobs(book, moment, out=out)
        left = [job for job in jobs if not runs.is_made(job)]
        if rehearse:
            _rehearse(book, left, moment)
            return
        left = runs.with_data(book, left)

    def say(words: str) -> None:
        print(words, file=sys.stderr)
        runs.log(folder, words)

    failed = made = 0
    try:
        with runs.only_one(folder) as note:
            if note:
                say(note)
            for job, result in runs.make_due(left, {job.folder for job in jobs}):
                if isinstance(result, TongdaoError):
                    failed += 1
                    say(f"{job.inputs['month']} {job.name}：{result}")
                    continue
                made += 1
                runs.log(folder, f"{job.inputs['month']} {job.name}：成功")
                common.print_published(result, "（补跑）" if job.late else "")
    except runs.Busy as busy:
        say(f"另一个 tongdao run 正在运行（{busy.owner}），本次不重复做。")
        return
    if not made and not failed:
        print("到期的报告都已生成。", file=sys.stderr)
    common.fail_if(failed)


def where_things_stand() -> None:
    """What ``tongdao`` alone says: how the plan stands, what is owed and due, and the command for each."""
    book = books.open_workbook("")
    view, moment = book.view(), now()
    page = pages.Page(view, analysis.gaps(view), readings=book.readings)
    print(*[pages.EXAMPLE] * view.plan.example, pages.conclusion(page.rows, view, firm=page.firm), sep="\n")
    print(runs.last_runs(books.reports_folder(book.folder)) or "还没有生成过报告。")
    waiting = [f"{job.inputs['month']} {job.name}" for job in runs.due_jobs(book, moment) if not runs.is_made(job)]
    owing = analysis.owed(book.whole(moment.date()), runs.due_days(book.plan))
    for words, command in (
        (f"到期还没有生成的报告 {len(waiting)} 份" if waiting else "", "run --due"),
        (f"各部门还欠的读数 {len(owing)} 项" if owing else "", "owed"),
        ("各指标的目标、实际和判断", "status"),
        ("全部命令", "--help"),
    ):
        if words:
            print(f"{words}：tongdao {command}")


def _rehearse(book: "books.Workbook", jobs: "list[runs.Job]", moment: datetime) -> None:
    for job in jobs:
        if job.refused:
            print(f"不能生成：{job.inputs['month']} {job.refused}")
        else:
            print(f"将生成：{job.inputs['month']} {job.name}（按 {job.inputs['as_of']} 的读数）")
    following = next((due for due in runs.timetable(book.plan) if due.at > moment), None)
    if following:
        print(f"下一次：{following.at:%Y-%m-%d %H:%M} {following.schedule.report}，报告月份 {following.month}")
    owing: dict[str, list[str]] = {}
    for entry in analysis.owed(book.whole(moment.date()), runs.due_days(book.plan)):
        for unit in entry.departments or ("原文未明确牵头单位",):
            owing.setdefault(unit, []).append(f"{entry.item.name}（{entry.period}）")
    for unit, names in owing.items():
        print(f"{unit}还欠读数：{'、'.join(names)}")


@common.app.command("runs")
def listed(workbook: common.BookOption = "", out: common.OutOption = None, as_json: common.JsonOption = False) -> None:
    """列出各次运行：何时、什么报告、结果如何。"""
    found = runs.runs(books.reports_folder(books.find_workbook(workbook), out))
    if as_json:
        common.print_json(found)
        return
    for entry in found:
        late = "，补跑" if entry.get("late") else ""
        why = f"：{entry['reason']}" if "reason" in entry else ""
        when = entry["began"].replace("T", " ")[:16]
        print(f"{when}　{entry['run']}　{entry['inputs']['month']} {entry['report']}　{entry['verdict']}{late}{why}")
    if not found:
        print("还没有运行过。")


@common.app.command()
def replay(
    run: Annotated[str, typer.Argument(help="运行编号，开头几位也可以；用 tongdao runs 查看。")],
    workbook: common.BookOption = "",
    out: common.OutOption = None,
) -> None:
    """按当时的数据重做一份报告，用散列值证明逐字节相同，或说明哪里不同。"""
    folder = books.find_workbook(workbook)
    manifest = runs.find_run(books.reports_folder(folder, out), run)
    book = books.open_workbook(folder, manifest.get("known", ""))
    with runs.ForkServer() as server:
        differs = runs.replay(runs.repeated(book, manifest), manifest, server)
    for sentence in differs:
        print(sentence)
    common.fail_if(differs)
    for name, known in manifest["outputs"].items():
        print(f"{name}：逐字节相同（sha256 {known[:16]}…）。")


@common.app.command()
def diff(
    first: Annotated[str, typer.Argument(help="前一次的运行编号。")],
    second: Annotated[str, typer.Argument(help="后一次的运行编号。")],
    workbook: common.BookOption = "",
    out: common.OutOption = None,
) -> None:
    """说明两次运行的数为什么不同。"""
    book = books.open_workbook(workbook)
    folder = books.reports_folder(book.folder, out)
    found = runs.differences(book, runs.find_run(folder, first), runs.find_run(folder, second))
    print("\n".join(found) if found else "两次运行的数完全相同。")


@common.app.command()
def schedule(
    install: Annotated[bool, typer.Option("--install", help="装进这台机器的 crontab 或 Windows 任务计划。")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="从那里去掉。")] = False,
    workbook: common.BookOption = "",
) -> None:
    """显示、安装或去掉定时任务。"""
    book = books.open_workbook(workbook)
    if install:
        runs.crontab.install(book.folder)
        print("已装好定时任务，每小时看一次有没有到期的报告；用 tongdao schedule 查看，--remove 去掉。")
        return
    if remove:
        runs.crontab.remove(book.folder)
        print("已去掉定时任务。")
        return
    for entry in book.plan.schedules:
        print(f"每期次月 {entry.day} 日 {entry.hour} 时（{entry.zone}，遇假日顺延）：{entry.report}")
    state = "（已装）" if runs.crontab.installed(book.folder) else "（未装，tongdao schedule --install 安装）"
    for place, text in runs.crontab.entries(book.folder).items():
        print(f"\n# {place}{state}\n{text.rstrip()}")
        state = ""


@common.app.command()
def doctor(workbook: common.BookOption = "") -> None:
    """检查这台机器能不能生成报告，并说明怎样修好。"""
    found = runs.problems(books.open_workbook(workbook))
    for item in found:
        print(f"{item.severity}　{item.place}：{item.message}")
    common.fail_if(any(item.severity == "问题" for item in found))
    print("可以生成报告。")
