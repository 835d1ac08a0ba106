"""Oracle: closed forms and fine grids, on problems small enough for both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.stats import norm, t

from brainmag.inference.calibrate import Calibration, Effort, Problem
from brainmag.inference.cases import Case
from brainmag.inference.free import WIDE, FreeParameters, list_free
from brainmag.inference.likelihood import (
    Evidence,
    Noise,
    find_chance,
    gather_evidence,
    integrate_noise,
    list_noise_nodes,
    log_mean,
    place_noise,
    score_figures,
)
from brainmag.inference.next import weigh_experiment
from brainmag.inference.pool import Pool
from brainmag.inference.posterior import draw_posterior, weigh_pool
from brainmag.inference.predictive import foresee, judge
from brainmag.inference.weigh import IMPOSSIBLE, look_at, score_at_nodes, weigh_cases
from brainmag.people.parameters import place_value, read_parameters
from brainmag.record import Figure, list_figures

Array = NDArray[np.float64]
NAMES = ("central_volume", "csf_reference")
SLOPES = np.array([[3.0, -1.0, 0.5, 0.0], [0.0, 2.0, 0.5, 1.0]])


def take_figures() -> list[Figure]:
    """Two numbers and two directions of the record, with results of our own."""
    by_name = {figure.id: figure for figure in list_figures()}
    numbers = [by_name["fine-1991/meal-alone"], by_name["lu-2002/steady-rise"]]
    directions = [by_name["shen-2019/csf-mgt"], by_name["slutsky-2010/nr2b"]]
    values = (1.5, -0.5)
    own = [
        replace(figure, value=value, error=1.0, role="calibration")
        for figure, value in zip(numbers, values, strict=True)
    ]
    return own + [replace(figure, error=0.5, role="calibration") for figure in directions]


def say(scores: Array) -> Array:
    """A model that is a straight line in every score."""
    return scores @ SLOPES


@pytest.fixture
def problem() -> Problem:
    figures = tuple(take_figures())
    evidence = gather_evidence(figures)
    effort = Effort(walkers=200, moves=2, last_moves=6)
    return Problem("mineral", FreeParameters(NAMES), figures, evidence, seed=3, effort=effort)


def test_the_distribution_function_is_students() -> None:
    places = np.linspace(-8, 8, 33)
    assert np.allclose(find_chance(places), t(4).cdf(places), atol=1e-12)


def test_a_number_is_scored_by_its_density_and_a_direction_by_its_chance() -> None:
    evidence = gather_evidence(take_figures())
    noise = place_noise(np.array([[0.3, 0.5, 0.5, 0.5]]))
    (scores,) = score_figures(evidence, np.array([[1.0, 0.2, 0.4, 0.3]]), noise)
    widening = noise.widening[0, evidence.grade]
    # Without widening the middle 95 % of Student's t are the study's own interval.
    spread = evidence.error * widening * norm.ppf(0.975) / t(4).ppf(0.975)
    assert scores[0] == pytest.approx(
        t(4).logpdf((1.5 - 1.0) / spread[0]) - np.log(spread[0]), abs=1e-6
    )
    edge = 1.96 * 0.5
    assert scores[2] == pytest.approx(np.log(t(4).sf((edge - 0.4) / spread[2])), abs=1e-6)
    # Industry's figure: the bias is a standard deviation of the endpoint, towards better.
    centre = 0.3 + noise.bias[0] * 15.0
    assert scores[3] == pytest.approx(np.log(t(4).sf((edge - centre) / spread[3])), abs=1e-6)


def test_what_could_not_be_computed_is_impossible() -> None:
    evidence = gather_evidence(take_figures())
    noise = place_noise(np.full((1, 4), 0.5))
    scores = score_figures(evidence, np.full((1, 4), np.nan), noise)
    assert np.all(scores == -np.inf)


def test_noise_has_the_priors_of_its_table() -> None:
    places = (np.arange(20000) + 0.5) / 20000
    noise = place_noise(np.column_stack([places, *[np.full_like(places, 0.5)] * 3]))
    assert np.std(np.concatenate([noise.bias, -noise.bias])) == pytest.approx(0.5, rel=1e-3)
    grown = place_noise(np.column_stack([np.full_like(places, 0.5), places, places, places]))
    assert np.log(grown.widening[:, 0]).mean() == pytest.approx(0.4, rel=1e-3)
    assert np.all(np.diff(grown.widening, axis=1) > 0)


def integrate_on_a_grid(evidence: Evidence) -> tuple[float, Array]:
    """Evidence and posterior means of the scores, on a fine grid."""
    axis = np.linspace(-6, 6, 161)
    first, second = (one.ravel() for one in np.meshgrid(axis, axis))
    scores = np.column_stack([first, second])
    likelihood, _ = integrate_noise(evidence, say(scores))
    weight = norm.pdf(first) * norm.pdf(second) * (axis[1] - axis[0]) ** 2
    share = weight * np.exp(likelihood)
    return float(np.log(share.sum())), (share @ scores) / share.sum()


def test_a_calibration_finds_evidence_and_posterior(problem: Problem, tmp_path: Path) -> None:
    pool = Calibration(problem, tmp_path, say).run()
    evidence, means = integrate_on_a_grid(problem.evidence)
    likelihood, _ = integrate_noise(problem.evidence, pool.predicted)
    weights = pool.weigh(likelihood)
    assert weights.log_evidence == pytest.approx(evidence, abs=0.15)
    assert np.allclose(weights.share @ pool.scores, means, atol=0.12)


def test_a_calibration_that_is_cut_off_goes_on_to_the_same_bits(
    problem: Problem, tmp_path: Path
) -> None:
    whole = Calibration(problem, tmp_path / "whole", say).run()

    def stop_after(calls: int) -> Callable[[Array], Array]:
        left = [calls]

        def predict(scores: Array) -> Array:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return say(scores)

        return predict

    for calls in (1, 2, 3):
        with pytest.raises(KeyboardInterrupt):
            Calibration(problem, tmp_path / "cut", stop_after(calls)).run()
    resumed = Calibration(problem, tmp_path / "cut", say).run()
    assert np.array_equal(whole.scores, resumed.scores)
    assert np.array_equal(whole.log_base, resumed.log_base)


def test_a_bad_stand_in_costs_moves_and_not_the_answer(
    problem: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brainmag.inference import calibrate as module  # noqa: PLC0415

    fit = module.fit_surrogate

    def misfit(scores: Array, predicted: Array, *rest: Array) -> object:
        return fit(scores, 0.6 * predicted + 0.3, *rest)

    monkeypatch.setattr(module, "fit_surrogate", misfit)
    pool = Calibration(problem, tmp_path, say).run()
    evidence, means = integrate_on_a_grid(problem.evidence)
    likelihood, _ = integrate_noise(problem.evidence, pool.predicted)
    weights = pool.weigh(likelihood)
    assert weights.log_evidence == pytest.approx(evidence, abs=0.25)
    assert np.allclose(weights.share @ pool.scores, means, atol=0.25)


def test_wide_priors_are_twice_as_wide_and_weigh_back() -> None:
    free = FreeParameters(("barrier_gain", "threonate_potency"))
    grid = norm.ppf((np.arange(4000) + 0.5) / 4000)
    scores = np.column_stack([grid, grid])
    places = free.place(scores)
    gain = place_value("barrier_gain", places["barrier_gain"])
    assert gain.mean() == pytest.approx(2 * read_parameters()["barrier_gain"].spread, rel=0.02)
    potency = place_value("threonate_potency", places["threonate_potency"])
    assert np.log(potency).std() == pytest.approx(2 * np.log(200.0) / np.sqrt(12.0), rel=1e-3)
    for width in (0.5, 1.0, WIDE):
        one = FreeParameters(("barrier_gain",)).weigh_width(scores[:, :1], width)
        assert np.exp(one).mean() == pytest.approx(1.0, abs=0.01)


def test_leaving_a_figure_out_is_what_a_sum_without_it_says() -> None:
    figures = take_figures()
    evidence = gather_evidence(figures)
    scores = norm.ppf((np.arange(500) + 0.5) / 500)[:, None] * np.ones(2)
    free = list_free("mineral")
    every = np.zeros((500, len(free.names)))
    every[:, :2] = scores
    zeros, names = np.zeros(500), tuple(figure.id for figure in figures)
    pool = Pool("mineral", free.names, names, every, say(scores), zeros, zeros, 0.0)
    counts = np.array([True, False, True, True])
    (found,) = weigh_cases(pool, evidence, [Case("figure", "", counts.astype(float))], nodes=256)
    likelihood, _ = integrate_noise(replace(evidence, counts=counts), pool.predicted, count=256)
    assert found.log_evidence == pytest.approx(pool.weigh(likelihood).log_evidence, abs=1e-3)


def test_all_figures_at_all_nodes_are_what_each_is_alone() -> None:
    """Single precision, tails and all, against the plain formula in double precision."""
    evidence = gather_evidence([figure for figure in list_figures() if not figure.hindrance])
    far = np.array([-1e3, -30.0, -3.0, -0.1, 0.0, 0.1, 3.0, 30.0, 1e3])
    predicted = np.nan_to_num(evidence.value) + far[:, None] * evidence.error
    predicted[-1, 0] = np.nan
    for one, biased in ((evidence, True), (evidence.discount(2.0), True), (evidence, False)):
        found = score_at_nodes(look_at(one, nodes=16, biased=biased), predicted)
        noise = place_noise(list_noise_nodes(16), biased=biased)
        for node in range(16):
            here = Noise(noise.bias[node : node + 1], noise.widening[node : node + 1])
            expected = np.maximum(score_figures(one, predicted, here).T, IMPOSSIBLE)
            # Below the least chance both stand at it.
            assert np.allclose(found[:, :, node], expected, rtol=1e-4, atol=2e-4)


def test_a_discount_and_no_bias_are_what_they_are_alone() -> None:
    figures = take_figures()
    evidence = gather_evidence(figures)
    evidence = replace(evidence, industry=np.array([True, False, True, True]))
    evidence = replace(evidence, bias_step=0.3 * evidence.industry)
    names = tuple(figure.id for figure in figures)
    free = list_free("mineral")
    scores = norm.ppf((np.arange(50) + 0.5) / 50)[:, None] * np.ones(2)
    every = np.zeros((50, len(free.names)))
    pool = Pool("mineral", free.names, names, every, say(scores), np.zeros(50), np.zeros(50), 0.0)
    power = np.ones(4)
    cases = [
        Case("base", "", power),
        Case("industry", "discounted", power, discount=2.0),
        Case("bias", "off", power, biased=False),
    ]
    every_counts = replace(evidence, counts=np.ones(4, dtype=np.bool_))
    looks = [
        every_counts,
        every_counts.discount(2.0),
        replace(every_counts, bias_step=np.zeros(4)),
    ]
    for found, look in zip(weigh_cases(pool, evidence, cases, nodes=64), looks, strict=True):
        likelihood, _ = integrate_noise(look, pool.predicted, count=64)
        assert found.log_evidence == pytest.approx(pool.weigh(likelihood).log_evidence, abs=1e-3)


def test_posterior_draws_follow_the_weights(problem: Problem, tmp_path: Path) -> None:
    free = list_free("mineral")
    size = len(free.names)
    whole = replace(problem, free=free, effort=Effort(walkers=100, moves=1, last_moves=3))
    pool = Calibration(whole, tmp_path, lambda scores: say(scores[:, :2])).run()
    calibrated = weigh_pool(pool, problem.evidence)
    posterior = draw_posterior(calibrated, draws=2000)
    assert set(posterior.places) >= set(free.names)
    means = calibrated.weights.share @ pool.scores
    drawn = norm.ppf(np.column_stack([posterior.places[name] for name in free.names])).mean(axis=0)
    assert np.allclose(drawn, means, atol=0.05)
    assert size == pool.scores.shape[1]


def test_a_verdict_is_inside_nine_times_in_ten() -> None:
    figures = take_figures()
    evidence = gather_evidence(figures)
    noise = place_noise(np.tile([[0.3, 0.2, 0.2, 0.2]], (50, 1)))
    foreseen = foresee(evidence, np.zeros((50, 4)), noise)
    low, _, high = foreseen.find_quantiles(0)
    spread = noise.widening[0, evidence.grade[0]] * norm.ppf(0.975) / t(4).ppf(0.975)
    chance = quad(t(4).pdf, low / spread, high / spread)[0]
    assert chance == pytest.approx(0.9, abs=0.02)
    near, far = (replace(figures[0], value=value) for value in (0.9 * high, 1.1 * high))
    assert judge(near, foreseen, 0) == "inside"
    assert judge(far, foreseen, 0) == "outside"


def test_an_experiment_that_cannot_tell_has_no_information() -> None:
    same = (np.zeros((10, 1)), np.ones((10, 1)))
    bits, decided = weigh_experiment({"a": same, "b": same}, {"a": 0.5, "b": 0.5}, 1)
    assert bits == pytest.approx(0.0, abs=1e-9)
    assert decided == 0.0


def test_explanations_that_are_alike_cannot_be_told_apart() -> None:
    """Few draws, spread wide: an experiment must not recognise a draw that it was made from."""
    rng = np.random.default_rng(1)
    alike = {name: (rng.normal(size=(500, 3)), np.ones((500, 3))) for name in "abc"}
    bits, decided = weigh_experiment(alike, dict.fromkeys("abc", 1.0 / 3.0), 1)
    assert bits < 0.03
    assert decided < 0.03


def test_information_of_two_normal_like_results() -> None:
    """Two explanations a distance apart: the entropy by a fine integral."""
    apart = 1.5
    one = np.ones((1, 1))
    found, _ = weigh_experiment(
        {"a": (0 * one, one), "b": (apart * one, one)}, {"a": 0.5, "b": 0.5}, 1
    )

    def lose(x: float) -> float:
        first, second = t(4).pdf(x), t(4).pdf(x - apart)
        shares = np.array([first, second]) / (first + second)
        return float(-(shares * np.log2(shares)).sum() * (first + second) / 2)

    expected = 1.0 - quad(lose, -60, 60, limit=400)[0]
    assert found == pytest.approx(expected, abs=0.02)


def test_the_mean_of_logarithms_bears_impossible_ones() -> None:
    assert log_mean(np.array([[-np.inf, -np.inf]]))[0] == -np.inf
    assert log_mean(np.array([[0.0, -np.inf]]))[0] == pytest.approx(np.log(0.5))
