"""One visual language for charts: colours that survive colour blindness and black-and-white print.

The document template uses the same values; a meaning never rests on colour alone.
"""

from typing import Any

INK = "#1f2933"
MUTED = "#5f6b7a"
RULE = "#d5dae0"
PALE = "#aab3bf"
MAIN = "#1d5a96"
FAN = "#c4d7ea"
TARGET = "#b3541e"
FONT = "Noto Sans SC"
LIGHTS = {"green": "#1b7f5c", "yellow": "#a86400", "red": "#b3261e", "grey": "#5f6b7a"}
MARKS = {"green": "circle", "yellow": "triangle-up", "red": "square", "grey": "circle"}


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    text = {"font": FONT, "fontSize": 11, "color": INK}
    return {
        "background": "white",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "labelFontSize": 11,
            "labelColor": MUTED,
            "titleFont": FONT,
            "titleFontSize": 11,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "domainColor": MUTED,
            "tickColor": RULE,
            "gridColor": "#e9ecef",
            "labelPadding": 4,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False},
        "legend": {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 11, "labelColor": INK},
        "header": {"labelFont": FONT, "titleFont": FONT, "labelFontSize": 11, "labelColor": INK},
        "text": text,
        "line": {"strokeWidth": 2},
        "range": {"category": [MAIN, TARGET, "#1b7f5c", "#7a5195", MUTED]},
    }
