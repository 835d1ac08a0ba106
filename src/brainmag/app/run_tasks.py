"""Tasks that run the model while somebody waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainmag.app.exchange import Asked, Progress
from brainmag.app.preparations import Preparations
from brainmag.app.texts import PROTOCOL, REGIMEN, check_shipped, write_text
from brainmag.commands.job import plan_job
from brainmag.commands.outcome import describe_outcome, run_hypotheses
from brainmag.commands.reproduce import ReproduceOptions, plan_reproduction
from brainmag.commands.simulate_options import SimulateOptions
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import choose
from brainmag.errors import InputError
from brainmag.trajectories import list_observables

Document = Mapping[str, Any]
PREPARATIONS = Preparations()


def simulate(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag simulate --json`` says."""
    regimen = write_text(REGIMEN, asked["regimen"])
    options = SimulateOptions(**asked["options"], regimen=regimen, lang=asked["lang"])
    job = plan_job(options)
    subject = job.scenario.subject
    series: bool | list[str] = asked["series"]
    for name in series if isinstance(series, list) else ():
        choose("series", name, list_observables(subject.who, subject.cells))
    outcome = run_hypotheses(
        job.scenario,
        job.names,
        draws=job.draws,
        seed=job.seed,
        device=job.device,
        on_part=lambda number: advance(number, len(job.names)),
        on_progress=advance,
        prepare=PREPARATIONS.take,
    )
    return describe_outcome(outcome, job.lang, series=series, side_by_side=job.side_by_side)


def synapse(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag synapse --json`` says."""
    from brainmag.commands.synapse_curves import describe_curve  # noqa: PLC0415
    from brainmag.commands.synapse_inputs import CURVES  # noqa: PLC0415
    from brainmag.commands.synapse_protocol import answer_protocol, plan_protocol  # noqa: PLC0415
    from brainmag.synapse.protocol import list_protocols  # noqa: PLC0415

    given: dict[str, Any] = dict(asked["options"])
    own = write_text(PROTOCOL, asked["protocol_text"])
    if "protocol" in given:
        if own is not None:
            raise InputError("app.given_twice", given="protocol", other="protocol_text")
        check_shipped("protocol", given["protocol"], list_protocols())
    elif own is not None:
        given["protocol"] = own
    options = SynapseOptions(**given)
    if options.curve is not None:
        return describe_curve(options, choose("--curve", options.curve, CURVES))
    return answer_protocol(options, plan_protocol(options), on_progress=advance)


def reproduce(asked: Asked, advance: Progress) -> Document:
    """Return what ``brainmag reproduce --json`` says.

    Raises
    ------
    InputError
        ``app.too_many_figure_draws``.
    """
    from brainmag.inference.reproduce import reproduce  # noqa: PLC0415

    figures, draws = plan_reproduction(ReproduceOptions(**asked["options"]))
    limit = asked["limit"]
    if limit is not None and len(figures) * draws > limit:
        raise InputError(
            "app.too_many_figure_draws",
            given=len(figures) * draws,
            figures=len(figures),
            draws=draws,
            limit=limit,
        )
    return reproduce(figures, draws=draws, on_progress=advance)
