"""Read the tab-separated tables that stand beside the biology, and tell what is damaged."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from brainmag.errors import BrainmagError, ComputationError


@cache
def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one table of ``brainmag/biology``, in the order of the file.

    The first line that is neither empty nor a comment (``#``) names the columns. Cells are text,
    stripped of surrounding blanks; an empty cell is the empty string. The rows are shared between
    callers: read them, do not change them.

    Parameters
    ----------
    name : str
        File name with its ending, such as ``products.tsv``.

    Returns
    -------
    tuple of dict
        One dictionary per row, keyed by column name.

    Raises
    ------
    FileNotFoundError
        When there is no such table.
    ValueError
        When the table has no columns, names a column twice, or a row has another number of cells
        than there are columns: a fault of the program, not of a person.

    Examples
    --------
    >>> read_table("products.tsv")[0]["id"]
    'mgt'
    """
    text = files("brainmag.biology").joinpath(name).read_text(encoding="utf-8")
    return parse_table(text, name)


def parse_table(text: str, name: str) -> tuple[dict[str, str], ...]:
    r"""Return the rows of a table given as text; ``name`` is for the errors alone.

    Raises
    ------
    ValueError
        As for `read_table`.

    Examples
    --------
    >>> parse_table("# a remark\nid\tvalue\nx\t1\n", "example")
    ({'id': 'x', 'value': '1'},)
    """
    numbered = [
        (number, [cell.strip() for cell in line.split("\t")])
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if not numbered:
        raise ValueError(f"{name}: no columns")
    columns = numbered[0][1]
    if len(set(columns)) != len(columns) or "" in columns:
        raise ValueError(f"{name}: a column is named twice or not at all: {columns}")
    for number, cells in numbered[1:]:
        if len(cells) != len(columns):
            raise ValueError(f"{name}:{number}: {len(cells)} cells, {len(columns)} columns")
    return tuple(dict(zip(columns, cells, strict=True)) for _, cells in numbered[1:])


@contextmanager
def expect_whole(name: str) -> Generator[None]:
    """Read data that come along with the package: that they cannot be read has one reason.

    Parameters
    ----------
    name : str
        Of the file.

    Raises
    ------
    ComputationError
        ``tables.damaged_installation``.
    """
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError, AttributeError, BrainmagError) as error:
        raise ComputationError(
            "tables.damaged_installation", given=name, reason=str(error)
        ) from error
