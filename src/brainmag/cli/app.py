"""From the words of a command line to one command with its options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import partial
from typing import Annotated, Any, TypeVar, cast, get_args, get_type_hints

import typer

from brainmag import locales
from brainmag.cli.audit import audit
from brainmag.cli.calibrate import CalibrateOptions, calibrate
from brainmag.cli.claims import claims
from brainmag.cli.compare import compare
from brainmag.cli.export import ExportOptions, export
from brainmag.cli.language import find_language
from brainmag.cli.meta import meta
from brainmag.cli.output import name_lost_output
from brainmag.cli.products import products
from brainmag.cli.report import report
from brainmag.cli.reproduce import reproduce
from brainmag.cli.resume import ResumeOptions, resume
from brainmag.cli.sensitivity import SensitivityOptions, sensitivity
from brainmag.cli.serve import serve
from brainmag.cli.simulate import simulate
from brainmag.cli.solve import SolveOptions, solve
from brainmag.cli.synapse import synapse
from brainmag.cli.trial import trial
from brainmag.commands.audit import AuditOptions
from brainmag.commands.claims import ClaimsOptions
from brainmag.commands.compare import CompareOptions
from brainmag.commands.meta import MetaOptions
from brainmag.commands.options import describe, name_option
from brainmag.commands.products import ProductsOptions
from brainmag.commands.report import ReportOptions
from brainmag.commands.reproduce import ReproduceOptions
from brainmag.commands.serve import ServeOptions
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.trial import TrialOptions
from brainmag.errors import InputError, nearest_match

Options = TypeVar("Options")
# What typer makes of Ctrl-C while it reads the words.
STATUS_OF_INTERRUPT = 130


def run_command(words: Sequence[str]) -> int:
    """Run the command the words ask for and return what the process ends with.

    Raises
    ------
    InputError
        When a word is no command, no option, or no value of one.
    """
    lang = find_language(words)
    app = build_app(lang)
    names = [command.name or "" for command in app.registered_commands]
    if words and not words[0].startswith("-") and words[0] not in names:
        raise InputError(
            "cli.unknown_command",
            given=words[0],
            nearest=nearest_match(words[0], names),
            allowed=", ".join(names),
        )
    command = typer.main.get_command(app)
    try:
        with name_lost_output():
            chosen: Callable[[], int] | int | None = command.main(
                list(words) or ["--help"], "brainmag", standalone_mode=False
            )
    except typer.TyperException as error:
        raise _translate(error, words, command) from error
    if chosen == STATUS_OF_INTERRUPT:
        raise KeyboardInterrupt
    # A help page has been shown when nothing is left to be done.
    return chosen() if callable(chosen) else 0


def build_app(lang: str) -> typer.Typer:
    """Return the command with all it can do, and its help in a language."""
    app = typer.Typer(add_completion=False, help=locales.text("cli.about", lang=lang))
    _add(app, "simulate", SimulateOptions, simulate, lang)
    _add(app, "resume", ResumeOptions, resume, lang)
    _add(app, "products", ProductsOptions, products, lang)
    _add(app, "export", ExportOptions, export, lang)
    _add(app, "solve", SolveOptions, solve, lang)
    _add(app, "synapse", SynapseOptions, synapse, lang)
    _add(app, "reproduce", ReproduceOptions, reproduce, lang)
    _add(app, "calibrate", CalibrateOptions, calibrate, lang)
    _add(app, "compare", CompareOptions, compare, lang)
    _add(app, "sensitivity", SensitivityOptions, sensitivity, lang)
    _add(app, "trial", TrialOptions, trial, lang)
    _add(app, "meta", MetaOptions, meta, lang)
    _add(app, "claims", ClaimsOptions, claims, lang)
    _add(app, "audit", AuditOptions, audit, lang)
    _add(app, "serve", ServeOptions, serve, lang)
    _add(app, "report", ReportOptions, report, lang)
    return app


def _add(
    app: typer.Typer,
    name: str,
    kind: type[Options],
    command: Callable[[Options], int],
    lang: str,
) -> None:
    """Add a command that takes one object of options; typer reads them from the signature.

    Typer only reads the words: the command itself runs after it, out of reach of its handlers.
    """
    hints = get_type_hints(kind, include_extras=True)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=_describe(hints[field.name], lang),
        )
        for field in fields(kind)  # type: ignore[arg-type]
    ]

    def read(context: typer.Context, **values: Any) -> Callable[[], int]:
        _check_values(values, lang)
        if context.args:
            raise InputError("cli.unexpected_argument", given=context.args[0], command=name)
        return partial(command, kind(**values))

    first = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    read.__signature__ = inspect.Signature([first, *parameters])  # type: ignore[attr-defined]
    # Stray words are taken in, so that the error can name them.
    settings = {"allow_extra_args": True}
    app.command(
        name, help=locales.text(f"cli.commands.{name}", lang=lang), context_settings=settings
    )(read)


def _describe(hint: Any, lang: str) -> Any:
    """Return an annotation whose declaration has its texts in a language."""
    kind, declared = get_args(hint)
    return Annotated[kind, describe(declared, lang)]


def _check_values(values: dict[str, Any], lang: str) -> None:
    """Refuse an option without a value, or one that has swallowed the next option as its value."""
    arguments = locales.load_catalogue(locales.DEFAULT_LANGUAGE, "cli")["arguments"]
    for field, value in values.items():
        if field in arguments:
            # What has no option before it is judged by the command.
            continue
        words = cast(list[object], value) if isinstance(value, list) else [value]
        for word in words:
            if isinstance(word, str) and (not word.strip() or word.startswith("--")):
                raise _miss_value(name_option(field), lang)


def _miss_value(option: str, lang: str) -> InputError:
    example = locales.text(f"cli.options.{option.removeprefix('--')}.metavar", lang=lang)
    return InputError("cli.option_without_value", given=option, example=example)


def _translate(error: typer.TyperException, words: Sequence[str], group: Any) -> InputError:
    """Return what typer found wrong in our own words."""
    option: str | None = getattr(error, "option_name", None)
    if option is None:
        return InputError("cli.unusable", reason=error.format_message())
    command = group.commands.get(words[0], group)
    options = [param for param in command.params if param.param_type_name == "option"]
    flags = {name: param.is_flag for param in options for name in param.opts}
    if option not in flags:
        known = [*flags, "--help"]
        return InputError(
            "cli.unknown_option",
            given=option,
            command=command.name or "brainmag",
            nearest=nearest_match(option, known),
            allowed=", ".join(known),
        )
    if flags[option]:
        return InputError("cli.flag_with_value", given=option)
    return _miss_value(option, find_language(words))
