"""Months, quarters and years, how people write them, and the algebra of cumulative figures.

Offices report a flow cumulatively: 1-3月 is January to March. A cumulative figure belongs to its
calendar year, so nothing here ever joins December to January. Every period is known by its last
month, counted as ``year * 12 + month - 1``; that one integer orders months, quarters and years alike.
One spelling means one thing wherever it stands, or it is refused.
"""

import contextlib
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from typing import Literal

from tongdao.base.errors import UsageError
from tongdao.base.text import INVISIBLE, narrow, narrowing
from tongdao.base.units import from_han, plain_years

Frequency = Literal["month", "quarter", "half", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
SHANGHAI = timezone(timedelta(hours=8))
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4])|H([12]))?")
_EPOCH, _SERIAL = date(1899, 12, 30), re.compile(r"(\d{5})(?:\.0+)?")  # of Excel's serial numbers
_DASHES = re.compile("[‐‑‒–—―−~～〜﹣]|至|到")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: n for n, name in enumerate(_ENGLISH, 1)}
_FULL_DATE = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:T?\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:Z|\+08:?00)?"
)
_BASIS = re.compile(r"\(?(累计|当月|单月|本月)(?:数|值|完成)?\)?")
_QUARTERS = {"上半年": 2, "h1": 2, "s1": 2, "下半年": 4, "h2": 4, "s2": 4}
_SPELLINGS = [  # year, month or quarter; how many months it has; what it says of the basis
    (re.compile(pattern, re.I), months, basis)
    for pattern, months, basis in (
        (r"(?P<y>\d{4})(?:[-/.年]-?|-?m)(?P<m>\d{1,2})月?", 1, ""),  # 2024-M09 as SDMX and Eurostat write it
        (r"(?P<y>\d{4})(?P<m>\d{2})", 1, ""),
        (r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})", 1, ""),
        (r"(?P<y>\d{4})[年/.-]?1-(?P<m>\d{1,2})月", 1, "cumulative"),
        (r"(?P<y>\d{4})(?:年度?|-)?第?(?P<q>[1-4])季度?", 3, ""),
        (r"(?P<y>\d{4})(?:年度?|-)?q(?P<q>[1-4])", 3, ""),
        (r"q(?P<q>[1-4])[-/]?(?P<y>\d{4})", 3, ""),
        (r"(?P<y>\d{4})年?-?(?P<q>上半年|[hs]1)", 1, "cumulative"),
        (r"(?P<y>\d{4})年?-?(?P<q>下半年|[hs]2)", 6, ""),
        (r"(?P<y>\d{4})年?-?前(?P<q>[234])季度?", 1, "cumulative"),
        (r"(?P<y>\d{4})(?:年|年?全年|年?全?年度|年{1,2}[末底])", 12, ""),
    )
]
_YEARLESS = re.compile(
    r"(\d{1,2}-)?\d{1,2}月|第?([23][-、和])?[1-4]季|q[1-4]$|前[234]季|上半年|h1$|全年|年度|年[末底]", re.I
)
_QUARTER_WORD = re.compile(r"(first|second|third|fourth|[1-4](?=st|nd|rd|th))?(?:st|nd|rd|th)?quarter")
_ORDINAL = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
Notes = tuple[tuple[str, str], ...]  # code and words of what was read as meant


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter, half year or year, ordered by its last month.

    ``end`` is the last month as ``year * 12 + month - 1``; ``months`` is 1, 3, 6 or 12.
    """

    end: int
    months: int = 1

    @property
    def year(self) -> int:
        return self.end // 12

    @property
    def month(self) -> int:
        """Number of the last month, 1 to 12."""
        return self.end % 12 + 1

    @property
    def start(self) -> int:
        return self.end - self.months + 1

    @cached_property
    def last_day(self) -> date:
        following = self.end + 1
        return date.fromordinal(date(following // 12, following % 12 + 1, 1).toordinal() - 1)

    def plus(self, months: int) -> "Period":
        """The month that many months after the last one."""
        return Period(self.end + months)

    def __str__(self) -> str:
        if self.months == 12:
            return f"{self.year}"
        if self.months == 1:
            return f"{self.year}-{self.month:02d}"
        return f"{self.year}{'Q' if self.months == 3 else 'H'}{self.month // self.months}"


def parse_period(text: str) -> Period:
    """Read ``2024-09``, ``2024Q3``, ``2024H1`` or ``2024``.

    Raises:
        UsageError: anything else; the message shows the spellings.
    """
    found = _WRITTEN.fullmatch(text.strip())
    year, month, quarter, half = found.groups() if found else (None,) * 4
    if year is None or not 1900 <= int(year) < 2300 or (month is not None and not 1 <= int(month) <= 12):
        raise UsageError(f"期间“{text}”无法识别，请写成 2024-09（月）、2024Q3（季）、2024H1（半年）或 2024（年）。")
    number, months = next((pair for pair in ((month, 1), (quarter, 3), (half, 6)) if pair[0]), (None, 12))
    return Period(int(year) * 12 + int(number or 1) * months - 1, months)


def years_back(day: date, years: int) -> date:
    """The same day some years before; for 29 February the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)


def parse_day(text: str, what: str = "日期") -> date:
    """Read an ISO date such as ``2024-10-20``."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{what}“{text}”无法识别，请写成 2024-10-20 这样的年-月-日。") from None


def month_of(day: date) -> Period:
    return Period(day.year * 12 + day.month - 1)


def span(first: Period, last: Period) -> list[Period]:
    """All months from the first to the last, both included."""
    return [Period(end) for end in range(first.start, last.end + 1)]


@dataclass(frozen=True)
class When:
    """A period as read: ``basis`` is empty where the text does not say cumulative or single."""

    period: Period | None = None
    basis: str = ""
    notes: Notes = ()
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
    """The period that a cell or heading names. ``year`` is what stands for texts such as 1-3月 that name none."""
    if text.isascii() and _WRITTEN.fullmatch(text) and text[4:5] != "H":  # a half year as people write it: see below
        try:
            return When(parse_period(text))
        except UsageError:
            return _fault(text)
    if not text.strip():
        return When(fault=("period_empty", "期间为空，请写成 2024-03"))
    slim = plain(text)
    found = _read(slim, year)
    if found.fault or found.period is None or not 1949 <= found.period.year < 2300:
        return found if found.fault else _fault(text)
    spelled = (("period_spelling", f"期间“{text}”已规范为 {found.period}"),) if text != str(found.period) else ()
    notes = found.notes or spelled
    if slim != text.strip() and narrow(text) != text:
        notes = (("fullwidth", f"期间“{text}”的{narrowing(text)}，规范为 {found.period}"),)
    return When(found.period, found.basis, notes)


def _fault(text: str) -> When:
    return When(fault=("period", f"期间“{text}”无法识别，请写成 2024-03（月）、2024Q1（季）或 2024（年）"))


def _read(text: str, year: int | None) -> When:
    stem = re.sub(r"^截[至止-]+|^(?:本年|今年)(?=.*月)", "", text)
    stem = re.sub(r"^([1-3]\d)年(?=.*(?:月|季|上半年))", r"20\1年", stem)
    bases = {"cumulative" if word == "累计" else "single" for word in _BASIS.findall(stem)}
    stem = re.sub(r"(?<=月)\(?(份|末|底|止)+\)?$|(?<=季度|半年)[末底]$", "", _BASIS.sub("", stem))
    stem = re.sub(r"^(\d{4})(年|[./-]?)0?(\d{1,2})月?-\1\2?0?(\d{1,2})月?$", r"\1年\3-\4月", stem)
    stem = re.sub(r"^(\d{4})[年.]0?(\d{1,2})-0?(\d{1,2})$", r"\1年\2-\3月", stem)  # 2024.1-6
    stem = _QUARTER_WORD.sub(lambda word: f"q{_ORDINAL.get(word[1], word[1] or '')}", plain_years(stem).lower())
    stem = re.sub(r"[一二三四五六七八九十]+", lambda number: str(from_han(number[0]) or number[0]), stem)
    stem = re.sub(r"(?<!\d)前(\d{1,2})个?月$", r"1-\1月", stem)
    stem = re.sub(r"(?<!\d)1[+、,和及]2月$", "1-2月", stem)
    stem = re.sub(r"(?<!\d)1-([234])季度?$", r"前\1季度", stem)
    stem = re.sub(r"(?<!\d)(?:0?1月?|元月?|自?年初)-0?(\d{1,2})月$", r"1-\1月", stem).replace("元月", "1月")
    stem = re.sub(r"(?<=\d)月-0?(?=\d{1,2}月$)", "-", stem)
    found = _with_year(stem)
    if found is None and _YEARLESS.match(stem):
        found = _with_year(f"{year or 2000}年{stem}") or When()
        if found.period and year is None:
            return When(fault=("period_year", f"期间“{text}”没有写年份，请写成 2024-03"))
        if found.period:
            found = When(found.period, found.basis, (("period_year", f"期间“{text}”没有写年份，取文件的 {year} 年"),))
    if found is None or len(bases) > 1 or (found.fault and year is None and not stem[:4].isdigit()):
        return When()
    if bases == {"single"} and (found.basis == "cumulative" or (found.period and found.period.months > 1)):
        return When()  # 二季度当月 is of no month
    return When(found.period, (*bases, found.basis)[0], found.notes, found.fault)


def _with_year(text: str) -> When | None:
    """A text that names its year; None if it does not look like one."""
    if found := re.fullmatch(r"(\d{4})[.]1", text):
        words = f"期间“{text}”无法区分是 1 月还是 10 月（2024.10 会被截成 2024.1），请写成 {found[1]}-01"
        return When(fault=("period", words))
    for pattern, months, basis in _SPELLINGS:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            quarter = parts.get("q", "4").lower()
            month = int(parts.get("m") or 3 * (_QUARTERS.get(quarter) or int(quarter)))
            return When(Period(int(parts["y"]) * 12 + month - 1, months), basis) if 1 <= month <= 12 else When()
    if re.fullmatch(r"\d{4}年?(?:\d{1,2}-\d{1,2}月|第?[23][-、和][34]季度?)", text):
        return When(fault=("not_cumulative", f"期间“{text}”不是从 1 月起的累计，无法换算"))
    word = re.fullmatch(r"([a-z]{3,9})[-./,]?(\d{4})|(\d{4})[-./,]?([a-z]{3,9})", text, re.I)
    if word and (number := _MONTHS.get((word[1] or word[4])[:3].lower())):
        return When(Period(int(word[2] or word[3]) * 12 + number - 1))
    return _of_day(day, text) if (day := day_of(text)) else None


def day_of(text: str) -> date | None:
    """The day that a text writes out, or for which Excel's serial number stands in it."""
    if found := _FULL_DATE.fullmatch(text):
        with contextlib.suppress(ValueError):
            return date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    if found := _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(found[1]))
        return day if 2000 <= day.year <= 2100 else None
    return None


def _of_day(day: date, text: str) -> When:
    """A full date stands for its month where Excel made it of one: on the first day, or an office wrote the last."""
    period = month_of(day)
    if day.day != 1 and day != period.last_day:
        return When(fault=("period", f"期间“{text}”是月中的一天，不能确定指哪个期间，请写成 {period}"))
    if _SERIAL.fullmatch(text):
        return When(period, "", (("serial", f"“{text}”是 Excel 日期序列号（{day}），期间读作 {period}"),))
    return When(period, "", (("period_spelling", f"期间“{text}”是日期，已规范为 {period}"),))


def parse_month(text: str) -> Period:
    """The month that somebody typed: 2024-09, 2024/9, 202409, 2024年9月, in full width as well.

    Raises:
        UsageError: anything else; a quarter, a year or a stretch of months is no month.
    """
    slim = plain(text)
    found = read_when(slim).period if re.fullmatch(r"\d{4}([-/.年]\d{1,2}月?|-?[Mm]\d{1,2}|\d{2})", slim) else None
    if found is None:
        raise UsageError(f"月份“{text}”无法识别，请写成 2024-09 这样的四位年份和两位月份。")
    return found


@dataclass(frozen=True)
class Recorded:
    """When something was recorded, in Shanghai time: a day, or a day and time, as ISO text."""

    text: str = ""
    notes: Notes = ()
    fault: tuple[str, str] | None = None

    @cached_property
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
    if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|((?:19|20)\d\d)(\d\d)(\d\d)", compact):
        return _recorded("-".join(part.zfill(2) for part in found.groups() if part), text, note)
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


def _recorded(iso: str, text: str, notes: Notes) -> Recorded:
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
    notes: Notes = ()
    if moment.tzinfo is not None:
        local = moment.astimezone(SHANGHAI).replace(tzinfo=None)
        if local != moment.replace(tzinfo=None):
            notes = (("time_zone", f"记录时间“{text}”已换算为东八区时间 {local.isoformat(' ', 'minutes')}"),)
        moment = local
    return Recorded(moment.isoformat("T", "seconds"), notes)
