"""A protocol of ``brainmag synapse`` as a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brainmag.commands import synapse_inputs as inputs
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import read_draws, read_seed
from brainmag.synapse.describe import describe_protocol
from brainmag.synapse.run import SynapseScenario, run_protocol


def plan_protocol(options: SynapseOptions) -> SynapseScenario:
    """Return the synapse and the protocol that options describe, and no curve.

    Raises
    ------
    InputError
        When an option cannot be read, is out of range, or goes with a curve alone.

    Examples
    --------
    >>> plan_protocol(SynapseOptions("paired-pulse")).protocol.name
    'paired-pulse'
    """
    inputs.refuse(options, "at", "fit", "formula", use="--curve", code="cli.goes_with")
    return inputs.read_scenario(options)


def answer_protocol(
    options: SynapseOptions,
    scenario: SynapseScenario,
    *,
    on_compile: Callable[[], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return what a protocol does, as a document.

    Parameters
    ----------
    options : SynapseOptions
        Of which the draws and the seed count.
    scenario : SynapseScenario
        What `plan_protocol` made of them.
    on_compile : callable, optional
        Called when the model must be compiled first.
    on_progress : callable, optional
        Called with subjects done and in all.
    """
    draws, seed = read_draws(options.uncertainty), read_seed(options.seed)
    run = run_protocol(
        scenario, draws=draws, seed=seed, on_compile=on_compile, on_progress=on_progress
    )
    return describe_protocol(run, draws=draws, seed=seed)
