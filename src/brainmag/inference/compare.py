"""Which explanation the record speaks for, how strongly, and what that hangs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.inference.free import list_free
from brainmag.inference.likelihood import (
    Evidence,
    Noise,
    gather_evidence,
    list_noise_nodes,
    log_mean,
    place_noise,
    score_figures,
    share_out,
)
from brainmag.inference.pool import Pool, Weights
from brainmag.record.measurements import Figure

Array = NDArray[np.float64]

DISCOUNT = 2.0
WIDTHS = (0.5, 2.0)
# Fewer effective draws than this, and a weight is marked as one that needs a new calibration.
FEW = 50.0
# Of bias and widening. Fewer than a calibration is told by: evidence is then some tenths too high,
# and the ratio of two explanations off by less.
NODES = 256
# Of each gain's prior, nearest to none: where Savage and Dickey's ratio is read.
CORNER = 0.1
# Less than this share of the draws is none.
SEEN = 1e-4
# Logarithm of a chance that is none, yet can be added and taken away.
IMPOSSIBLE = -1e5


@dataclass(frozen=True)
class Case:
    """One way to look at the record.

    Attributes
    ----------
    kind : str
        ``base``, ``votes``, ``grade``, ``industry``, ``bias``, ``study``, ``figure``, ``width`` or
        ``all``.
    name : str
        What is left out, or how much is changed.
    power : ndarray, shape (figures,)
        How much each figure counts: 1 as it is, 0 not at all.
    discount : float
        Factor on the errors of industry's figures.
    biased : bool
    width : float
        Of the priors of what tells the explanations apart.
    """

    kind: str
    name: str
    power: Array
    discount: float = 1.0
    biased: bool = True
    width: float = 1.0


def list_cases(figures: Sequence[Figure]) -> list[Case]:
    """Return every way the record is looked at, the plain one first.

    Parameters
    ----------
    figures : sequence of Figure
        Those that can be compared.
    """
    base = np.array([float(one.role == "calibration") for one in figures])
    grades = np.array([one.grade for one in figures])
    industry = np.array([one.study.industry for one in figures])
    studies = np.array([one.study.id for one in figures])
    # What one study found on the same animals or people is no several findings.
    votes = np.array(
        [base[k] / max(base[studies == name].sum(), 1.0) for k, name in enumerate(studies)]
    )
    cases = [
        Case("base", "", base),
        Case("votes", "once", votes),
        Case("votes", "once, without industry", votes * ~industry),
        Case("grade", "c", base * (grades != "c")),
        Case("industry", "left-out", base * ~industry),
        Case("industry", "discounted", base, discount=DISCOUNT),
        Case("bias", "off", base, biased=False),
        *(Case("width", f"{width:g}", base, width=width) for width in WIDTHS),
        Case("all", "with-validation", np.ones(len(figures))),
    ]
    named = dict.fromkeys(studies[base > 0])
    cases += [Case("study", str(name), base * (studies != name)) for name in named]
    for column, figure in enumerate(figures):
        if base[column]:
            power = base.copy()
            power[column] = 0.0
            cases.append(Case("figure", figure.id, power))
    return cases


class Weigher:
    """Weights of one pool's draws in any case.

    Parameters
    ----------
    pool : Pool
    evidence : Evidence
        Of the figures in the pool's order.
    """

    def __init__(self, pool: Pool, evidence: Evidence) -> None:
        self.pool = pool
        self.evidence = evidence
        self._key: tuple[float, bool] | None = None
        self._scores: NDArray[np.float32] = np.empty(0, dtype=np.float32)
        self._usual: NDArray[np.float32] = np.empty(0, dtype=np.float32)

    def weigh(self, case: Case) -> Weights:
        """Return the weights of the draws in a case."""
        if self._key != (case.discount, case.biased):
            self._score(case.discount, biased=case.biased)
        likelihood = self._usual.astype(np.float64)
        # What differs from the plain look is added or taken away.
        for column in np.flatnonzero(case.power != self.evidence.counts):
            change = case.power[column] - self.evidence.counts[column]
            likelihood += change * self._scores[column]
        width = list_free(self.pool.hypothesis).weigh_width(self.pool.scores, case.width)
        return self.pool.weigh(log_mean(likelihood) + width)

    def _score(self, discount: float, *, biased: bool) -> None:
        """Find the score of each figure at every draw and node of the noise."""
        noise = place_noise(list_noise_nodes(NODES), biased=biased)
        evidence = self.evidence.discount(discount)
        nodes = len(noise.bias)
        shape = (len(evidence.error), len(self.pool.scores), nodes)
        self._scores = np.empty(shape, dtype=np.float32)
        for node in range(nodes):
            one = Noise(noise.bias[node : node + 1], noise.widening[node : node + 1])
            scores = score_figures(evidence, self.pool.predicted, one).T
            # A draw that could not be computed stays impossible, whatever is left out.
            self._scores[:, :, node] = np.where(np.isfinite(scores), scores, IMPOSSIBLE)
        self._usual = self._scores[evidence.counts].sum(axis=0)
        self._key = (discount, biased)


def compare(
    pools: Mapping[str, Pool],
    figures: Sequence[Figure],
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the weights of the explanations in every case.

    Parameters
    ----------
    pools : mapping of str to Pool
        By explanation.
    figures : sequence of Figure
        Of the record; those that cannot be compared are left out.
    on_progress : callable, optional
        Called with explanations done and explanations in all.

    Returns
    -------
    dict
        ``weights``: of the plain look; ``cases``: weights, log-evidence and its error in each;
        ``range``: the least and the greatest weight over the cases; ``deciding``: the figure whose
        absence shifts the weights most; ``savage_dickey``: the check of nested explanations.
    """
    chosen = [figure for figure in figures if not figure.hindrance]
    evidence = gather_evidence(chosen)
    cases = list_cases(chosen)
    # Cases that share their scores are weighed one after the other.
    order = sorted(range(len(cases)), key=lambda k: (cases[k].discount, not cases[k].biased, k))
    found: dict[str, dict[int, Weights]] = {}
    for name, pool in pools.items():
        weigher = Weigher(pool, evidence)
        found[name] = {k: weigher.weigh(cases[k]) for k in order}
        if on_progress is not None:
            on_progress(len(found), len(pools))
    rows = [
        _describe_case(case, {name: values[k] for name, values in found.items()})
        for k, case in enumerate(cases)
    ]
    return {
        "weights": rows[0]["weights"],
        "range": {
            name: [min(r["weights"][name] for r in rows), max(r["weights"][name] for r in rows)]
            for name in pools
        },
        "cases": rows,
        "deciding": _find_deciding(rows),
        "savage_dickey": _check_nesting(pools["carrier"], found["carrier"][0], rows[0]),
    }


def _describe_case(case: Case, found: Mapping[str, Weights]) -> dict[str, Any]:
    share = share_out(np.array([one.log_evidence for one in found.values()]))
    return {
        "kind": case.kind,
        "name": case.name,
        "figures": int(np.count_nonzero(case.power)),
        "weights": dict(zip(found, share.tolist(), strict=True)),
        "log_evidence": {name: one.log_evidence for name, one in found.items()},
        "error": {name: one.error for name, one in found.items()},
        "effective": {name: one.effective for name, one in found.items()},
        "is_thin": any(one.effective < FEW for one in found.values()),
    }


def _find_deciding(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the figures by how far their absence moves the weights, the farthest first.

    Told as the largest change of the logarithm of any two explanations' ratio, with the weights
    that are left.
    """
    base = rows[0]["log_evidence"]

    def move(row: Mapping[str, Any]) -> float:
        changes = [row["log_evidence"][name] - base[name] for name in base]
        return max(changes) - min(changes)

    moved = [
        {"figure": row["name"], "moved": move(row), "weights": row["weights"]}
        for row in rows
        if row["kind"] == "figure"
    ]
    return sorted(moved, key=lambda one: -one["moved"])


def _check_nesting(pool: Pool, weights: Weights, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the log-ratio of `mineral` to `carrier` in two ways that must agree.

    With both gains at none `carrier` is `mineral`. So their ratio of evidence is that of the
    density of the gains there after and before the record (Savage and Dickey), read in the corner
    where both gains are among the least tenth of their priors; None where no draw is left there.
    """
    places = list_free("carrier").place(pool.scores)
    corner = (places["barrier_gain"] < CORNER) & (places["neuron_gain"] < CORNER)
    share = weights.share[corner]
    density = float(share.sum())
    return {
        "from_evidence": base["log_evidence"]["mineral"] - base["log_evidence"]["carrier"],
        "from_density": float(np.log(density / CORNER**2)) if density > SEEN else None,
        "effective": density**2 / float((share * share).sum()) if density > SEEN else 0.0,
    }
