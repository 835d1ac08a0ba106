"""Oracle: R. nlme and lme4 for the fit, pbkrtest for Kenward and Roger,
brglm2 for Firth, rpact for boundaries.

What R found stands in `trials.tsv`, from `trials.R` with R 4.2.2, nlme 3.1-162, lme4 1.1-31,
lmerTest 3.1-3, pbkrtest 0.5.2, brglm2 0.9 and rpact 3.3.4. Where R and the packages are installed
they are asked anew; what `trials.R` says of a folder that `write_cases` filled is the table.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from brainmag.tables import parse_table
from brainmag.trials.analysis import (
    MixedFit,
    build_repeated_design,
    cross_boundaries,
    find_boundaries,
    fit_crossover,
    fit_repeated,
    fit_responders,
)
from brainmag.trials.analysis.repeated import code_groups
from problems.trials import CASES, Trial, write_cases

HERE = Path(__file__).parent
PACKAGES = ("nlme", "lme4", "lmerTest", "pbkrtest", "brglm2", "rpact")

Found = dict[tuple[str, str], NDArray[np.float64]]


def read_found(text: str) -> Found:
    found: dict[tuple[str, str], list[float]] = {}
    for row in parse_table(text, "trials.tsv"):
        found.setdefault((row["case"], row["quantity"]), []).append(float(row["value"]))
    return {key: np.array(values) for key, values in found.items()}


@pytest.fixture(scope="module")
def frozen() -> Found:
    return read_found((HERE / "trials.tsv").read_text(encoding="utf-8"))


def fit(trial: Trial) -> MixedFit:
    columns, outcome = trial.columns, trial.outcome
    if "treatment" in columns:
        baseline = columns.get("baseline")
        codes = (columns["treatment"].astype(np.int64), columns["sequence"].astype(np.int64))
        return fit_crossover(outcome[None], *codes, baseline)
    stratum = columns.get("stratum")
    fixed, contrasts = build_repeated_design(
        columns["arm"].astype(np.int64),
        columns["baseline"],
        outcome.shape[1],
        covariates=None if stratum is None else code_groups(stratum.astype(np.int64)),
    )
    return fit_repeated(outcome[None], fixed, contrasts)


MIXED = [name for name in CASES if name != "separated"]


@pytest.mark.parametrize("name", MIXED)
def test_mixed_models_are_those_of_r(name: str, frozen: Found) -> None:
    found = fit(CASES[name])
    assert found.converged.all()
    covariance = found.covariance[0]
    lower = covariance.T[np.triu_indices(len(covariance))]
    if "crossover" in name:
        lower = lower[:2]
    got = {
        "estimate": found.estimate[0],
        "standard_error": found.standard_error[0],
        "degrees": found.degrees[0],
        "p_value": found.p_value[0],
        "log_restricted_likelihood": found.log_restricted_likelihood,
        "covariance": lower,
    }
    asked = [quantity for case, quantity in frozen if case == name]
    assert {"estimate", "standard_error", "degrees", "covariance"} <= set(asked)
    for quantity in asked:
        assert got[quantity] == pytest.approx(frozen[name, quantity], rel=1e-5), quantity


def test_an_intercept_may_vary_less_than_not_at_all(frozen: Found) -> None:
    assert frozen["crossover-negative", "covariance"][1] < 0.0


def test_separated_responders_are_those_of_r(frozen: Found) -> None:
    trial = CASES["separated"]
    found = fit_responders(
        trial.outcome.T,
        0.5,
        trial.columns["baseline"][:, None],
        trial.columns["arm"].astype(np.int64),
    )
    assert found.separated.all()
    assert found.estimate[0] == pytest.approx(frozen["separated", "estimate"], rel=1e-6)


@pytest.mark.parametrize("method", ["obrien-fleming", "pocock"])
def test_boundaries_are_those_of_r(method: str, frozen: Found) -> None:
    found = find_boundaries(method, [0.2, 0.35, 0.8, 1.0])
    assert found.critical == pytest.approx(frozen[method, "critical"], rel=1e-5)
    assert cross_boundaries(found, 3.3).power == pytest.approx(frozen[method, "power"], rel=1e-5)


def test_r_still_finds_the_same(frozen: Found, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed")
    wanted = " && ".join(f'requireNamespace("{name}", quietly = TRUE)' for name in PACKAGES)
    probe = f"quit(status = as.integer(!({wanted})))"
    if subprocess.run([program, "-e", probe], check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip(f"R lacks one of {', '.join(PACKAGES)}")
    write_cases(tmp_path)
    command = [program, str(HERE / "trials.R"), str(tmp_path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    anew = read_found(told)
    assert anew.keys() == frozen.keys()
    for key, values in anew.items():
        assert values == pytest.approx(frozen[key], rel=1e-5), key
