"""Text that came from outside is data: shown as it is, never obeyed, and people's numbers masked.

What looks like code, a path, a secret or a person's number is kept; the receipt names it. Reports see
``shown``: people's numbers are starred and invisible marks are written out.
"""

import re
import unicodedata
from functools import lru_cache

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_sign(first: str) -> str:
    """The 18th sign for the first 17.

    Raises:
        ValueError: a sign that no code has (I, O, S, V and Z are left out of the norm).
    """
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))
    return SIGNS[-total % 31]


def fault_of(code: str) -> str:
    """What is wrong with a code, in Chinese; empty if nothing is."""
    strange = [sign for sign in code if sign not in SIGNS]
    if len(code) != 18 or strange:
        what = f"有不该出现的字符“{strange[0]}”" if strange else f"有 {len(code)} 位"
        return f"统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z），这里{what}"
    expected = check_sign(code[:17])
    return "" if code[17] == expected else f"统一社会信用代码的校验位应为 {expected}，请核对是否写错"


# Byte order marks, zero-width characters, soft hyphens, tags; and a line's end as Excel's files write it.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u2064\u3164\ufeff\U000e0000-\U000e007f]"
    "|_x000[AaDd]_"
)
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
LOST = re.compile("\ufffd|\\?\\?\\?+|锟斤拷|烫烫烫|屯屯屯|ï¿½")

_DATE = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
PERSONAL = re.compile(
    rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{_DATE}\d{{3}}[0-9Xx](?![0-9A-Za-z])"  # identity card
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile telephone
    r"|(?<!\d)[3-6]\d{3}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"  # bank card
    r"|(?<![0-9A-Za-z])(?:护照(?:号码?)?[:： ]?)[A-Z]{1,2}\d{7,8}(?![0-9A-Za-z])"
    r"|[\w.+-]{1,64}@[\w-]{1,64}\.[A-Za-z]{2,}"
)
_HOSTILE: tuple[tuple[str, str, str], ...] = (
    (
        "secret",
        "疑似密钥或口令",
        r"-----BEGIN|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\b(?:ghp|gho|github_pat|glpat|sk|xox[abp])[-_][0-9A-Za-z_-]{8,}|\beyJ[\w-]{8,}\."
        r"|(?:pass(?:word|wd)?|pwd|secret|token|api[_-]?key|access[_-]?key|credential)s?['\" ]*[:=：]"
        r"|(?:密码|口令|密钥)\s*[:：=是为]"
        r"|\w{1,20}://[^/\s:@]+:[^/\s@]+@",
    ),
    ("formula", "形似公式", r"^\s*[=@+]|^\s*-\s*[A-Za-z(\d]|^[\t\r]|\bDDE\s*\(|\bcmd\s*\||HYPERLINK\s*\("),
    (
        "markup",
        "形似网页代码",
        r"<\s*/?\s*[a-zA-Z!][^<>]*>?|javascript\s*:|data:text/html|&#x?[0-9a-fA-F]+;|\bon(?:error|load|click)\s*=",
    ),
    (
        "typst",
        "形似排版代码",
        r"#(?:\w[\w.-]*\s*[(\[]|(?:let|import|include|set|show|eval|read|panic|context|if|for|while)\b)"
        r"|\\(?:input|include|write\d*|def|newcommand|immediate|usepackage|begin|end|documentclass|openin|csname|[a-z]+\{)",
    ),
    (
        "command",
        "形似命令",
        r"(?i)[;&|]\s*(?:rm|cat|curl|wget|bash|sh|powershell|cmd|del|nc|python3?|shutdown)\b|\brm\s+-rf|&&|\|\||\b(?:import\s+os|os\.system|subprocess|eval\(|exec\()",
    ),
    (
        "path",
        "形似路径",
        r"\.\.[/\\]|%2e%2e|(?:^|[\s\"'(=：:])/(?:etc|usr|var|home|root|tmp|proc|dev|bin|opt|mnt|sys)\b|\b[A-Za-z]:[\\/]|\\\\[\w.]+\\|file:|(?:^|\s)~[/\\]",
    ),
)
_PATTERNS = [(code, words, re.compile(pattern)) for code, words, pattern in _HOSTILE]


@lru_cache(maxsize=4096)
def hostile_marks(text: str) -> tuple[tuple[str, str], ...]:
    """What a text looks like and what becomes of it, as (code, words): a secret, a formula, code, a path, a person's
    number, hidden marks."""
    found = [(code, words) for code, words, pattern in _PATTERNS if pattern.search(text)]
    if PERSONAL.search(text):
        found.append(("personal", "疑似个人信息"))
    if BIDI.search(text):
        found.append(("bidi", "含双向控制字符"))
    elif INVISIBLE.search(text):
        found.append(("invisible", "含不可见的零宽字符"))
    if CONTROL.search(text):
        found.append(("control", "含控制字符"))
    fate = {"personal": "按文本保留，报告中遮盖"}
    return tuple((code, f"{words}，{fate.get(code, '按文本保留，不执行')}") for code, words in found)


def shown(text: str) -> str:
    """A text as reports, receipts and logs print it: personal numbers starred, unseen marks written out."""
    text = PERSONAL.sub(lambda found: _starred(found.group()), text)
    if text.isprintable():
        return text
    return "".join(ch if ch.isprintable() or ch == "\n" else f"‹U+{ord(ch):04X}›" for ch in text)


_FORMULA = re.compile(r"'*[=+\-@\t\r]")  # how a formula begins, be it behind apostrophes


def escaped(text: str) -> str:
    """A text for a sheet that Excel may open: one that begins like a formula gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The inverse of ``escaped``."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


_MARKS = re.compile(r"[\\`*_\[\]<>&~$|@]|:(?=//)|(?<=www)\.", re.I)  # the last three make an address a link
_BEGINS = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|)([#>+=-]|(?<=\d)[.)])")  # a heading, a quotation, a point of a list


def marked(text: str) -> str:
    """A text as Markdown that prints it sign for sign: no emphasis, link, picture, heading or list is made of it."""
    lines = (_MARKS.sub(r"\\\g<0>", line.strip(" \t")) for line in text.splitlines())
    return "\n".join(_BEGINS.sub(r"\1\\\2", line) for line in lines if line)


def inside(path: str) -> str:
    """A path in a plan file, which stays within the folder of the workbook on every system.

    Raises:
        ValueError: it leads out of it; a sentence.
    """
    if re.match(r"[/\\~]|[A-Za-z]:", path) or ".." in re.split(r"[/\\]", path) or CONTROL.search(path):
        raise ValueError(
            f"的路径“{shown(path)}”不在工作簿文件夹里，只能写文件夹里的文件，如 registers/firms.csv，请改正"
        )
    return path


def file_name(text: str) -> str:
    """A text as (part of) a file's name: it leads to no other folder, and every system can keep it."""
    name = re.sub(rf'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]|{BIDI.pattern}', "_", text).lstrip(".")
    name = name.encode()[:180].decode(errors="ignore").rstrip(". ") or "_"
    return re.sub(r"^(?=(con|prn|aux|nul|(com|lpt)[\d¹²³]) *(\.|$)).", "_", name, flags=re.I)  # Windows' devices


def _starred(number: str) -> str:
    keep = 3 if len(number) > 8 else 1
    return number[:keep] + "*" * (len(number) - keep - 2) + number[-2:]


def typed(text: str) -> str:
    """A name as a person may type it: full-width signs as plain ones, no white space, capitals aside."""
    return "".join(narrow(text).split()).casefold()


def narrowing(text: str) -> str:
    """What ``narrow`` changes in a text, in words."""
    return "全角字符已转为半角" if re.search("[\u3000\uff01-\uff5e]", text) else "特殊的数字或空格已换成普通写法"


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as their plain twins; everything else stays.

    Superscripts, circled numbers and ligatures are left alone: 53² must not become 532.
    """
    if text.isascii():
        return text
    out = []
    for ch in text:
        if "\uff01" <= ch <= "\uff5e":
            out.append(chr(ord(ch) - 0xFEE0))
        elif ch in "\u3000\u00a0\u2002\u2003\u2009\u202f":
            out.append(" ")
        else:
            digit = unicodedata.decimal(ch, None)
            out.append(ch if digit is None else str(digit))
    return "".join(out)
