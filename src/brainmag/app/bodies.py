"""Bodies of requests, made of the commands' own options: same names, same meaning, same limits.

A number may be written as one or as a text; the commands read texts.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)
from pydantic import create_model as create

from brainmag.commands.options import describe, name_option
from brainmag.errors import InputError, nearest_match
from brainmag.locales import text

# About a shell, a machine, or a place on it: nothing that a client may name.
NOT_ASKED = {"out", "as_json", "cluster", "device", "lang", "report", "online", "lint"}
LONGEST_TEXT, LARGEST_NUMBER, MOST_WORDS = 2000, 2**53, 100

Text = Annotated[StrictStr, Field(max_length=LONGEST_TEXT)]
Whole = Annotated[StrictInt, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
Number = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Word = Text | Whole | Number
Words = Annotated[list[Text], Field(max_length=MOST_WORDS)]

# By body and key: the declaration of an option, or the key of a text.
_MEANINGS: dict[str, dict[str, Any]] = {}
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Body(BaseModel):
    """What every body has in common: an unknown key is a mistake, and is told."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def refuse_unknown(cls, given: Any) -> Any:
        """Refuse a key that there is not, with the nearest one there is.

        Raises
        ------
        InputError
            ``app.unknown_field``.
        """
        keys = [field.alias or name for name, field in cls.model_fields.items()]
        for key in cast(dict[str, Any], given) if isinstance(given, dict) else ():
            if key not in keys:
                nearest, allowed = nearest_match(key, keys), ", ".join(keys)
                raise InputError("app.unknown_field", given=key, nearest=nearest, allowed=allowed)
        return cast(Any, given)


def name_key(field: str) -> str:
    """Return the key of an option in a body.

    Examples
    --------
    >>> name_key("length"), name_key("times_a_day")
    ('for', 'times_a_day')
    """
    return name_option(field).removeprefix("--").replace("-", "_")


def take(model: type[BaseModel]) -> Callable[[Endpoint], Endpoint]:
    """Let a route take a body of a model that was made at run time."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.__annotations__["body"] = model
        return endpoint

    return declare


def make_body(
    name: str,
    options: type,
    *,
    without: tuple[str, ...] = (),
    more: Mapping[str, tuple[Any, Any, str]] | None = None,
) -> type[BaseModel]:
    """Return the model of a body that fills the options of a command.

    Parameters
    ----------
    name : str
        Of the model, in the OpenAPI document.
    options : type
        Dataclass of options.
    without : tuple of str
        Fields that are not asked here.
    more : mapping of str to tuple, optional
        Further fields: their kind, what they are unless given, and the key of what they mean.
    """
    hints = get_type_hints(options, include_extras=True)
    made: dict[str, Any] = {}
    meanings: dict[str, Any] = {}
    for field in fields(options):
        if field.name in NOT_ASKED or field.name in without:
            continue
        kind, declared = get_args(hints[field.name])
        key = name_key(field.name)
        made[field.name] = (_choose_kind(kind), Field(default=field.default, alias=key))
        meanings[key] = declared
    for key, (kind, default, told) in (more or {}).items():
        made[key] = (kind, Field(default=default))
        meanings[key] = told
    _MEANINGS[name] = meanings
    return create(name, __base__=Body, **made)


def describe_fields(name: str, lang: str) -> dict[str, str]:
    """Return what the fields of a body mean, by key, in a language.

    Examples
    --------
    >>> sorted(describe_fields("no body", "en"))
    []
    """
    return {
        key: text(told, lang=lang) if isinstance(told, str) else describe(told, lang).help
        for key, told in _MEANINGS.get(name, {}).items()
    }


def read_body(body: BaseModel, options: type, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values of a body as they are typed at the command.

    Parameters
    ----------
    body : BaseModel
    options : type
        Dataclass of options.
    without : tuple of str
        Fields that mean something else in a body.

    Examples
    --------
    >>> from brainmag.commands.simulate_options import SimulateOptions
    >>> body = make_body("Simulation", SimulateOptions, without=("series",))
    >>> read_body(body.model_validate({"for": "2 weeks", "age": 65}), SimulateOptions)
    {'age': '65', 'length': '2 weeks'}
    """
    known = {field.name for field in fields(options)} - set(without)
    return {
        name: _type(value)
        for name, value in body.model_dump(exclude_defaults=True).items()
        if name in known
    }


def _choose_kind(kind: Any) -> Any:
    if kind is bool:
        return StrictBool
    several = get_origin(kind) in (Union, types.UnionType) and list[str] in get_args(kind)
    chosen: Any = Words if several else Word
    return chosen | None


def _type(value: Any) -> Any:
    """Return a value as a person types it."""
    return repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
