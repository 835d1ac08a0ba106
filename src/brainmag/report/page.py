"""A report as sections of paragraphs, tables, figures and equations, and the one page of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

from brainmag import __version__
from brainmag.locales import text

if TYPE_CHECKING:
    from rich.table import Table as RichTable

_PROLOGUE = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_NAMED = re.compile(r'(\bid="|href="#|url\(#)')
_KEY = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Cell:
    """Words of a table that lead somewhere, or are of a kind that a page marks.

    Attributes
    ----------
    words : str
    href : str
        Where they lead: a place on the page (``#name``) or the DOI of a source; empty for nowhere.
    kind : str
        Class of the mark; empty for none.
    name : str
        Of this place, for others to lead to; empty for none.
    """

    words: str
    href: str = ""
    kind: str = ""
    name: str = ""


Words = str | Cell
Row = Sequence[Words]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    words: str
    kind: str = ""
    form: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of remarks."""

    items: Sequence[str]
    form: ClassVar[str] = "bullets"


@dataclass(frozen=True)
class Table:
    """A table: groups of rows, each under a name that may be empty.

    Attributes
    ----------
    heads : sequence of str
    groups : sequence of (str, sequence of row)
        The first cell of a row names it.
    caption : str
    kind : str
        ``wide`` sets smaller letters in print.
    """

    heads: Sequence[str]
    groups: Sequence[tuple[str, Sequence[Row]]]
    caption: str = ""
    kind: str = ""
    form: ClassVar[str] = "table"


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG, and what it shows for those who do not see it."""

    drawing: str
    told: str
    form: ClassVar[str] = "figure"


@dataclass(frozen=True)
class Equation:
    """An equation in LaTeX."""

    latex: str
    form: ClassVar[str] = "equation"


Block = Paragraph | Bullets | Table | Figure | Equation


@dataclass(frozen=True)
class Section:
    """A heading, what stands below it, and the sections within."""

    id: str
    title: str
    blocks: Sequence[Block] = ()
    sections: Sequence[Section] = ()


@dataclass(frozen=True)
class Page:
    """A report: its title, the lines below that, and its sections."""

    title: str
    lead: Sequence[str]
    sections: Sequence[Section]


def make_table(
    heads: Sequence[str], rows: Sequence[Row], *, caption: str = "", kind: str = ""
) -> Table:
    """Return a table without groups.

    Examples
    --------
    >>> make_table(["a"], [["1"]]).groups
    (('', [['1']]),)
    """
    return Table(heads, (("", rows),), caption, kind)


def convert_table(table: RichTable, *, kind: str = "") -> Table:
    """Return a table of a terminal as one of a page.

    Examples
    --------
    >>> from brainmag.report.rich_table import start_table
    >>> convert_table(start_table("Title", ["a", "b"])).heads
    ['a', 'b']
    """
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    heads = [str(column.header) for column in table.columns]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    return make_table(heads, rows, caption=str(table.title or ""), kind=kind)


def name_place(*words: str) -> str:
    """Return words as the name of a place on a page.

    Examples
    --------
    >>> name_place("source", "Fine 1991")
    'source-fine-1991'
    """
    return _KEY.sub("-", "-".join(words).casefold()).strip("-")


def embed_drawing(drawing: str, name: str, told: str) -> str:
    """Return an SVG document as an element of a page: its names are its own there.

    Parameters
    ----------
    drawing : str
    name : str
        Put before every name in it.
    told : str
        What it shows.

    Examples
    --------
    >>> embed_drawing('<?xml?><svg width="2pt"><use href="#a"/><g id="a"/></svg>', "f1", "A dot")
    '<svg role="img" aria-label="A dot" width="2pt"><use href="#f1-a"/><g id="f1-a"/></svg>'
    """
    bare = _METADATA.sub("", _PROLOGUE.sub("", drawing, count=1)).strip()
    named = _NAMED.sub(rf"\g<1>{name}-", bare)
    return named.replace("<svg", f'<svg role="img" aria-label="{escape(told)}"', 1)


def render_page(page: Page, *, lang: str, write_equation: Callable[[str, int], str]) -> str:
    """Return a report as one HTML page that needs nothing else.

    Parameters
    ----------
    page : Page
    lang : str
    write_equation : callable
        Gives the element of an equation, from its LaTeX and its number on the page.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    def set_equation(one: Equation) -> str:
        return write_equation(one.latex, equations[one.latex])

    equations = {latex: number for number, latex in enumerate(_list_equations(page.sections))}
    environment = Environment(
        loader=PackageLoader("brainmag.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style = files("brainmag.report").joinpath("templates", "report.css").read_text("utf-8")
    return environment.get_template("report.html").render(
        lang=lang,
        page=page,
        style=style,
        contents=text("page.words.contents", lang=lang),
        version=text("page.words.version", lang=lang, version=__version__),
        set_equation=set_equation,
    )


def _list_equations(sections: Sequence[Section]) -> Iterator[str]:
    found: dict[str, None] = {}
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Equation):
                found.setdefault(block.latex)
        for latex in _list_equations(section.sections):
            found.setdefault(latex)
    yield from found
