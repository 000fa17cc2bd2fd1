"""Pictures of notebooks: their bytes, from base64, a data URI, an attachment or a file beside the notebook."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from tongdao.base import DocumentError

Find = Callable[[str], bytes | None]  # the picture at an address, if it is at hand
#: What the files can hold, by how their bytes begin.
_KINDS: Mapping[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8"),
    "svg": re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<svg\b", re.DOTALL),
}
_DATA = re.compile(r"data:image/[\w.+-]+((?:;[\w=-]+)*),(.*)", re.DOTALL)


def kind_of(image: bytes) -> str:
    """``png``, ``jpg``, ``gif`` or ``svg``; empty for anything else."""
    return next((kind for kind, begins in _KINDS.items() if begins.match(image)), "")


def from_base64(content: Any, number: int) -> bytes:
    """A picture as an output keeps it; SVG stands there as text.

    Raises:
        DocumentError: it is torn.
    """
    text = content if isinstance(content, str) else "".join(content)
    if "<svg" in text:
        return text.encode()
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Base64Error, ValueError):
        raise DocumentError(f"第 {number} 个单元格的图片读不出来（不是完整的图片），请重新运行。") from None


def from_address(
    address: str, number: int, *, attached: Mapping[str, bytes] | None = None, folder: Path | None = None
) -> bytes | None:
    """The picture at an address: a data URI, an attachment, a file below or beside ``folder``; None if it is not here.

    Raises:
        DocumentError: a data URI that is torn.
    """
    if address.startswith("attachment:"):
        return (attached or {}).get(unquote(address.removeprefix("attachment:")))
    if found := _DATA.fullmatch(address):
        data = from_base64(found[2], number) if "base64" in found[1] else unquote_to_bytes(found[2])
        return data if kind_of(data) else None
    if folder is None or re.match(r"\w+:", address):
        return None
    try:
        data = (folder / unquote(address)).read_bytes()
    except (OSError, ValueError):
        return None
    return data if kind_of(data) else None
