"""``brainmag products``: what can be taken, and what 1 g of it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from brainmag.cli.output import choose_width, print_rich, write
from brainmag.commands.products import ProductsOptions, describe_products
from brainmag.commands.values import check_language
from brainmag.files import format_json
from brainmag.intake import name_ingredient, name_product
from brainmag.locales import localise, text

if TYPE_CHECKING:
    from rich.table import Table

AMOUNTS = ("magnesium_mg", "magnesium_mmol", "threonate_mmol")
WIDTH_WITH_NAMES = 120


def products(options: ProductsOptions) -> int:
    """Print every product with what 1 g, or one capsule of a formula, holds."""
    lang = check_language(options.lang)
    described = describe_products()
    if options.as_json:
        write(format_json({"products": described}))
        return 0
    print_rich(_draw_plain([item for item in described if not item["ingredients"]], lang))
    print_rich(_draw_formulas([item for item in described if item["ingredients"]], lang))
    print_rich(text("cli.products.grades", lang=lang))
    return 0


def _draw_plain(described: Sequence[dict[str, Any]], lang: str) -> Table:
    named = [
        item
        | {
            "name": name_product(item["product"], lang),
            "dissolution": text(f"cli.dissolves.{item['dissolution']}", lang=lang),
        }
        for item in described
    ]
    name = ("name",) if choose_width() >= WIDTH_WITH_NAMES else ()
    rest = ("dissolution", "source", "grade")
    return _draw_table("title", named, ("product", *name, *AMOUNTS, *rest), lang)


def _draw_formulas(described: Sequence[dict[str, Any]], lang: str) -> Table:
    held = [
        item | {"ingredients": ", ".join(_tell_part(part, lang) for part in item["ingredients"])}
        for item in described
    ]
    columns = ("product", "ingredients", *AMOUNTS, "source", "grade")
    return _draw_table("formulas_title", held, columns, lang)


def _tell_part(part: dict[str, Any], lang: str) -> str:
    from brainmag.report.rows import name_unit  # noqa: PLC0415

    amount = localise(f"{part['amount']:g}", lang)
    return f"{name_ingredient(part['name'], lang)} {amount} {name_unit(part['unit'], lang)}"


def _draw_table(
    title: str, rows: Sequence[dict[str, Any]], columns: Sequence[str], lang: str
) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=text(f"cli.products.{title}", lang=lang), box=box.SIMPLE, pad_edge=False)
    table.padding = (0, 1, 0, 0)  # what is left fits a terminal of 80 columns
    for column in columns:
        table.add_column(
            text(f"cli.products.{column}", lang=lang),
            justify="right" if column in AMOUNTS else "left",
            no_wrap=column in ("product", "source"),  # keys, to be typed and looked up
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(_show(row[column], lang) for column in columns))
    return table


def _show(cell: float | str, lang: str) -> str:
    return cell if isinstance(cell, str) else localise(f"{cell:.4g}", lang)
