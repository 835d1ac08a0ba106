# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUntypedBaseClass=false
# WeasyPrint ships no type information.
"""A report as HTML and as PDF; nothing is fetched for either."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from brainmag.errors import ComputationError
from brainmag.report.mathematics import draw_equation, split_lines, write_mathml
from brainmag.report.page import Page, embed_drawing, render_page

# The letters of a PDF are those of the figures, and come along with matplotlib.
FONTS = {
    "DejaVuSans.ttf": ("DejaVu Sans", "normal", "normal"),
    "DejaVuSans-Bold.ttf": ("DejaVu Sans", "bold", "normal"),
    "DejaVuSans-Oblique.ttf": ("DejaVu Sans", "normal", "italic"),
    "DejaVuSansMono.ttf": ("DejaVu Sans Mono", "normal", "normal"),
}
SCHEME = "letters:"


def write_html(page: Page, *, lang: str) -> str:
    """Return a report as one HTML page, its equations in MathML."""
    return render_page(
        page, lang=lang, write_equation=lambda latex, _: write_mathml(latex, lang=lang)
    )


def write_pdf(page: Page, *, lang: str) -> bytes:
    """Return a report as PDF, its equations drawn; the same report gives the same bytes.

    Raises
    ------
    ComputationError
        ``page.no_pango`` where the libraries that set the type of a PDF are missing.
    """

    def draw(latex: str, number: int) -> str:
        told = " ".join(split_lines(latex))
        return embed_drawing(draw_equation(latex, lang=lang), f"equation-{number}", told)

    return print_page(render_page(page, lang=lang, write_equation=draw))


def print_page(html: str) -> bytes:
    """Return an HTML page as PDF; what it would fetch stays away.

    Raises
    ------
    ComputationError
        As for `write_pdf`.
    """
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except OSError as error:
        raise ComputationError("page.no_pango") from error
    fetcher = _build_fetcher()
    letters = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {slant};'
        f' src: url("{SCHEME}{name}"); }}'
        for name, (family, weight, slant) in FONTS.items()
    )
    style = CSS(string=faces, font_config=letters, url_fetcher=fetcher)
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    printed: bytes | None = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[style], font_config=letters, pdf_identifier=identifier, pdf_tags=True
    )
    assert printed is not None, "a PDF without a target is returned"  # noqa: S101
    return printed


def _build_fetcher() -> Any:
    """Return what gives the letters that come along, and nothing else."""
    from matplotlib import get_data_path  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    folder = Path(get_data_path()) / "fonts" / "ttf"

    class Letters(URLFetcher):
        """Reads the fonts of this module by their names."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = url.removeprefix(SCHEME)
            if headers or name not in FONTS:
                raise ValueError(url)
            return URLFetcherResponse(url, (folder / name).read_bytes())

    return Letters()
