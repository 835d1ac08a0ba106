"""What of a study's design can be run: its media, its doses, and when what is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainmag.clock import DAY, YEAR
from brainmag.errors import InputError
from brainmag.intake import Intake, check_intake
from brainmag.people import CULTURE, Subject
from brainmag.scenario import LONGEST_RUN_YEARS, STRONGEST_MEDIUM, Medium
from brainmag.table_file import Entry
from brainmag.trajectories import FLOWS, list_outputs

if TYPE_CHECKING:
    from brainmag.record.study import Visit

# Told from the first dose on.
AFTER_DOSE = ("peak_time", "half_life")
# What is eaten has a share without a dose.
EATEN = "absorbed_ledger"


def read_medium(entry: Entry, who: str) -> Medium:
    """Return what an arm's dish holds.

    Raises
    ------
    InputError
        When it is no dish, or no cell could live in it: with file, line and field.
    """
    for key in ("magnesium", "threonate"):
        given = entry.get(key)
        if given is None:
            continue
        if who != CULTURE:
            raise entry.error(key, InputError("record.medium_needs_dish", given=key, who=who))
        if not 0.0 <= given <= STRONGEST_MEDIUM:
            limit = STRONGEST_MEDIUM
            raise entry.error(key, InputError("record.medium_range", given=given, limit=limit))
    return Medium(entry.get("magnesium"), entry.get("threonate"))


def check_taken(entry: Entry, intake: Intake, subject: Subject) -> None:
    """Refuse what no such subject could be given, or what is given later than can be run.

    Parameters
    ----------
    entry : Entry
        The dose or diet that the intake is made of, or the arm that has it all.
    intake : Intake
    subject : Subject

    Raises
    ------
    InputError
        With file, line and field.
    """
    fields = {"dose": ("start", "amount"), "diet": ("from", "mg")}
    moment, amount = fields.get(entry.table, ("id", "id"))
    starts = [course.first[0] for course in intake.courses]
    last = max([*starts, *(span.start for span in intake.diet_spans)], default=0.0)
    with entry.field(moment):
        check_time(entry.get(moment), last)
    with entry.field(amount):
        stop = last + 2.0 * DAY
        check_intake(intake, species=subject.who, weight_kg=subject.weight, stop=stop)


def check_time(given: object, hours: float) -> None:
    """Refuse a time that no run reaches; raise InputError ``record.too_late``."""
    if hours > LONGEST_RUN_YEARS * YEAR:
        raise InputError("record.too_late", given=given, limit=LONGEST_RUN_YEARS)


def check_measure(observable: str, measure: str, who: str) -> None:
    """Refuse a measure that cannot be told of an observable.

    Raises
    ------
    InputError
        ``record.measure_does_not_fit``.
    """
    is_output = observable in list_outputs(who)
    fits = {
        "share": is_output and observable.endswith("_ledger"),
        "peak_time": is_output,
        "half_life": is_output,
        "retested": who != CULTURE,
    }
    if not fits.get(measure, True):
        raise InputError("record.measure_does_not_fit", given=measure, observable=observable)


def check_visit(entry: Entry, visit: Visit) -> None:
    """Refuse a visit at which there is nothing to tell.

    Raises
    ------
    InputError
        With file, line and field.
    """
    endpoint, arm, given = visit.endpoint, visit.arm, entry.get("time")
    if visit.reference is arm:
        raise entry.error("reference", InputError("record.own_reference", given=arm.id))
    doses = [course.first[0] for course in arm.intake.courses]
    is_of_dose = endpoint.measure == "share" and endpoint.observable != EATEN
    if not doses and (is_of_dose or endpoint.measure in AFTER_DOSE):
        cause = InputError("record.no_dose", given=arm.id, measure=endpoint.measure)
        raise entry.error("arm", cause)
    earliest = min(doses) if endpoint.measure in AFTER_DOSE else 0.0
    if endpoint.observable in FLOWS and visit.time > 0.0:
        earliest = DAY
    with entry.field("time"):
        check_time(given, visit.time)
        if visit.time < earliest:
            raise InputError("record.too_early", given=given, limit=earliest)
