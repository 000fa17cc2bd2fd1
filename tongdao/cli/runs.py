"""tongdao run, runs, replay, diff, schedule and doctor: reports that appear by themselves, and what became of them."""

import json
import sys
from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Exit

from tongdao.base import TongdaoError, UsageError
from tongdao.cli.app import BookOption, DayOption, JsonOption, OutOption, app, opened, shown_path

if TYPE_CHECKING:
    from tongdao.runs import Job
    from tongdao.workbook import Workbook


@app.command()
def run(
    due: Annotated[bool, typer.Option("--due", help="生成到期还没有生成的报告。")] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="只说将生成什么、谁还没有报数，不生成。")] = False,
    workbook: BookOption = "",
    as_of: DayOption = "",
    out: OutOption = None,
) -> None:
    """按计划文件里的时间表生成到期的报告。"""
    if not (due or rehearse):
        raise UsageError("请写 tongdao run --due（生成到期的报告）或 tongdao run --rehearse（预演）。")
    from tongdao.base import now, parse_day
    from tongdao.runs import due_jobs
    from tongdao.workbook import reports_folder

    book = opened(workbook)
    if not book.plan.schedules:
        raise UsageError(f"{book.name} 的计划文件没有写定时报告，请在 plan.toml 里加 [[schedule]]。")
    today = now()
    moment = datetime.combine(parse_day(as_of, "as_of"), time(23, 59), today.tzinfo) if as_of else today
    jobs = due_jobs(book, moment, out=out)
    if rehearse:
        _rehearse(book, jobs, moment)
        return
    from tongdao.runs import Busy, make_due, only_one

    failed = made = 0
    folder = reports_folder(book, out)
    try:
        with only_one(folder) as note:
            if note:
                print(note, file=sys.stderr)
            for job, result in make_due(jobs):
                if isinstance(result, TongdaoError):
                    failed += 1
                    print(f"{job.inputs['month']} {job.name}：{result}", file=sys.stderr)
                    continue
                made += 1
                for notice in result.notices:
                    print(f"提示：{notice}", file=sys.stderr)
                print("\n".join(f"{shown_path(file)}{'（补跑）' if job.late else ''}" for file in result.files))
    except Busy as busy:
        print(f"另一个 tongdao run 正在运行（{busy.owner}），本次不重复做。", file=sys.stderr)
        return
    if not made and not failed:
        print("到期的报告都已生成。", file=sys.stderr)
    if failed:
        raise Exit(1)


def _rehearse(book: "Workbook", jobs: "list[Job]", moment: datetime) -> None:
    from tongdao.analysis import owed as missing
    from tongdao.runs import is_made, timetable

    for job in jobs:
        if job.refused:
            print(f"不能生成：{job.inputs['month']} {job.refused}")
        elif not is_made(job):
            print(f"将生成：{job.inputs['month']} {job.name}（按 {job.inputs['as_of']} 的读数）")
    following = next((due for due in timetable(book.plan) if due.at > moment), None)
    if following:
        print(f"下一次：{following.at:%Y-%m-%d %H:%M} {following.schedule.report}，报告月份 {following.month}")
    owing: dict[str, list[str]] = {}
    for entry in missing(book.view(book.plan.last_month, moment.date())):
        for unit in entry.departments or ("原文未明确牵头单位",):
            owing.setdefault(unit, []).append(f"{entry.item.name}（{entry.period}）")
    for unit, names in owing.items():
        print(f"{unit}还欠读数：{'、'.join(names)}")


@app.command()
def runs(workbook: BookOption = "", out: OutOption = None, as_json: JsonOption = False) -> None:
    """列出各次运行：何时、什么报告、结果如何。"""
    from tongdao.runs import runs as entries
    from tongdao.workbook import reports_folder

    book = opened(workbook)
    found = entries(reports_folder(book, out))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for entry in found:
        late = "，补跑" if entry.get("late") else ""
        why = f"：{entry['reason']}" if "reason" in entry else ""
        when = entry["began"].replace("T", " ")[:16]
        print(f"{when}　{entry['run']}　{entry['inputs']['month']} {entry['report']}　{entry['verdict']}{late}{why}")
    if not found:
        print("还没有运行过。")


@app.command()
def replay(
    run: Annotated[str, typer.Argument(help="运行编号，开头几位也可以；用 tongdao runs 查看。")],
    workbook: BookOption = "",
    out: OutOption = None,
) -> None:
    """按当时的数据重做一份报告，用散列值证明逐字节相同，或说明哪里不同。"""
    from tongdao.runs import Warm, find_run, repeated, replay as again
    from tongdao.workbook import reports_folder

    book = opened(workbook)
    manifest = find_run(reports_folder(book, out), run)
    with Warm() as warm:
        differs = again(repeated(book, manifest), manifest, warm)
    if differs:
        print("\n".join(differs))
        raise Exit(1)
    for name, known in manifest["outputs"].items():
        print(f"{name}：逐字节相同（sha256 {known[:16]}…）。")


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="前一次的运行编号。")],
    second: Annotated[str, typer.Argument(help="后一次的运行编号。")],
    workbook: BookOption = "",
    out: OutOption = None,
) -> None:
    """说明两次运行的数为什么不同。"""
    from tongdao.runs import differences, find_run
    from tongdao.workbook import reports_folder

    book = opened(workbook)
    folder = reports_folder(book, out)
    found = differences(book, find_run(folder, first), find_run(folder, second))
    print("\n".join(found) if found else "两次运行的数完全相同。")


@app.command()
def schedule(
    install: Annotated[bool, typer.Option("--install", help="写进这台机器的 crontab。")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="从 crontab 里去掉。")] = False,
    workbook: BookOption = "",
) -> None:
    """显示、安装或去掉定时任务。"""
    from tongdao.runs import crontab

    book = opened(workbook)
    if install:
        crontab.install(book.folder)
        print(f"已写进 crontab：{crontab.cron_line(book.folder)}")
    elif remove:
        crontab.remove(book.folder)
        print("已从 crontab 里去掉。")
    else:
        for entry in book.plan.schedules:
            print(f"每期次月 {entry.day} 日 {entry.hour} 时（{entry.zone}，遇假日顺延）：{entry.report}")
        print(f"\n# cron（{'已装' if crontab.installed(book.folder) else '未装，tongdao schedule --install 安装'}）")
        print(crontab.cron_line(book.folder))
        for name, text in crontab.systemd_units(book.folder).items():
            print(f"\n# ~/.config/systemd/user/{name}\n{text}", end="")
        print(f"\n# Windows 任务计划\n{crontab.windows_command(book.folder)}")


@app.command()
def doctor(workbook: BookOption = "") -> None:
    """检查这台机器能不能生成报告，并说明怎样修好。"""
    from tongdao.runs import ailments

    found = ailments(opened(workbook))
    for item in found:
        print(f"{item.severity}　{item.place}：{item.message}")
    if any(item.severity == "问题" for item in found):
        raise Exit(1)
    print("可以生成报告。")
