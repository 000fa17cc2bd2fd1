from . import blocks as blocks, style as style
from .blocks import (
    NOTICE_WORDS as NOTICE_WORDS,
    PREFIX as PREFIX,
    RECORD as RECORD,
    SHAPES as SHAPES,
    WIDGET as WIDGET,
    Align as Align,
    Document as Document,
    Figure as Figure,
    is_counted as is_counted,
    joined as joined,
)
from .notebook import (
    TRACE as TRACE,
    read_document as read_document,
    read_payload as read_payload,
)
from .pdf import forms_of as forms_of, prepare as prepare, render_forms as render_forms
from .prose import prose_of as prose_of
from .style import (
    FAN as FAN,
    FONT as FONT,
    FONTS as FONTS,
    INK as INK,
    LIGHTS as LIGHTS,
    MAIN as MAIN,
    MARKS as MARKS,
    MUTED as MUTED,
    PALE as PALE,
    RULE as RULE,
    SANS as SANS,
    TARGET as TARGET,
    config as config,
)
from .vega import (
    LOCALE as LOCALE,
    WORDS as WORDS,
    bundle as bundle,
    draw as draw,
    png as png,
    renderer as renderer,
    sketch as sketch,
    with_words as with_words,
)
from .word_check import check_word as check_word
