"""The table of trials: what was published of each, and the effect taken from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from brainmag.evidence.meta.effects import (
    Effect,
    derive_from_p,
    read_interval,
    standardise,
    standardise_means,
    subtract_means,
)
from brainmag.evidence.meta.outcomes import Outcome, find_outcome
from brainmag.sources import Grade, find_source
from brainmag.tables import parse_table

Role = Literal[
    "pooled", "estimate", "no-number", "no-control", "other-endpoint", "same-people", "retracted"
]
Basis = Literal["published", "means", "p", "none"]
Direction = Literal["better", "worse", "unknown"]
Answer = Literal["yes", "no", "unknown"]
# Mean, standard deviation, people.
Arm = tuple[float, float, int]


@dataclass(frozen=True)
class Row:
    """One trial on one outcome, or one estimate that others pooled.

    Attributes
    ----------
    outcome : Outcome
    source : str
        Key of the publication.
    measure : str
        Scale or sample.
    role : Role
        Whether it is pooled, shown beside, or why it is left out.
    basis : Basis
        From what the effect is taken.
    effect : Effect or None
        In the outcome's unit.
    interval : tuple of float, or None
        As published, of 95 %; it need not lie evenly about the effect.
    p_value : float or None
        As published, two-sided.
    n_treated, n_control : int or None
    direction : Direction
        Which arm did better; what is unknown is taken as better.
    product : str
    dose_mg, weeks : float or None
        Magnesium a day; length.
    mgt, industry : Answer
        Whether the product is MgT; whether a maker paid for or wrote it.
    grade : Grade
    locator, note : str
    """

    outcome: Outcome
    source: str
    measure: str
    role: Role
    basis: Basis
    effect: Effect | None
    interval: tuple[float, float] | None
    p_value: float | None
    n_treated: int | None
    n_control: int | None
    direction: Direction
    product: str
    dose_mg: float | None
    weeks: float | None
    mgt: Answer
    industry: Answer
    grade: Grade
    locator: str
    note: str


@cache
def load_rows() -> tuple[Row, ...]:
    """Return every row of the table, in its order.

    Raises
    ------
    InputError
        When a row names an unknown outcome or source.
    ValueError
        When a row lacks what its basis needs.

    Examples
    --------
    >>> load_rows()[0].source
    'liu-2016'
    """
    text = files("brainmag.evidence.meta").joinpath("trials.tsv").read_text(encoding="utf-8")
    return read_rows(text)


def read_rows(text: str) -> tuple[Row, ...]:
    """Return the rows of a table given as text; raises as `load_rows` does."""
    return tuple(_read_row(cells) for cells in parse_table(text, "trials.tsv"))


def _read_row(cells: Mapping[str, str]) -> Row:
    outcome = find_outcome(cells["outcome"])
    retracted = find_source(cells["source"]).retracted
    return Row(
        outcome=outcome,
        source=cells["source"],
        measure=cells["measure"],
        role="retracted" if retracted else cast(Role, cells["role"]),
        basis=cast(Basis, cells["basis"]),
        effect=take_effect(cells, outcome),
        interval=(_need(cells, "low"), _need(cells, "high")) if cells["low"] else None,
        p_value=_read(cells, "p"),
        n_treated=_count(cells, "n_treated"),
        n_control=_count(cells, "n_control"),
        direction=cast(Direction, cells["direction"]),
        product=cells["product"],
        dose_mg=_read(cells, "dose_mg"),
        weeks=_read(cells, "weeks"),
        mgt=cast(Answer, cells["mgt"]),
        industry=cast(Answer, cells["industry"]),
        grade=cast(Grade, cells["grade"]),
        locator=cells["locator"],
        note=cells["note"],
    )


def _read(cells: Mapping[str, str], column: str) -> float | None:
    return float(cells[column]) if cells[column] else None


def _count(cells: Mapping[str, str], column: str) -> int | None:
    return int(cells[column]) if cells[column] else None


def _need(cells: Mapping[str, str], column: str) -> float:
    value = _read(cells, column)
    if value is None:
        raise ValueError(f"trials.tsv: {cells['source']} on {cells['outcome']} lacks {column}")
    return value


def take_effect(cells: Mapping[str, str], outcome: Outcome) -> Effect | None:
    """Return the effect of a row in the outcome's unit; None where no number was published.

    Raises
    ------
    ValueError
        When the row lacks what its basis needs.
    """
    if cells["basis"] == "none":
        return None
    if cells["basis"] == "published":
        if cells["low"]:
            return read_interval(*(_need(cells, part) for part in ("effect", "low", "high")))
        if outcome.kind != "smd":
            raise ValueError(f"trials.tsv: {cells['source']}: an effect without its interval")
        return standardise(_need(cells, "effect"), *_read_arms(cells))
    if cells["basis"] == "p":
        if outcome.kind != "smd":
            raise ValueError(f"trials.tsv: {cells['source']}: a p value has no unit")
        found = derive_from_p(_need(cells, "p"), *_read_arms(cells))
        is_worse = cells["direction"] == "worse"
        return Effect(-found.value, found.variance) if is_worse else found
    people = _read_arms(cells)
    scale = 1.0 if outcome.kind == "smd" else _need(cells, "scale")
    treated, control = (
        (scale * _need(cells, f"mean_{arm}"), scale * _need(cells, f"sd_{arm}"), size)
        for arm, size in zip(("treated", "control"), people, strict=True)
    )
    return _compare(treated, control, outcome)


def _read_arms(cells: Mapping[str, str]) -> tuple[int, int]:
    return int(_need(cells, "n_treated")), int(_need(cells, "n_control"))


def _compare(treated: Arm, control: Arm, outcome: Outcome) -> Effect:
    compare = standardise_means if outcome.kind == "smd" else subtract_means
    return compare(treated, control)
