"""The tables of a file that a person wrote, with their lines: an error can point at its place.

The file is TOML and holds lists of tables, such as ``[[dose]]``. Which tables and which keys, and
of which kind, the reader of such a file says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from brainmag.errors import InputError, nearest_match

# Some 50,000 doses, each in a table of its own.
LARGEST_FILE_MB = 5
# Beyond it whole numbers are not told apart as floating-point ones.
LARGEST_WHOLE = 2**53
# So many dots in one key: nobody means them, and each costs what all before it cost.
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_DOTTED = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:\.[ \t]*+{_PART}){{20}}")

# What a key may hold: the types that Python reads it as, and what a person calls it.
Kind = tuple[tuple[type, ...], str]
TEXT: Kind = ((str,), "text")
NUMBER: Kind = ((int, float), "number")
COUNT: Kind = ((int,), "count")
NUMBERS: Kind = ((list,), "numbers")
TRUTH: Kind = ((bool,), "truth")
Fields = Mapping[str, Mapping[str, Kind]]


@dataclass(frozen=True)
class Entry:
    """One table of a file.

    Attributes
    ----------
    path : Path
    table : str
        Its name.
    line : int
        Where the table starts, counted from 1.
    lines : mapping of str to int
        Where each of its keys stands.
    values : mapping of str to object
    """

    path: Path
    table: str
    line: int
    lines: Mapping[str, int]
    values: Mapping[str, Any]

    def get(self, key: str) -> Any:
        """Return a value, or None when the key is absent."""
        return self.values.get(key)

    def require(self, key: str) -> Any:
        """Return a value; raise InputError when the key is absent."""
        if key not in self.values:
            raise self.error(key, InputError("tables.missing_field", given=self.table, field=key))
        return self.values[key]

    def error(self, key: str, cause: InputError) -> InputError:
        """Return an error that says where in the file the cause lies."""
        line = self.lines.get(key, self.line)
        return InputError("tables.field", given=str(self.path), line=line, field=key, cause=cause)

    @contextmanager
    def field(self, key: str) -> Generator[None, None, None]:
        """Give every error raised within it the place of this key."""
        try:
            yield
        except InputError as cause:
            if cause.code == "tables.field":
                raise
            raise self.error(key, cause) from cause


def read_entries(path: Path, fields: Fields) -> tuple[Entry, ...]:
    """Return the tables of a file; keys and kinds are checked, values are not.

    Parameters
    ----------
    path : Path
    fields : mapping of str to mapping of str to Kind
        By table, what its keys may hold.

    Raises
    ------
    InputError
        When the file cannot be read, is no TOML, holds no table, or a table or key is unknown or
        of the wrong type.
    """
    text = _read_text(path)
    document = _parse(path, text)
    lines = text.splitlines()
    entries: list[Entry] = []
    for table, content in document.items():
        headers = _find_headers(lines, table)
        if table not in fields:
            raise _name_unknown(path, headers, table, fields)
        if not _is_list_of_tables(content):
            cause = InputError("tables.not_a_list_of_tables", given=table)
            raise Entry(path, table, headers[0], {}, {}).error(table, cause)
        for number, values in enumerate(cast(list[dict[str, Any]], content)):
            line = headers[min(number, len(headers) - 1)]
            entry = Entry(path, table, line, _find_keys(lines, line), values)
            _check_fields(entry, fields[table])
            entries.append(entry)
    if not entries:
        raise InputError("tables.empty", given=str(path), allowed=_name_tables(fields))
    return tuple(entries)


def _read_text(path: Path) -> str:
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            # A pipe or a device may never come to its end.
            raise InputError("tables.not_a_file", given=str(path))
        if path.stat().st_size > LARGEST_FILE_MB * 1_000_000:
            raise InputError("tables.too_large", given=str(path), limit=LARGEST_FILE_MB)
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("tables.unreadable", given=str(path), reason=reason) from error
    except UnicodeDecodeError as error:
        raise InputError("tables.unreadable", given=str(path), reason=error.reason) from error
    except ValueError as error:
        # A path that holds what no path can, such as NUL.
        raise InputError("tables.unreadable", given=str(path), reason=str(error)) from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    if _DOTTED.search(text):
        raise InputError("tables.endless", given=str(path))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        place = re.search(r"at line ([0-9]+)", reason)
        line = int(place[1]) if place else text.count("\n") + 1
        reason = re.sub(r"\s*\(at .*\)$", "", reason)
        raise InputError("tables.syntax", given=str(path), line=line, reason=reason) from error
    except (ValueError, RecursionError) as error:
        # What tomllib lets through: a number without end, brackets within brackets without end.
        raise InputError("tables.endless", given=str(path)) from error


def _is_list_of_tables(content: object) -> bool:
    if not isinstance(content, list):
        return False
    return all(isinstance(item, dict) for item in cast(list[object], content))


def _name_tables(fields: Fields) -> str:
    return ", ".join(f"[[{table}]]" for table in fields)


def _check_fields(entry: Entry, fields: Mapping[str, Kind]) -> None:
    for key, value in entry.values.items():
        if key not in fields:
            raise entry.error(key, _unknown_field(key, fields))
        types, kind = fields[key]
        # A truth value is a whole number to Python, not to a person.
        fits = isinstance(value, types) and (kind == "truth" or not isinstance(value, bool))
        if fits and kind == "numbers":
            fits = all(type(item) in (int, float) for item in cast(list[object], value))
        if not fits:
            raise entry.error(key, InputError(f"tables.not_{kind}", given=value))
        numbers = cast(list[object], value) if kind == "numbers" else [value]
        if any(isinstance(one, int) and abs(one) > LARGEST_WHOLE for one in numbers):
            raise entry.error(
                key, InputError("tables.whole_too_large", given=value, limit=LARGEST_WHOLE)
            )


def _unknown_field(key: str, allowed: Mapping[str, object]) -> InputError:
    return InputError(
        "tables.unknown_field",
        given=key,
        nearest=nearest_match(key, allowed),
        allowed=", ".join(allowed),
    )


def _name_unknown(
    path: Path, headers: list[int], table: str, allowed: Mapping[str, object]
) -> InputError:
    return Entry(path, table, headers[0], {}, {}).error(table, _unknown_field(table, allowed))


def _find_headers(lines: Sequence[str], table: str) -> list[int]:
    """Return the lines on which a table of that name starts; the first line when none shows."""
    name = rf"[\"']?{re.escape(table)}[\"']?\s*"
    for header in (rf"\s*\[\[?\s*{name}\]", rf"\s*{name}="):
        start = re.compile(header)
        if found := [number for number, line in enumerate(lines, start=1) if start.match(line)]:
            return found
    return [1]


def _find_keys(lines: Sequence[str], header: int) -> dict[str, int]:
    """Return the line of each key between a header and the next one."""
    found: dict[str, int] = {}
    for place in range(header, len(lines)):
        if lines[place].lstrip().startswith("["):
            break
        if key := re.match(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=", lines[place]):
            found.setdefault(key[1], place + 1)
    return found
