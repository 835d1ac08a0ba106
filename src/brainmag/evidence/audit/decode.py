"""From a file's bytes to text, or a plain word on why not: nothing is guessed in silence."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path

from brainmag.errors import InputError

# Some 800,000 words: a long book. What is larger is hardly an article, and a page with pictures in
# it can be kept as text.
LARGEST_MB = 5
LARGEST = LARGEST_MB * 1_000_000
STDIN = "-"
# What a file begins with that is no text, though a person may take it for one.
SIGNATURES = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "ZIP, DOCX, EPUB",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "gzip",
}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?([A-Za-z0-9_.:-]{1,40})""")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
# Marks that turn the direction of text, or have no width: what is shown would not be what is there.
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LINES = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Where declarations of an encoding stand, and how much of a text may be control characters.
HEAD, MOST_CONTROL = 2048, 0.01


def read_bytes(given: str) -> bytes:
    """Return the bytes of a file, a pipe, or of standard input.

    Parameters
    ----------
    given : str
        A path, or ``-``. No more is read than an article may have, so that a pipe or a device that
        never ends is refused like a file that is too large.

    Raises
    ------
    InputError
        ``audit.unreadable``, ``audit.too_large``.
    """
    try:
        if given == STDIN:
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(given).open("rb") as file:
                content = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("audit.unreadable", given=given, reason=reason) from error
    except ValueError as error:
        # A path that holds what no path can, such as NUL.
        raise InputError("audit.unreadable", given=given, reason=str(error)) from error
    if len(content) > LARGEST:
        raise InputError("audit.too_large", given=given, limit=LARGEST_MB)
    return content


def decode(content: bytes, given: str) -> tuple[str, str, bool]:
    r"""Return the text of some bytes, their encoding, and whether that encoding was assumed.

    A mark at the beginning goes first, then UTF-8, then what an HTML or XML page declares, then
    Windows-1252, which holds Latin-1.

    Raises
    ------
    InputError
        ``audit.no_text`` for what is another kind of file; ``audit.not_text`` for binary content
        or a text that is torn.

    Examples
    --------
    >>> decode("né".encode("utf-16"), "page")
    ('né', 'utf-16-le', False)
    >>> decode(b"n\xe9", "page")
    ('né', 'windows-1252', True)
    """
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            raise InputError("audit.no_text", given=given, kind=kind)
    encoding, assumed = _find_encoding(content)
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError("audit.not_text", given=given, encoding=encoding) from error
    text = text.removeprefix("\ufeff")
    if "\0" in text or len(_CONTROL.findall(text)) > MOST_CONTROL * len(text):
        raise InputError("audit.not_text", given=given, encoding=encoding)
    return clean(text), encoding, assumed


def clean(text: str) -> str:
    r"""Return a text without characters that steer a terminal or hide what is written.

    Examples
    --------
    >>> clean("a\x1b[31mb\u200bc\r\nd")
    'a [31mbc\nd'
    """
    return _CONTROL.sub(" ", _HIDDEN.sub("", _LINES.sub("\n", text)))


def _find_encoding(content: bytes) -> tuple[str, bool]:
    """Return an encoding, and whether nothing in the file says that it is this one."""
    for mark, name in MARKS:
        if content.startswith(mark):
            return name, False
    head = content[:HEAD]
    # Latin letters in UTF-16 have a zero in every second byte.
    for name, zeros, letters in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if len(head) > 1 and zeros.count(0) > 0.4 * len(zeros) and letters.count(0) == 0:
            return name, True
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _read_declared(head) or ("windows-1252", True)
    return "utf-8", False


def _read_declared(head: bytes) -> tuple[str, bool] | None:
    found = _DECLARED.search(head)
    if found is None:
        return None
    try:
        known = codecs.lookup(found[1].decode("ascii"))
    except LookupError:
        return None
    # Python also knows codecs that are no encodings of text, and some that take their time.
    is_plain = known.name.startswith(("iso8859", "cp", "koi8", "mac"))
    return (known.name, False) if is_plain else None
