"""Oracle: a run without what is remembered. A subject's own day is found once, to the bit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from brainmag.app.preparations import Preparations
from brainmag.commands.options import ScenarioOptions
from brainmag.commands.scenario import plan_scenario
from brainmag.scenario import Scenario
from brainmag.simulate import Run, identify_preparation, simulate

DRAWS, SEED = 3, 2


def plan(**given: str) -> Scenario:
    """Return what some options describe, under the least assumption unless told otherwise."""
    hypothesis = given.pop("hypothesis", "mineral")
    return plan_scenario(ScenarioOptions(**given), hypothesis)


# Each stands beside the first, which has been run before it.
FIRST = {"product": "mgt", "dose": "1 g", "length": "2 days"}
SAME = {
    "another dose": FIRST | {"dose": "2 g", "times_a_day": "2"},
    "another product": FIRST | {"product": "citrate"},
    "another length": FIRST | {"length": "4 days"},
    "nothing taken": {"length": "2 days"},
}
OTHER = {
    "another time of day": FIRST | {"length": "50 h"},
    "another age": FIRST | {"age": "65"},
    "another diet": FIRST | {"diet_mg": "200"},
    "another explanation": FIRST | {"hypothesis": "carrier"},
    "another species": {"who": "rat", "length": "2 days"},
}


def list_bits(run: Run) -> list[bytes]:
    """Return all that a run holds, to the bit."""
    told = run.trajectories
    arrays = (told.baseline, told.end, told.end_day, told.series, run.final_states, run.steps)
    return [np.ascontiguousarray(one).tobytes() for one in arrays]


@pytest.mark.parametrize("name", [*SAME, *OTHER])
def test_a_run_is_the_same_to_the_bit_with_what_is_remembered(name: str) -> None:
    kept = Preparations()
    kept.take(plan(**FIRST), DRAWS, SEED)
    scenario = plan(**(SAME | OTHER)[name])
    ready = kept.take(scenario, DRAWS, SEED)
    remembered = ready is kept.take(plan(**FIRST), DRAWS, SEED)
    assert remembered == (name in SAME)
    with_it = simulate(scenario, draws=DRAWS, seed=SEED, ready=ready)
    assert list_bits(with_it) == list_bits(simulate(scenario, draws=DRAWS, seed=SEED))


def test_a_model_is_remembered_once_for_a_species() -> None:
    kept = Preparations()
    person, other = (kept.take(plan(**FIRST, diet_mg=diet), 0, SEED) for diet in ("200", "250"))
    assert person.model is other.model
    rat = kept.take(plan(**OTHER["another species"]), 0, SEED)
    assert rat.model is not person.model


def test_other_draws_are_other_subjects() -> None:
    scenario = plan(**FIRST)
    asked = [
        (scenario, DRAWS, SEED),
        (scenario, DRAWS + 1, SEED),
        (scenario, DRAWS, SEED + 1),
        (replace(scenario, calibrated=False), DRAWS, SEED),
    ]
    assert len({identify_preparation(*one) for one in asked}) == len(asked)


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brainmag.app.preparations.MOST_ROWS", 2 * (1 + DRAWS))
    kept = Preparations()
    first, second, third = (plan(**FIRST, diet_mg=diet) for diet in ("200", "250", "300"))
    oldest = kept.take(first, DRAWS, SEED)
    newer = kept.take(second, DRAWS, SEED)
    assert kept.take(first, DRAWS, SEED) is oldest
    kept.take(third, DRAWS, SEED)
    assert kept.take(first, DRAWS, SEED) is oldest
    assert kept.take(second, DRAWS, SEED) is not newer
