"""Oracle: metafor, on two published sets of trials and on those that come along.

What metafor found stands in `meta.tsv`, from `meta.R` with R 4.2.2, metafor 3.8.1 and metadat
1.2.0. Where R and metafor are installed they are asked anew; what `meta.R` says of a folder that
`write_cases` filled is the table. The published sets are worked examples of metafor's own pages,
to four decimals: `PUBLISHED`.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.evidence.meta import (
    Interval,
    compare_groups,
    fit_random_effects,
    leave_one_out,
    measure_heterogeneity,
    pool_fixed,
    pool_random,
    predict_effect,
    weigh_small_studies,
)
from brainmag.evidence.meta.effects import (
    derive_from_p,
    standardise,
    standardise_means,
    subtract_means,
)
from brainmag.tables import parse_table
from problems.meta import CONVERSIONS, Trials, make_cases, write_cases

HERE = Path(__file__).parent
CASES = make_cases()
PACKAGE = "metafor"

Found = dict[tuple[str, str], NDArray[np.float64]]

# tau squared, mean, Q: of log risk ratios, the example of metafor's `confint.rma` and `rma.uni`;
# of teachers, its page raudenbush2009 (table 16.2 of Raudenbush 2009).
PUBLISHED = {"bcg": (0.3132, -0.7145, 152.2330), "teachers": (0.0188, 0.0837, 35.8295)}


def read_found(text: str) -> Found:
    found: dict[tuple[str, str], list[float]] = {}
    for row in parse_table(text, "meta.tsv"):
        found.setdefault((row["case"], row["quantity"]), []).append(float(row["value"]))
    return {key: np.array(values) for key, values in found.items()}


@pytest.fixture(scope="module")
def frozen() -> Found:
    return read_found((HERE / "meta.tsv").read_text(encoding="utf-8"))


def list_parts(one: Interval) -> list[float]:
    return [one.estimate, one.standard_error, one.low, one.high, one.p_value]


def pool(trials: Trials) -> dict[str, list[float]]:
    effects, variances = trials.effects, trials.variances
    fit = fit_random_effects(effects, variances)
    pooled = pool_random(fit)
    ahead = predict_effect(fit, pooled)
    differ = measure_heterogeneity(effects, variances, fit.variance)
    told = {
        "fixed": list_parts(pool_fixed(effects, variances)),
        "random": list_parts(pooled),
        "widened": list_parts(pool_random(fit, widen=True)),
        "prediction": [ahead.low, ahead.high],
        "weights": fit.weights.tolist(),
        "heterogeneity": [
            *(differ.q, differ.p_value),
            *(differ.variance, differ.variance_low, differ.variance_high),
        ],
        "share": [differ.share, differ.share_low, differ.share_high],
        "effects": effects.tolist(),
        "variances": variances.tolist(),
    }
    left = leave_one_out(effects, variances)
    told["left_estimate"] = [one.estimate for one in left]
    told["left_low"] = [one.low for one in left]
    told["left_high"] = [one.high for one in left]
    slope = weigh_small_studies(effects, variances, trials.predictor)
    if slope is not None:
        both = zip(list_parts(slope.limit), list_parts(slope.slope), strict=True)
        told["small"] = [value for pair in both for value in pair]
    _, difference = compare_groups(effects, variances, (trials.group > 0.5).tolist())
    if difference is not None:
        told["difference"] = list_parts(difference)
    return told


@pytest.mark.parametrize("name", CASES)
def test_what_is_pooled_is_what_metafor_pools(name: str, frozen: Found) -> None:
    got = pool(CASES[name])
    asked = [quantity for case, quantity in frozen if case == name]
    assert {"fixed", "random", "widened", "prediction", "heterogeneity"} <= set(asked)
    for quantity in asked:
        if quantity == "group":  # of both coefficients; the second is the difference
            assert got["difference"] == pytest.approx(frozen[name, quantity][1::2], rel=1e-6)
            continue
        assert got[quantity] == pytest.approx(frozen[name, quantity], rel=1e-6, abs=1e-9), quantity


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_examples_are_met(name: str) -> None:
    got = pool(CASES[name])
    found = (got["heterogeneity"][2], got["random"][0], got["heterogeneity"][0])
    assert found == pytest.approx(PUBLISHED[name], abs=5e-5)


def test_effects_are_taken_as_metafor_takes_them(frozen: Found) -> None:
    got: list[float] = []
    for kind, treated, control, values in CONVERSIONS:
        if kind == "d":
            found = standardise(values[0], treated, control)
        elif kind == "p":
            found = derive_from_p(values[0], treated, control)
        else:
            compare = standardise_means if kind == "smd" else subtract_means
            found = compare((values[0], values[1], treated), (values[2], values[3], control))
        got += [found.value, found.variance]
    assert got == pytest.approx(frozen["conversions", "effect"], rel=1e-9)


def test_metafor_still_finds_the_same(frozen: Found, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    probe = f'quit(status = as.integer(!requireNamespace("{PACKAGE}", quietly = TRUE)))'
    if subprocess.run([program, "-e", probe], check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip(f"R lacks {PACKAGE}")
    write_cases(tmp_path)
    command = [program, str(HERE / "meta.R"), str(tmp_path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    anew = read_found(told)
    assert anew.keys() == frozen.keys()
    for key, values in anew.items():
        assert values == pytest.approx(frozen[key], rel=1e-6, abs=1e-9), key
