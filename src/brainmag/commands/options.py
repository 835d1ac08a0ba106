"""The options that say who takes what; every command that runs a scenario has them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import partial
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
    """Return the declaration of one option; `describe` gives it its texts.

    Parameters
    ----------
    name : str
        The option without its dashes.
    text : str, optional
        Key of its texts, where a command means something else by the name.
    **values : str
        What stands between the braces of its help.
    """
    declared = typer.Option(f"--{name}", show_default=False)
    declared.tell = partial(_tell_option, text or name, values)
    return declared


def argument(name: str) -> Any:
    """Return the declaration of one argument; `describe` gives it its texts."""
    declared = typer.Argument(show_default=False)
    declared.tell = partial(_tell_argument, name)
    return declared


def describe(declared: Any, lang: str) -> Any:
    """Return the declaration of an option or an argument with its texts in a language."""
    told = copy(declared)
    texts: dict[str, str] = declared.tell(lang)
    for part, words in texts.items():
        setattr(told, part, words)
    return told


def _tell_option(name: str, values: Mapping[str, str], lang: str) -> dict[str, str]:
    key = f"cli.options.{name}"
    known = locales.load_catalogue(locales.DEFAULT_LANGUAGE, "cli")["options"][name]
    return {
        "help": locales.text(f"{key}.help", lang=lang, **values),
        "metavar": locales.text(f"{key}.metavar", lang=lang) if "metavar" in known else " ",
        "rich_help_panel": locales.text(f"cli.panels.{known['panel']}", lang=lang),
    }


def _tell_argument(name: str, lang: str) -> dict[str, str]:
    key = f"cli.arguments.{name}"
    return {part: locales.text(f"{key}.{part}", lang=lang) for part in ("help", "metavar")}


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
