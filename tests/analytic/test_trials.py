"""Oracle: closed forms. What people of a trial show, and what its statistician finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, norm

from brainmag.trials.allot import allot_people, count_slots, find_pattern
from brainmag.trials.analysis import find_power
from brainmag.trials.attribute import choose_typical, describe_parts, find_effects
from brainmag.trials.design import Trial, list_williams
from brainmag.trials.findings import Finding, analyse_trials
from brainmag.trials.observe import Records, observe_trials
from brainmag.trials.power import (
    describe_family,
    describe_level,
    describe_power,
    weigh_results,
)
from brainmag.trials.respond import Responses
from brainmag.trials.sequential import count_flow, find_weeks, look_early, resize
from problems.trial_worlds import STUDY, make_trial, respond_with

TRIALS = 2000
# Of the binomial interval that a share of so many trials must lie in.
SURE = 0.9999


def assume(effect: float) -> dict[tuple[str, str], float]:
    return {("cognition", "mgt-placebo"): effect}


def observe(
    trial: Trial,
    responses: Responses,
    size: int,
    *,
    trials: int = TRIALS,
    treated: bool = True,
) -> Records:
    worlds = np.arange(trials) % len(responses.truth)
    return observe_trials(trial, responses, worlds, size, seed=1, treated=treated)


def analyse(trial: Trial, records: Records) -> list[Finding]:
    return analyse_trials(trial, lambda _endpoint, _contrast: records)


def assert_share(hits: int, trials: int, expected: float) -> None:
    low, high = binom.interval(SURE, trials, expected)
    assert low <= hits <= high


def test_scatter_and_reliability_are_those_of_the_design(tmp_path: Path) -> None:
    trial = make_trial(
        tmp_path, fields="spread = 2.0\nreliability = 0.6", visits="4 weeks, 8 weeks"
    )
    seen = observe(trial, respond_with(trial, np.zeros(3)), 50).outcome[:, :, 0]
    flat = seen.reshape(-1, seen.shape[2])
    assert flat.std(axis=0) == pytest.approx(2.0, rel=0.01)
    correlation = np.asarray(np.corrcoef(flat, rowvar=False))
    assert correlation[np.triu_indices(3, 1)] == pytest.approx(0.6, abs=0.01)


def test_what_the_model_spreads_between_people_is_part_of_the_spread(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, fields="spread = 1.0\nreliability = 0.8")
    responses = respond_with(trial, np.zeros(2))
    own = np.linspace(-0.9, 0.9, responses.truth.shape[1])
    moved = replace(
        responses,
        truth=responses.truth + own[None, :, None, None, None, None],
        usual=responses.usual + own[None, :, None],
    )
    assert observe(trial, moved, 50).outcome[..., 0].std() == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize(("effect", "size"), [(0.3, 60), (0.5, 60), (0.5, 100)])
def test_power_of_means_is_the_closed_form(tmp_path: Path, effect: float, size: int) -> None:
    trial = make_trial(tmp_path, fields='analyses = "means"\nspread = 1.0\nreliability = 0.5')
    seen = observe(trial, respond_with(trial, np.array([effect])), size)
    (found,) = analyse(trial, seen)
    # With reliability 0.5 the change spreads as one visit does.
    expected = float(find_power(size // 2, effect))
    assert_share(int(np.sum(found.p_value < 0.05)), TRIALS, expected)


def test_power_of_covariance_analysis_is_the_closed_form(tmp_path: Path) -> None:
    trial = make_trial(
        tmp_path, fields='analyses = "ancova, mmrm"\nspread = 1.0\nreliability = 0.8'
    )
    seen = observe(trial, respond_with(trial, np.array([0.35])), 80)
    left = np.sqrt(1.0 - 0.8**2)
    for found in analyse(trial, seen):
        expected = float(find_power(40, 0.35 / left))
        # The baseline costs a degree of freedom and its own imbalance: a hair's breadth.
        assert_share(int(np.sum(found.p_value < 0.05)), TRIALS, expected - 0.005)


def test_power_of_a_crossover_is_the_closed_form(tmp_path: Path) -> None:
    trial = make_trial(
        tmp_path,
        plan='washout = "8 weeks"',
        fields="spread = 1.0\nreliability = 0.7",
        design="crossover",
    )
    seen = observe(trial, respond_with(trial, np.array([0.4])), 30)
    (found,) = analyse(trial, seen)
    # Half the difference between sequences of the difference between periods.
    deviation = np.sqrt(2.0 * (1.0 - 0.7))
    expected = float(find_power(15, 2.0 * 0.4 / deviation))
    assert_share(int(np.sum(found.p_value < 0.05)), TRIALS, expected)
    assert np.mean(found.estimate) == pytest.approx(0.4, abs=0.02)


def test_a_change_without_control_is_a_t_test_of_one_mean(tmp_path: Path) -> None:
    study = '[[arm]]\nid = "mgt"\nn = 20\n' + make_single()
    trial = make_trial(
        tmp_path, fields="spread = 1.0\nreliability = 0.5", design="before-after", study=study
    )
    responses = respond_with(trial, np.zeros(1))
    added = responses.practice.copy()
    added[..., 1:] = 0.5
    seen = observe(trial, replace(responses, practice=added), 20)
    (found,) = analyse(trial, seen)
    assert np.mean(found.estimate) == pytest.approx(0.5, abs=0.02)
    # Without a control practice is all that is found, and is told as the effect.
    assert find_effects(trial, replace(responses, practice=added)).item() == pytest.approx(0.5)
    change = seen.outcome[:, :, 0, 1] - seen.outcome[:, :, 0, 0]
    t = change.mean(axis=1) / (change.std(axis=1, ddof=1) / np.sqrt(20))
    assert found.estimate / found.standard_error == pytest.approx(t)


def make_single() -> str:
    from problems.trial_worlds import STUDY  # noqa: PLC0415

    head, rest = STUDY.split("[[arm]]", 1)
    return head + "[[endpoint]]" + rest.split("[[endpoint]]")[1]


def test_trials_of_nothing_keep_their_level(tmp_path: Path) -> None:
    trial = make_trial(
        tmp_path,
        plan='adherence = 0.8\nadherence_spread = 0.1\ndropout = 0.2\nstratify = "sex, age"',
        fields='analyses = "ancova, mmrm, responder, means"\nresponse = 0.5',
        visits="4 weeks, 8 weeks",
    )
    seen = observe(trial, respond_with(trial, np.array([1.0, 2.0])), 80, trials=600, treated=False)
    for row in describe_level(trial, 80, analyse(trial, seen)):
        assert_share(round(600 * row["type_one"]), 600, 0.05)


@pytest.mark.accept
def test_trials_of_nothing_keep_their_level_in_full(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    plans = {
        "parallel": ('analyses = "ancova, mmrm, responder, means"\nresponse = 0.5', "", "parallel"),
        "crossover": ("", 'washout = "8 weeks"', "crossover"),
    }
    for name, (fields, plan, design) in plans.items():
        lost = "adherence = 0.85\nadherence_spread = 0.1\ndropout = 0.15"
        trial = make_trial(
            tmp_path,
            plan=f"{plan}\n{lost}",
            fields=fields,
            visits="4 weeks, 8 weeks",
            design=design,
        )
        responses = respond_with(trial, np.array([1.0]))
        seen = observe(trial, responses, 100, trials=5000, treated=False)
        low, high = binom.interval(0.99, 5000, 0.05)
        for row in describe_level(trial, 100, analyse(trial, seen)):
            share = row["type_one"]
            told = f"{name}, {row['analysis']}, {row['people']}: type-I error, 5,000 trials"
            record_property(
                "figure", (told, f"{low / 50:.2f} to {high / 50:.2f} %", f"{100 * share:.2f} %")
            )
            assert low <= round(5000 * share) <= high


def test_size_for_a_power_gives_that_power(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, fields='analyses = "means"\nspread = 1.0\nreliability = 0.5')
    responses = respond_with(trial, np.array([0.4]))
    found = analyse(trial, observe(trial, responses, 60))
    (row,) = describe_power(trial, 60, found, found, assume(0.4))
    needed = row["n_for"]["0.8"]
    assert row["assumed"] == 0.4
    # Two arms of 100 by the tables.
    assert needed == pytest.approx(200, rel=0.05)
    (again,) = analyse(trial, observe(trial, responses, needed))
    assert np.mean(again.p_value < 0.05) == pytest.approx(0.8, abs=0.04)


def test_an_effect_of_nothing_has_no_size(tmp_path: Path) -> None:
    trial = make_trial(tmp_path)
    found = analyse(trial, observe(trial, respond_with(trial, np.zeros(1)), 60))
    (row,) = describe_power(trial, 60, found, found, assume(0.0))
    assert row["n_for"] == {"0.8": None, "0.9": None}
    assert row["exaggeration"] is None


def test_effects_found_in_small_trials_are_exaggerated(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, fields='analyses = "means"\nspread = 1.0\nreliability = 0.5')
    found = analyse(trial, observe(trial, respond_with(trial, np.array([0.2])), 40))
    (row,) = describe_power(trial, 40, found, found, assume(0.2))
    # Of a normal estimate, cut off where it is found.
    error = 1.0 / np.sqrt(10.0)
    z = norm.ppf(0.975)
    values = np.linspace(-2.0, 2.5, 40001)
    density = norm.pdf(values, 0.2, error)
    hit = np.abs(values) > z * error
    expected = np.sum(np.abs(values) * density * hit) / np.sum(density * hit) / 0.2
    assert row["exaggeration"] == pytest.approx(expected, rel=0.08)


def test_doses_left_out_take_their_share_of_the_effect(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, plan="adherence = 0.7", fields="spread = 0.01\nreliability = 0.9")
    seen = observe(trial, respond_with(trial, np.array([1.0])), 20, trials=50)
    treated = seen.outcome[..., 0, 1][seen.sequence == 1]
    assert treated.mean() == pytest.approx(0.7, abs=0.002)
    assert find_effects(trial, respond_with(trial, np.array([1.0])))[0, 0, 0] == pytest.approx(0.7)


def test_shares_of_doses_have_the_mean_and_spread_asked(tmp_path: Path) -> None:
    plan = "adherence = 0.8\nadherence_spread = 0.15"
    trial = make_trial(tmp_path, plan=plan, fields="spread = 0.01\nreliability = 0.9")
    seen = observe(trial, respond_with(trial, np.array([1.0])), 100, trials=100)
    treated = seen.outcome[..., 0, 1][seen.sequence == 1]
    assert treated.mean() == pytest.approx(0.8, abs=0.01)
    assert treated.std() == pytest.approx(0.15, abs=0.01)


def test_people_leave_as_often_as_designed(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, plan="dropout = 0.3", visits="4 weeks, 8 weeks, 12 weeks")
    seen = observe(trial, respond_with(trial, np.zeros(1)), 100, trials=200)
    assert_share(int(np.sum(~seen.is_complete)), seen.is_complete.size, 0.3)
    # Nobody comes back.
    gone = np.isnan(seen.outcome[:, :, 0])
    assert np.all(gone[..., 1:] >= gone[..., :-1])
    assert not gone[..., 0].any()


def test_those_who_leave_for_being_worse_are_worse(tmp_path: Path) -> None:
    trial = make_trial(
        tmp_path, plan="dropout = 0.3\ndropout_seen = 2.0", visits="4 weeks, 8 weeks"
    )
    seen = observe(trial, respond_with(trial, np.zeros(1)), 100, trials=200)
    change = seen.outcome[:, :, 0, 1] - seen.outcome[:, :, 0, 0]
    left_later = np.isnan(seen.outcome[:, :, 0, 2]) & np.isfinite(change)
    stayed = np.isfinite(seen.outcome[:, :, 0, 2])
    assert change[left_later].mean() < change[stayed].mean() - 0.2


@pytest.mark.parametrize("estimand", ["treatment-policy", "hypothetical"])
def test_rescue_counts_as_the_estimand_says(tmp_path: Path, estimand: str) -> None:
    plan = f'rescue = -0.5\nrescue_gain = 3.0\nestimand = "{estimand}"'
    trial = make_trial(tmp_path, plan=plan, visits="4 weeks, 8 weeks")
    seen = observe(trial, respond_with(trial, np.zeros(1)), 60, trials=100)
    after = seen.outcome[:, :, 0, 2][seen.is_rescued]
    if estimand == "hypothetical":
        assert np.isnan(after).all()
    else:
        assert after.mean() > 2.0
    worst = seen.outcome[:, :, 0, 1] - seen.outcome[:, :, 0, 0] <= -0.5
    assert np.array_equal(worst, seen.is_rescued)


def test_people_are_let_in_by_what_is_measured(tmp_path: Path) -> None:
    more = '\n[[inclusion]]\nwhat = "cognition"\nhighest = -0.5\n'
    trial = make_trial(tmp_path, fields="spread = 1.0\nreliability = 0.7", more=more)
    seen = observe(trial, respond_with(trial, np.zeros(1)), 50, trials=200)
    first, last = seen.outcome[:, :, 0, 0], seen.outcome[:, :, 0, 1]
    assert first.max() <= -0.5
    # Regression to the mean: by the reliability.
    assert last.mean() == pytest.approx(0.7 * first.mean(), abs=0.03)
    share = 50.0 / seen.screened.mean()
    assert share == pytest.approx(norm.cdf(-0.5), abs=0.02)


def test_blocks_keep_arms_even_within_strata() -> None:
    random = np.random.default_rng(1)
    pattern = find_pattern([50, 50])
    stratum = random.integers(0, 3, (300, 70))
    lots = [random.random((300, count_slots(pattern, 70))) for _ in range(3)]
    arms = allot_people(pattern, stratum, lots)
    for one in range(3):
        inside = stratum == one
        difference = (inside & (arms == 0)).sum(axis=1) - (inside & (arms == 1)).sum(axis=1)
        assert np.abs(difference).max() <= 2
        assert abs(difference.mean()) < 0.2


@pytest.mark.parametrize(
    ("people", "counts"),
    [
        ((50, 50), [2, 2]),
        ((40, 80), [1, 2]),
        ((25,) * 4, [1] * 4),
        ((10, 190), [1, 19]),
        ((23, 21), [23, 21]),
    ],
)
def test_blocks_have_the_shares_of_the_arms(people: tuple[int, ...], counts: list[int]) -> None:
    assert np.bincount(find_pattern(people)).tolist() == counts


@pytest.mark.parametrize("boundary", ["obrien-fleming", "pocock"])
def test_looks_keep_the_level_and_save_people(tmp_path: Path, boundary: str) -> None:
    plan = f'looks = [0.5, 1.0]\nboundary = "{boundary}"\nrecruits_per_month = 2.0'
    trial = make_trial(tmp_path, plan=plan, fields='analyses = "means"')
    nothing = look_early(trial, observe(trial, respond_with(trial, np.zeros(1)), 80), 0)
    assert_share(round(TRIALS * nothing["power"]), TRIALS, 0.05)
    large = look_early(trial, observe(trial, respond_with(trial, np.array([0.8])), 80), 0)
    # Five or six more come in the twelve weeks until the look is known.
    assert 45.5 < large["expected_n"] < 65.0 < nothing["expected_n"]
    assert sum(large["stops"]) == pytest.approx(1.0)
    assert large["expected_weeks"] < find_weeks(trial, 80)


def test_a_size_set_anew_finds_what_it_was_set_for(tmp_path: Path) -> None:
    # Planned for half the spread that is there: a third of the people needed.
    plan = "reestimate_at = 0.5\nreestimate_for = 0.5\nreestimate_power = 0.8\nlargest_n = 400"
    trial = make_trial(
        tmp_path, plan=plan, fields='analyses = "means"\nspread = 1.0\nreliability = 0.5'
    )
    responses = respond_with(trial, np.array([0.5]))
    told = resize(trial, observe(trial, responses, 400, trials=800), 60, 0)
    # The tables: 64 in each arm.
    assert told["people"]["median"] == pytest.approx(132, rel=0.08)
    assert told["power"] == pytest.approx(0.8, abs=0.05)
    level = resize(trial, observe(trial, responses, 400, trials=TRIALS, treated=False), 60, 0)
    assert_share(round(TRIALS * level["power"]), TRIALS, 0.05)


def test_a_stratum_that_all_share_is_none(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, plan='stratify = "sex, age"', fields='analyses = "ancova, mmrm"')
    responses = respond_with(trial, np.zeros(1))
    women = replace(responses, is_female=np.ones_like(responses.is_female))
    for found in analyse(trial, observe(trial, women, 60, trials=50)):
        assert np.isfinite(found.p_value).all()


@pytest.mark.parametrize("arms", [2, 3, 4, 5, 6])
def test_each_treatment_follows_each_other_equally_often(arms: int) -> None:
    rows = np.array(list_williams(arms))
    assert all(sorted(row) == list(range(arms)) for row in rows.tolist())
    follows = np.zeros((arms, arms))
    for row in rows:
        follows[row[:-1], row[1:]] += 1
    off = follows[~np.eye(arms, dtype=bool)]
    assert off.min() == off.max() == len(rows) / arms
    # And each comes equally often in each period.
    for period in rows.T:
        assert np.ptp(np.bincount(period, minlength=arms)) == 0


def test_several_tests_are_told_together(tmp_path: Path) -> None:
    second = STUDY.split("[[endpoint]]")[1].replace('"cognition"', '"memory"', 2)
    more = f'\n[[endpoint]]{second}\n[[assessment]]\nendpoint = "memory"\nprimary = true\n'
    fields = 'primary = true\nanalyses = "means"\nspread = 1.0\nreliability = 0.5'
    trial = make_trial(
        tmp_path,
        plan='multiplicity = "holm"',
        fields=fields,
        more=more + 'analyses = "means"\nspread = 1.0\nreliability = 0.5\n',
    )
    responses = respond_with(trial, np.array([0.5]))
    found = analyse(trial, observe(trial, responses, 100))
    nothing = analyse(trial, observe(trial, responses, 100, treated=False))
    (row,) = describe_family(trial, 100, found, nothing)
    assert_share(round(TRIALS * row["type_one"]), TRIALS, 1.0 - 0.975**2)
    one = float(find_power(50, 0.5))
    # Errors of the endpoints are independent: both at the full level once one has passed at half.
    half = float(find_power(50, 0.5, 0.025))
    assert row["any"] == pytest.approx(1.0 - (1.0 - half) ** 2, abs=0.03)
    assert row["all"] == pytest.approx(one**2 - (one - half) ** 2, abs=0.03)


def test_responders_do_not_hang_on_who_is_lost_in_other_trials(tmp_path: Path) -> None:
    fields = 'analyses = "responder"\nresponse = 0.3'
    trial = make_trial(tmp_path, plan="dropout = 0.02", fields=fields)
    responses = respond_with(trial, np.array([0.3]))
    seen = observe(trial, responses, 40, trials=60)
    whole = seen.is_complete.all(axis=1)
    assert 10 < whole.sum() < 50
    everybody, followed = analyse(trial, seen)
    assert np.isfinite(followed.p_value).all()
    # Where nobody is lost those who followed are all.
    assert np.array_equal(followed.p_value[whole], everybody.p_value[whole])


def test_a_change_of_a_level_is_told_as_a_change(tmp_path: Path) -> None:
    study = '[[arm]]\nid = "mgt"\nn = 20\n' + make_single()
    fields = "spread = 10.0\nreliability = 0.5"
    trial = make_trial(tmp_path, fields=fields, design="before-after", study=study)
    responses = respond_with(trial, np.zeros(1))
    truth = responses.truth + 100.0
    truth[..., 1:] += 9.0
    raised = replace(responses, truth=truth, usual=responses.usual + 100.0)
    assert find_effects(trial, raised).item() == pytest.approx(9.0)


@pytest.mark.parametrize("effect", [1.33, 2.0])
def test_size_of_a_change_gives_its_power(tmp_path: Path, effect: float) -> None:
    study = '[[arm]]\nid = "mgt"\nn = 20\n' + make_single()
    fields = "spread = 1.0\nreliability = 0.5"
    trial = make_trial(tmp_path, fields=fields, design="before-after", study=study)
    responses = respond_with(trial, np.zeros(1))
    truth = responses.truth.copy()
    truth[..., 1:] += effect
    found = analyse(trial, observe(trial, replace(responses, truth=truth), 20))
    (row,) = describe_power(trial, 20, found, found, {("cognition", "change"): effect})
    needed = row["n_for"]["0.8"]
    power = {}
    for people in (needed - 2, needed):
        (again,) = analyse(trial, observe(trial, replace(responses, truth=truth), people))
        power[people] = np.mean(again.p_value < 0.05)
    assert power[needed] > 0.78
    assert power[needed - 2] < 0.8


def test_far_explanations_are_told_apart_and_equal_ones_are_not() -> None:
    random = np.random.default_rng(2)
    worlds = np.arange(400) % 4

    def find(effect: float) -> Finding:
        estimate = effect + 0.1 * random.standard_normal(400)
        return Finding("e", "means", "c", "all", estimate, np.full(400, 0.1), np.zeros(400))

    far = weigh_results(
        {"a": find(0.0), "b": find(1.0)}, {"a": np.zeros(4), "b": np.ones(4)}, worlds, 10.0
    )
    assert far["a"]["decides"] == far["b"]["decides"] == 1.0
    assert far["a"]["rules_out"] == {"a": 0.0, "b": 1.0}
    same = weigh_results(
        {"a": find(0.0), "b": find(0.0)}, {"a": np.zeros(4), "b": np.zeros(4)}, worlds, 10.0
    )
    assert same["a"] == {"decides": 0.0, "misleads": 0.0, "rules_out": {"a": 0.0, "b": 0.0}}


def test_parts_sum_to_the_whole_and_effects_are_the_products(tmp_path: Path) -> None:
    trial = make_trial(tmp_path)
    effect = np.array([0.1, 0.5, 0.3])
    responses = respond_with(trial, effect)
    assert find_effects(trial, responses)[:, 0, 0] == pytest.approx(effect)
    assert choose_typical(find_effects(trial, responses)).tolist() == [[2]]
    rows = {(row["arm"], row["part"]): row for row in describe_parts(trial, responses)}
    assert rows["mgt", "products"]["median"] == pytest.approx(0.3)
    assert rows["mgt", "all"] == {**rows["mgt", "products"], "part": "all"}


def test_everybody_is_counted_once(tmp_path: Path) -> None:
    trial = make_trial(tmp_path, plan="dropout = 0.2\nadherence = 0.85\nadherence_spread = 0.1")
    flow = count_flow(trial, observe(trial, respond_with(trial, np.zeros(1)), 60, trials=50))
    assert sum(row["randomised"] for row in flow["sequences"]) == flow["randomised"] == 60.0
    for row in flow["sequences"]:
        assert row["followed"] <= row["completed"] <= row["randomised"]
