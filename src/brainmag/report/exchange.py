# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false
# antimony and python-libsbml ship no type information.
"""Write a flat model as Antimony and as SBML, its schedule as events that arm themselves again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import antimony
import libsbml

from brainmag.biology.assemble import assemble_model, fill_values
from brainmag.report.flat_model import FlatModel
from brainmag.report.recurrence import Change, Recurrence
from brainmag.simulate import LEDGER

# An amount of fewer than a billionth of a molecule, in mmol.
TRACE = 1e-30


def write_antimony(flat: FlatModel, more: Sequence[str] = ()) -> str:
    """Return a flat model as Antimony text.

    Parameters
    ----------
    flat : FlatModel
    more : sequence of str
        Lines that are added to the model.
    """
    values = {**flat.parameters, **flat.states}
    model = fill_values(assemble_model(flat.assembly), values, flat.units)
    events = "".join(
        f"{line}\n" for one in flat.recurrences for line in _write_event(one, flat.units)
    )
    events += "".join(f"{line}\n" for line in (*_clear_traces(flat), *more))
    header = "".join(f"// {line}\n" for line in (flat.name, *flat.about.splitlines()))
    return header + model.removesuffix("end\n") + events + "end\n"


def write_sbml(flat: FlatModel, more: Sequence[str] = ()) -> str:
    """Return a flat model as SBML, level 3 version 2.

    Parameters
    ----------
    flat : FlatModel
    more : sequence of str
        Lines of Antimony that are added to the model.
    """
    text = translate_to_sbml(write_antimony(flat, more), flat.assembly)
    document = libsbml.readSBMLFromString(text)
    model = document.getModel()
    model.setName(flat.name)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in flat.about.splitlines())
    model.setNotes(f'<body xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</body>')
    return str(libsbml.writeSBMLToString(document))


def translate_to_sbml(text: str, name: str) -> str:
    r"""Return the SBML of one model of an Antimony text.

    Parameters
    ----------
    text : str
        Complete Antimony text; a number without a unit counts as dimensionless.
    name : str
        Model wanted.

    Raises
    ------
    ValueError
        When Antimony cannot read the text: a fault of the program or of a model file.

    Examples
    --------
    >>> "rateRule" in translate_to_sbml("model m()\nx' = -x;\nend", "m")
    True
    """
    antimony.clearPreviousLoads()
    antimony.setBareNumbersAreDimensionless(True)
    if antimony.loadAntimonyString(text) < 0:
        raise ValueError(antimony.getLastError())
    return str(antimony.getSBMLString(name))


def _write_event(one: Recurrence, units: dict[str, str]) -> Iterator[str]:
    """Yield an event; one that repeats carries its next time, and an end beyond its last.

    A trigger fires when it turns true. Moving the next time on makes it false again, and so ready
    for the next. The end stands half an interval late, out of reach of rounding.
    """
    # Not true before the start: an event at time 0 is to fire. Nothing is read ahead of its turn.
    options = "t0=false, fromTrigger=false"
    changes = [_write_change(change, units) for change in one.changes]
    if one.count == 1:
        trigger = f"time >= {one.first!r} hour"
    else:
        end = round(one.first + (one.count - 0.5) * one.every, 6)
        due = f"{one.name}_next"
        yield f"var {due}; {due} has hour; {due} = {one.first!r} hour;"
        trigger = f"time >= {due} && {due} < {end!r} hour"
        changes.append(f"{due} = {due} + {one.every!r} hour")
    yield f"{one.name}: at ({trigger}), {options}: {', '.join(changes)};"


def _clear_traces(flat: FlatModel) -> Iterator[str]:
    """Yield events that end an amount too small to be one.

    Weeks after its last dose a product is down to numbers that computers hold no digits of, and
    solvers that ask for a share of them stop.
    """
    for state, unit in flat.units.items():
        if state in flat.states and unit == "mmol" and not state.endswith(LEDGER):
            trigger = f"{state} < {TRACE!r} mmol"
            yield f"clear_{state}: at ({trigger}), t0=true, persistent=false: {state} = 0 mmol;"


def _write_change(change: Change, units: dict[str, str]) -> str:
    state, what, value = change
    amount = f"{value!r} {units[state]}"
    return f"{state} = {state} + {amount}" if what == "add" else f"{state} = {amount}"
