"""Periods and days as people write them: one spelling means one thing, or the cell is refused."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from tongdao.base.errors import UsageError
from tongdao.base.periods import Period, parse_period
from tongdao.base.text import INVISIBLE, narrow

SHANGHAI = timezone(timedelta(hours=8))
_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers
_DASHES = re.compile("[‐‑‒–—―−~～〜﹣]|至|到")
_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_FULL_DATE = re.compile(
    r"(\d{4})([-/.年]?)(\d{1,2})[-/.月]?(\d{1,2})日?(?:T?\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|\+08:?00)?"
)
_HAN = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HAN_MONTHS = {
    word: n for n, word in enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1)
}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class When:
    """A period as read: ``basis`` is empty where the text does not say cumulative or single."""

    period: Period | None = None
    basis: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    fault: tuple[str, str] | None = None


def one_year(name: str) -> int | None:
    """The one year that a file's or sheet's name gives (…_2024.csv); None where it gives none or two."""
    years = {int(found) for found in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", name)}
    return years.pop() if len(years) == 1 else None


def plain(text: str) -> str:
    """Spaces, hidden marks and full-width forms aside; every kind of dash is one."""
    return _DASHES.sub("-", re.sub(r"\s", "", INVISIBLE.sub("", narrow(text))))


@lru_cache(maxsize=4096)
def read_when(text: str, *, year: int | None = None) -> When:
    """The period a cell names. ``year`` is that of the file, for texts such as 1-3月 that name none."""
    if re.fullmatch(r"\d{4}(-\d{2}|Q[1-4])?", text) and text.isascii():
        try:
            return When(parse_period(text))
        except UsageError:
            return _fault(text)
    if not text.strip():
        return When(fault=("period_empty", "期间为空，请写成 2024-03"))
    slim = plain(text)
    found = _read(slim, year)
    if found.period is None or found.fault:
        return found if found.fault else _fault(text)
    if found.period.year < 1949:
        return _fault(text)
    notes = found.notes or (("period_spelling", f"期间“{text}”已规范为 {found.period}"),)
    if slim != text.strip() and narrow(text) != text:
        notes = (("fullwidth", f"期间“{text}”的全角字符已转为半角，规范为 {found.period}"),)
    return When(found.period, found.basis, notes)


def _fault(text: str) -> When:
    return When(fault=("period", f"期间“{text}”无法识别，请写成 2024-03（月）、2024Q1（季）或 2024（年）"))


def _month(year: int | str, month: int | str, basis: str = "") -> When:
    if not 1 <= int(month) <= 12:
        return When()
    return When(Period(int(year) * 12 + int(month) - 1), basis)


def _read(text: str, year: int | None) -> When:
    stem = re.sub(r"^截[至止-]+", "", text)
    basis = ""
    for word, meaning in (
        ("累计数", "cumulative"),
        ("累计", "cumulative"),
        ("当月数", "single"),
        ("当月", "single"),
        ("单月", "single"),
        ("本月", "single"),
    ):
        if stem.endswith((word, f"({word})")):
            stem, basis = re.sub(rf"\(?{word}\)?$", "", stem), meaning
            break
    stem = re.sub(r"(?<=月)(份|末|底|止)+$|(?<=季度)[末底]$", "", stem)
    stem = re.sub(r"[一二三四五六七八九十]+(?=月|-\S*月)", han_month, stem)
    stem = re.sub(r"(?<!\d)0?1月?-(?:0?)(\d{1,2})月$", r"1-\1月", stem)
    han = re.fullmatch(r"([〇零一二三四五六七八九]{4})年(.*)", stem)
    if han:
        stem = han[1].translate(_HAN) + "年" + han[2]
    found = _with_year(stem)
    if found is None and year is not None:
        found = (
            _with_year(f"{year}年{stem}") if re.match(r"(1-)?\d{1,2}月|[一二三四第前上全]|[1-4]季度", stem) else None
        )
        if found and found.period:
            found = When(found.period, found.basis, (("period_year", f"期间“{text}”没有写年份，取文件的 {year} 年"),))
    if found is None:
        bare = re.fullmatch(r"(1-)?\d{1,2}月|第?[一二三四1-4]季度|上半年|全年|前三季度", stem)
        return When(fault=("period_year", f"期间“{text}”没有写年份，请写成 2024-03")) if bare else When()
    if basis == "single" and found.basis == "cumulative":
        return When()
    return When(found.period, basis or found.basis, found.notes, found.fault)


def han_month(found: re.Match[str]) -> str:
    """What to put for a month's numeral: 11 for 十一; a numeral of no month stays as it is."""
    return str(_HAN_MONTHS.get(found[0], found[0]))


def parse_month(text: str) -> Period:
    """The month that somebody typed: 2024-09, 2024/9, 202409, 2024年9月, in full width as well.

    Raises:
        UsageError: anything else; a quarter, a year or a stretch of months is no month.
    """
    slim = plain(text)
    if re.fullmatch(r"\d{4}([-/.年]\d{1,2}月?|\d{2})", slim):
        found = read_when(slim)
        if found.period and not found.fault:
            return found.period
    raise UsageError(f"月份“{text}”无法识别，请写成 2024-09 这样的四位年份和两位月份。")


def _with_year(text: str) -> When | None:
    """A text that names its year; None if it does not look like one."""
    if found := re.fullmatch(r"(\d{4})[.]1", text):
        return When(
            fault=("period", f"期间“{text}”无法区分是 1 月还是 10 月（2024.10 会被截成 2024.1），请写成 {found[1]}-01")
        )
    if found := re.fullmatch(r"(\d{4})(?:[-/.年]-?(\d{1,2})月?|(\d{2}))", text):
        return _month(found[1], found[2] or found[3])
    if found := re.fullmatch(r"(\d{4})[年/.-]?1-(\d{1,2})月", text):
        return _month(found[1], found[2], "cumulative")
    if found := re.fullmatch(r"(\d{4})年?(\d{1,2})-(\d{1,2})月", text):
        return When(fault=("not_cumulative", f"期间“{text}”不是从 1 月起的累计，无法换算"))
    if found := re.fullmatch(r"(\d{4})(?:年度?|-)?(?:第?([一二三四1-4])季度?|q([1-4]))", text, re.I):
        return When(Period(int(found[1]) * 12 + _QUARTERS[found[2] or found[3]] * 3 - 1, 3))
    if found := re.fullmatch(r"(?:q([1-4])[-/]?(\d{4}))", text, re.I):
        return When(Period(int(found[2]) * 12 + int(found[1]) * 3 - 1, 3))
    if found := re.fullmatch(r"(\d{4})年?-?(上半年|h1|前([二三23])季度?)", text, re.I):
        quarter = 2 if not found[3] else _QUARTERS[found[3]]
        return _month(found[1], quarter * 3, "cumulative")
    if found := re.fullmatch(r"(\d{4})(年|年度|年全年|全年|年末|年底)", text):
        return When(Period(int(found[1]) * 12 + 11, 12))
    return _other(text)


def _other(text: str) -> When | None:
    """English months, month before year, full dates and serial numbers."""
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text):
        return _month(found[2], found[1])
    word = re.fullmatch(r"([a-z]{3,9})[-./,]?(\d{4})|(\d{4})[-./,]?([a-z]{3,9})", text, re.I)
    if word and (month := _MONTHS.get((word[1] or word[4])[:3].lower())):
        return _month(word[2] or word[3], month)
    found = _FULL_DATE.fullmatch(text)
    if found and (found[2] or (len(text) == 8 and text.isdigit())):
        try:
            return _of_day(date(int(found[1]), int(found[3]), int(found[4])), text)
        except ValueError:
            return None
    if found := re.fullmatch(r"(\d{5})(?:\.0+)?", text):
        day = _EPOCH + timedelta(days=int(found[1]))
        if 2000 <= day.year <= 2100:
            when = _of_day(day, text)
            return When(
                when.period,
                "",
                (("serial", f"“{text}”是 Excel 日期序列号（{day}），期间读作 {when.period}"),),
                when.fault,
            )
    return None


def _of_day(day: date, text: str) -> When:
    """A full date stands for its month where Excel made it of one: on the first day, or an office wrote the last."""
    period = Period(day.year * 12 + day.month - 1)
    if day.day != 1 and day != period.last_day:
        return When(fault=("period", f"期间“{text}”是月中的一天，不能确定指哪个期间，请写成 {period}"))
    return When(period, "", (("period_spelling", f"期间“{text}”是日期，已规范为 {period}"),))


@dataclass(frozen=True)
class Recorded:
    """When something was recorded, in Shanghai time: a day, or a day and time, as ISO text."""

    text: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    fault: tuple[str, str] | None = None

    @property
    def day(self) -> date:
        return date.fromisoformat(self.text[:10])


@lru_cache(maxsize=20_000)
def read_recorded(text: str) -> Recorded:
    """A day or moment of recording; empty text gives an empty answer, and the caller says what stands in."""
    slim = INVISIBLE.sub("", narrow(text)).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _recorded(text, text, ())
    if not slim:
        return Recorded()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?", slim):
        return _moment(slim, text)
    note = (("recorded_spelling", f"记录时间“{text}”的写法已规范"),)
    spaced = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?$", "", slim)
    compact = re.sub(r"\s", "", _DASHES.sub("-", spaced))
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", compact):
        return _recorded("-".join((found[1], found[2].zfill(2), found[3].zfill(2))), text, note)
    if re.fullmatch(r"(19|20)\d{6}", compact):
        return _recorded(f"{compact[:4]}-{compact[4:6]}-{compact[6:]}", text, note)
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", compact):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            return Recorded(fault=("ambiguous_day", f"记录时间“{text}”含义不明，分不清月和日，请写成 2024-04-03"))
        month, day = (first, second) if first <= 12 else (second, first)
        return _recorded(f"{found[3]}-{month:02d}-{day:02d}", text, note)
    if found := re.fullmatch(
        r"(\d{1,2})[- ]?([A-Za-z]{3,9})[-, ]*(\d{4})|([A-Za-z]{3,9})[-. ]?(\d{1,2}),?[- ]?(\d{4})", spaced
    ):
        name, day_text, year_text = found[2] or found[4], found[1] or found[5], found[3] or found[6]
        if month := _MONTHS.get(name[:3].lower(), 0):
            return _recorded(f"{year_text}-{month:02d}-{int(day_text):02d}", text, note)
    if re.fullmatch(r"[34]\d{4}(\.\d+)?", compact):
        day_found = _EPOCH + timedelta(days=int(float(compact)))
        return _recorded(
            day_found.isoformat(), text, (("serial", f"记录时间“{text}”是 Excel 日期序列号，读作 {day_found}"),)
        )
    return _recorded("", text, ())


def _recorded(iso: str, text: str, notes: tuple[tuple[str, str], ...]) -> Recorded:
    try:
        date.fromisoformat(iso)
    except ValueError:
        return Recorded(fault=("recorded", f"记录时间“{text}”无法识别，请写成 2024-04-10"))
    return Recorded(iso, notes)


def _moment(slim: str, text: str) -> Recorded:
    zone = re.sub(r"\s(?=Z|[+-]\d{2}:?\d{2}$)", "", slim).replace(" ", "T")
    try:
        moment = datetime.fromisoformat(zone)
    except ValueError:
        return _recorded("", text, ())
    notes: tuple[tuple[str, str], ...] = ()
    if moment.tzinfo is not None:
        local = moment.astimezone(SHANGHAI).replace(tzinfo=None)
        if local != moment.replace(tzinfo=None):
            notes = (("time_zone", f"记录时间“{text}”已换算为东八区时间 {local.isoformat(' ', 'minutes')}"),)
        moment = local
    return Recorded(moment.isoformat("T", "seconds"), notes)
