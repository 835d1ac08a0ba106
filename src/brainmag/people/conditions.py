"""Conditions: what an illness, a drug or a diet changes in the parameters."""

from __future__ import annotations

from dataclasses import dataclass

from brainmag.errors import InputError, nearest_match
from brainmag.tables import read_table

DIET = "diet"


@dataclass(frozen=True)
class Change:
    """One change of a condition.

    Attributes
    ----------
    condition, target : str
        Name of the condition; the parameter it changes, or ``diet``.
    at_start : bool
        True when it begins with the run, false when it was there before.
    scale : bool
        True when the value multiplies, false when it replaces.
    value : float
        In the unit of the target, or a factor.
    grade : str
        a, b or c.
    """

    condition: str
    target: str
    at_start: bool
    scale: bool
    value: float
    grade: str


def check_conditions(names: tuple[str, ...], who: str) -> None:
    """Raise when a condition is unknown or does not apply to the preparation.

    Raises
    ------
    InputError
        ``people.unknown_condition`` or ``people.condition_does_not_apply``.
    """
    applies: dict[str, str] = {
        row["condition"]: row["preparations"] for row in read_table("conditions.tsv")
    }
    for name in names:
        if name not in applies:
            raise InputError(
                "people.unknown_condition",
                given=name,
                nearest=nearest_match(name, applies),
                allowed=", ".join(applies),
            )
        if who not in applies[name].split(","):
            raise InputError(
                "people.condition_does_not_apply", given=name, who=who, allowed=applies[name]
            )


def list_changes(names: tuple[str, ...]) -> tuple[Change, ...]:
    """Return the changes of some conditions, in the order of the table.

    Examples
    --------
    >>> [change.target for change in list_changes(("stressed",))]
    ['stress_drive']
    """
    return tuple(
        Change(
            condition=row["condition"],
            target=row["target"],
            at_start=row["onset"] == "start",
            scale=row["operation"] == "scale",
            value=float(row["value"]),
            grade=row["grade"],
        )
        for row in read_table("conditions.tsv")
        if row["condition"] in names
    )


def scale_diet(names: tuple[str, ...]) -> float:
    """Return the factor the conditions put on the diet from the start of the run.

    Examples
    --------
    >>> scale_diet(("low-mg-diet",))
    0.2
    """
    factor = 1.0
    for change in list_changes(names):
        if change.target == DIET:
            factor *= change.value
    return factor
