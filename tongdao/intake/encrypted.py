"""Workbooks under Excel's built-in default password, which Excel opens without asking, as yearbooks come."""

import io

from tongdao.intake.sheet import RefusedError

_DEFAULT = "VelvetSweatshop"
_PARTS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def is_package(content: bytes) -> bool:
    """Whether an .xlsx lies encrypted in it, with whatever password."""
    return content.startswith(OLD_OFFICE) and any(name in content for name in _PARTS)


def decrypted(content: bytes) -> bytes:
    """The workbook itself.

    Raises:
        RefusedError: it has a password of its own, or is encrypted in a way that the library does not know.
    """
    import msoffcrypto

    made = io.BytesIO()
    try:
        book = msoffcrypto.OfficeFile(io.BytesIO(content))
        book.load_key(_DEFAULT, **({"verify_password": True} if book.format == "ooxml" else {}))
        book.decrypt(made)
    except MemoryError:
        raise
    except Exception:  # another password, or damage on which it stumbles in many ways
        words = "工作簿设了密码，打不开；请在 Excel 或 WPS 中取消密码后另存再交。"
        raise RefusedError("password", words) from None
    return made.getvalue()
