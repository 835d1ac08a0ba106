"""The options that say who takes what; every command that runs a scenario has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from brainmag import locales
from brainmag.tables import read_table

# Options whose name is a word of Python, or would hide one.
_FIELDS_BY_OPTION = {
    "for": "length",
    "json": "as_json",
    "format": "form",
    "from": "start",
    "set": "fit",
}


def option(name: str, *, text: str | None = None, **values: str) -> Any:
    """Return the declaration of one option, with its texts from the catalogue.

    Parameters
    ----------
    name : str
        The option without its dashes.
    text : str, optional
        Key of its texts, where a command means something else by the name.
    **values : str
        What stands between the braces of its help.
    """
    key = f"cli.options.{text or name}"
    texts = locales.load_catalogue(locales.DEFAULT_LANGUAGE, "cli")["options"][text or name]
    return typer.Option(
        f"--{name}",
        help=locales.text(f"{key}.help", **values),
        metavar=texts.get("metavar", " "),
        rich_help_panel=locales.text(f"cli.panels.{texts['panel']}"),
        show_default=False,
    )


def argument(name: str) -> Any:
    """Return the declaration of one argument, with its texts from the catalogue."""
    key = f"cli.arguments.{name}"
    return typer.Argument(
        help=locales.text(f"{key}.help"),
        metavar=locales.text(f"{key}.metavar"),
        show_default=False,
    )


def name_option(field: str) -> str:
    """Return the option that fills a field.

    Examples
    --------
    >>> name_option("times_a_day"), name_option("length")
    ('--times-a-day', '--for')
    """
    by_field = {field: name for name, field in _FIELDS_BY_OPTION.items()}
    return "--" + by_field.get(field, field.replace("_", "-"))


def _list_conditions() -> str:
    return ", ".join(dict.fromkeys(row["condition"] for row in read_table("conditions.tsv")))


@dataclass(frozen=True)
class ScenarioOptions:
    """Who takes what under which explanation, as typed; None where nothing was given."""

    who: Annotated[str | None, option("who")] = None
    age: Annotated[str | None, option("age")] = None
    sex: Annotated[str | None, option("sex")] = None
    weight: Annotated[str | None, option("weight")] = None
    egfr: Annotated[str | None, option("egfr")] = None
    creatinine: Annotated[str | None, option("creatinine")] = None
    diet_mg: Annotated[str | None, option("diet-mg")] = None
    condition: Annotated[list[str] | None, option("condition", names=_list_conditions())] = None
    no_ageing: Annotated[bool, option("no-ageing")] = False
    product: Annotated[str | None, option("product")] = None
    dose: Annotated[str | None, option("dose")] = None
    times_a_day: Annotated[str | None, option("times-a-day")] = None
    meals: Annotated[str | None, option("meals")] = None
    in_water: Annotated[bool, option("in-water")] = False
    once: Annotated[bool, option("once")] = False
    infuse: Annotated[str | None, option("infuse")] = None
    regimen: Annotated[str | None, option("regimen")] = None
    mg: Annotated[str | None, option("mg")] = None
    threonate: Annotated[str | None, option("threonate")] = None
    cells: Annotated[str | None, option("cells")] = None
    length: Annotated[str | None, option("for")] = None
    lang: Annotated[str | None, option("lang")] = None

    def list_given(self, *names: str) -> list[str]:
        """Return those of some fields that were given, as a person types them."""
        given: list[str] = []
        for name in names:
            value = getattr(self, name)
            if value is None or value is False:
                continue
            flag = name_option(name)
            given.append(flag if value is True else f"{flag} {value}")
        return given
