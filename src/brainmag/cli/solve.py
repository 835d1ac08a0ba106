"""``brainmag solve``: any SBML or Antimony model, run once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.cli.output import show_afterwards, tell, tell_error, write
from brainmag.commands.options import argument, option
from brainmag.commands.values import check_language, read_count, read_number
from brainmag.errors import ComputationError, InputError, nearest_match
from brainmag.files import format_json
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.engine.once.single import Record
    from brainmag.engine.reading.declarations import Declarations

DEFAULT_POINTS = 101
MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class SolveOptions:
    """Which model, from when to when, and what is printed, as typed."""

    model: Annotated[str | None, argument("model")] = None
    start: Annotated[str | None, option("from")] = None
    until: Annotated[str | None, option("until")] = None
    points: Annotated[str | None, option("points")] = None
    csv: Annotated[str | None, option("csv")] = None
    amounts: Annotated[str | None, option("amounts")] = None
    concentrations: Annotated[str | None, option("concentrations")] = None
    as_json: Annotated[bool, option("json")] = False
    lang: Annotated[str | None, option("lang")] = None


def solve(options: SolveOptions) -> int:
    """Run a model, print or keep its course, and return the exit status."""
    from brainmag.engine.once.single import solve_once  # noqa: PLC0415
    from brainmag.engine.reading.document import read_file  # noqa: PLC0415
    from brainmag.engine.reading.sbml import read_everything  # noqa: PLC0415
    from brainmag.storage import check_file, write_file  # noqa: PLC0415

    lang = check_language(options.lang)
    start, until, points = _read_grid(options)
    if not options.model:
        raise InputError("cli.model_missing")
    path = None if options.csv is None else Path(options.csv)
    if path is not None:
        if path.exists() and Path(options.model).exists() and path.samefile(options.model):
            raise InputError("cli.table_over_model", given=options.csv)
        check_file(path, option="--csv")
    declared = read_file(Path(options.model))
    amounts, concentrations = _read_names(options, declared)
    system = read_everything(declared, amounts=amounts, concentrations=concentrations, start=start)
    record = solve_once(system, start, until, points)
    shown = "" if path is not None else format_csv(record)
    if options.as_json:
        shown = format_json(describe_record(declared.name, record))
    with show_afterwards(lambda: write(shown)):
        if path is not None:
            write_file(path, format_csv(record), option="--csv")
            tell(text("cli.written", lang=lang, given=str(path)))
    if record.failure is None:
        return 0
    cause = _find_cause(record, record.failure, declared)
    tell_error(cause, lang)
    return cause.exit_status


def _read_grid(options: SolveOptions) -> tuple[float, float, int]:
    start = _read_time("--from", options.start) or 0.0
    until = _read_time("--until", options.until)
    if until is None:
        raise InputError("cli.until_missing")
    if until <= start:
        raise InputError("cli.until_before_start", start=start, until=until)
    # Both ends at least.
    points = read_count(
        "--points", options.points, default=DEFAULT_POINTS, lowest=2, highest=MOST_POINTS
    )
    return start, until, points


def _read_time(option_name: str, given: str | None) -> float | None:
    value = read_number(option_name, given, example="100")
    if value is not None and not math.isfinite(value):
        raise InputError("cli.not_a_finite_number", option=option_name, given=given, example="100")
    return value


def _find_cause(
    record: Record, failure: ComputationError, declared: Declarations
) -> ComputationError:
    """Return what to tell of a run that ended early; most often something has no value."""
    missing = [
        name
        for name, value in zip(record.names, record.values[0], strict=True)
        if math.isnan(value) and name not in declared.reactions
    ]
    if failure.code == "engine.not_finite" and missing:
        given = ", ".join(missing)
        return ComputationError("cli.solve_without_values", time=record.reached, given=given)
    return ComputationError("cli.partial_solve", time=record.reached, reason=failure)


def _read_names(
    options: SolveOptions, declared: Declarations
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the species to be printed as amounts and those to be printed as concentrations."""
    known = (*declared.quantities, *declared.reactions)
    chosen: list[frozenset[str]] = []
    for name, given in (
        ("--amounts", options.amounts),
        ("--concentrations", options.concentrations),
    ):
        names = [word.strip() for word in (given or "").split(",") if word.strip()]
        for word in names:
            if word not in known:
                raise InputError(
                    "cli.unknown_quantity",
                    option=name,
                    given=word,
                    nearest=nearest_match(word, known),
                    allowed=", ".join(declared.species),
                )
        chosen.append(frozenset(names))
    amounts, concentrations = chosen
    for word in sorted(amounts & concentrations & declared.species.keys()):
        raise InputError("cli.amount_and_concentration", given=word)
    return amounts, concentrations


def format_csv(record: Record) -> str:
    """Return a record as a table with one line for each time.

    Examples
    --------
    >>> import numpy as np
    >>> from brainmag.engine.once.single import Record
    >>> values = np.array([[1.0, np.inf], [0.5, np.nan]])
    >>> print(format_csv(Record(("x", "y"), np.array([0.0, 0.1]), values, 0.1, None)), end="")
    time,x,y
    0.0,1.0,INF
    0.1,0.5,NaN
    """
    lines = [",".join(["time", *record.names])]
    for time, values in zip(record.times.tolist(), record.values.tolist(), strict=True):
        lines.append(",".join(map(format_number, [time, *values])))
    return "\n".join([*lines, ""])


def format_number(value: float) -> str:
    """Return a number to its last digit, as SBML spells it.

    Examples
    --------
    >>> format_number(0.1), format_number(-math.inf)
    ('0.1', '-INF')
    """
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")


def describe_record(name: str, record: Record) -> dict[str, Any]:
    """Return a record as one document; what is no number in JSON is a word in it."""
    return {
        "model": name,
        "time": record.times.tolist(),
        "values": {
            column: [value if math.isfinite(value) else format_number(value) for value in values]
            for column, values in zip(record.names, record.values.T.tolist(), strict=True)
        },
        "partial": record.failure is not None,
    }
