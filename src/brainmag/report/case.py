"""A product beside a rival salt and beside nothing, under every explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brainmag.report.comparison import Scenarios
from brainmag.report.contrast import Contrast, contrast_runs
from brainmag.simulate import Run

# By scenario, then by explanation.
Runs = Mapping[str, Mapping[str, Run]]


@dataclass(frozen=True)
class Case:
    """A product beside its rival salt and beside nothing.

    Attributes
    ----------
    scenarios : mapping
        Documents by scenario and explanation.
    product, rival, nothing : str
        Names of the scenarios.
    against_nothing, against_rival : mapping of str to Contrast
        The product, by explanation.
    rival_against_nothing : mapping of str to Contrast
    """

    scenarios: Scenarios
    product: str
    rival: str
    nothing: str
    against_nothing: Mapping[str, Contrast]
    against_rival: Mapping[str, Contrast]
    rival_against_nothing: Mapping[str, Contrast]


def build_case(runs: Runs, scenarios: Scenarios) -> Case:
    """Return a case of three scenarios: the product, the rival salt and nothing, in that order.

    Parameters
    ----------
    runs : mapping of str to mapping
        Runs of the same subject, draws and seed, by scenario and explanation.
    scenarios : mapping of str to mapping
        Their documents, under the same names.
    """
    product, rival, nothing = runs

    def contrast(one: str, other: str) -> dict[str, Contrast]:
        return {
            hypothesis: contrast_runs(run, runs[other][hypothesis])
            for hypothesis, run in runs[one].items()
        }

    return Case(
        scenarios=scenarios,
        product=product,
        rival=rival,
        nothing=nothing,
        against_nothing=contrast(product, nothing),
        against_rival=contrast(product, rival),
        rival_against_nothing=contrast(rival, nothing),
    )


__all__ = ["Case", "Runs", "build_case"]
