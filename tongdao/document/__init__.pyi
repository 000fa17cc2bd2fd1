from . import blocks as blocks, style as style
from .blocks import (
    NOTICE_WORDS as NOTICE_WORDS,
    SHAPES as SHAPES,
    Align as Align,
    Document as Document,
    Figure as Figure,
)
from .fonts import FOLDER as FOLDER, SANS as SANS, SERIF as SERIF
from .forms import forms_of as forms_of, prepare as prepare, render_forms as render_forms
from .notebook import (
    PREFIX as PREFIX,
    RECORD as RECORD,
    read_document as read_document,
    read_payload as read_payload,
)
from .outputs import joined as joined
from .style import (
    FAN as FAN,
    FONT as FONT,
    INK as INK,
    LIGHTS as LIGHTS,
    MAIN as MAIN,
    MARKS as MARKS,
    MUTED as MUTED,
    PALE as PALE,
    RULE as RULE,
    TARGET as TARGET,
    config as config,
)
from .vega import LOCALE as LOCALE, WORDS as WORDS, draw as draw, png as png
from .word_check import check_word as check_word
