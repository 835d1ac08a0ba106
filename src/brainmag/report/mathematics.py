# pyright: reportUnknownMemberType=false
# matplotlib leaves the types of its keyword arguments open.
"""Equations in LaTeX as MathML for a browser, and as a drawing where nobody knows MathML."""

from __future__ import annotations

import re
from html import escape
from io import StringIO

from brainmag.locales import DEFAULT_LANGUAGE, localise
from brainmag.report.canvas import INK, set_style

_ALIGNED = re.compile(r"\\begin\{aligned\}\n(.*)\n\\end\{aligned\}", re.DOTALL)
_INNER = re.compile(r"<math[^>]*>(.*)</math>", re.DOTALL)
_NUMBER = re.compile(r"(\d)\.(\d)")
# Points: letters, and the air between lines and around all of them.
_SIZE, _LEADING, _AIR = 9.5, 5.0, 1.0
_POINTS_PER_INCH = 72.0


def split_lines(latex: str) -> list[str]:
    r"""Return the lines of an equation, without the signs that set them under each other.

    Examples
    --------
    >>> split_lines("\\begin{aligned}\na &= b \\\\\n&\\quad + c\n\\end{aligned}")
    ['a = b', '\\quad + c']
    """
    found = _ALIGNED.fullmatch(latex.strip())
    lines = found[1].split("\\\\\n") if found else [latex]
    return [line.replace("&", "").strip() for line in lines]


def write_mathml(latex: str, *, lang: str = DEFAULT_LANGUAGE) -> str:
    r"""Return an equation as a MathML element, to stand in a page as it is.

    Parameters
    ----------
    latex : str
        As `brainmag.report.typeset.typeset_equation` sets it.
    lang : str
        Its numbers have the decimal sign of this language.

    Examples
    --------
    >>> write_mathml("\\text{k} = 0.5", lang="nl").partition(">")[2]
    '<mrow><mtext>k</mtext><mo>&#x0003D;</mo><mn>0,5</mn></mrow></math>'
    """
    from latex2mathml.converter import convert  # noqa: PLC0415

    lines: list[str] = []
    for line in split_lines(latex):
        # Browsers set a letter upright by itself alone, not by what stands around it.
        found = _INNER.fullmatch(convert(line.replace(r"\mathrm", r"\text")))
        assert found is not None, "a formula became something else than one element"  # noqa: S101
        lines.append(_localise(found[1], lang))
    inside = lines[0]
    if len(lines) > 1:
        rows = "".join(f'<mtr><mtd columnalign="left">{line}</mtd></mtr>' for line in lines)
        inside = f'<mtable displaystyle="true" columnalign="left">{rows}</mtable>'
    space = "http://www.w3.org/1998/Math/MathML"
    told = escape(_localise(" ".join(split_lines(latex)), lang))
    return f'<math xmlns="{space}" display="block" alttext="{told}">{inside}</math>'


def draw_equation(latex: str, *, lang: str = DEFAULT_LANGUAGE) -> str:
    r"""Return an equation as an SVG document with its letters as paths, as large as it is.

    Parameters
    ----------
    latex, lang : str
        As for `write_mathml`.

    Examples
    --------
    >>> draw_equation("\\text{k} = 0.5").count("</svg>")
    1
    """
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.mathtext import MathTextParser  # noqa: PLC0415

    lines = [f"${_localise(line, lang, '{,}')}$" for line in split_lines(latex)]
    with set_style():
        import matplotlib as mpl  # noqa: PLC0415

        mpl.rcParams["svg.fonttype"] = "path"
        letters = FontProperties(size=_SIZE)
        parser = MathTextParser("path")
        boxes = [parser.parse(line, _POINTS_PER_INCH, letters) for line in lines]
        width = max(box.width for box in boxes) + 2 * _AIR
        height = sum(box.height for box in boxes) + _LEADING * (len(boxes) - 1) + 2 * _AIR
        figure = Figure(figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH))
        top = height - _AIR
        for line, box in zip(lines, boxes, strict=True):
            baseline = top - (box.height - box.depth)
            figure.text(_AIR / width, baseline / height, line, fontsize=_SIZE, color=INK)
            top -= box.height + _LEADING
        drawn = StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return drawn.getvalue()


def _localise(formula: str, lang: str, comma: str = ",") -> str:
    """Return a formula with the decimal sign of a language; names in it have no points."""
    if localise(".", lang) == ".":
        return formula
    return _NUMBER.sub(rf"\1{comma}\2", formula)
