"""Oracle: a run that is killed and resumed leaves the very bytes of one that was not."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from resume.driver import Trial, ask

PEOPLE = ["simulate", "--population", "24", "--product", "mgt", "--dose", "1 g", "--for", "1 day"]
DRAWS = ["simulate", "--uncertainty", "4", "--product", "mgt", "--dose", "1 g", "--for", "1 day"]
TWO_SIDES = [*PEOPLE[:2], "16", *PEOPLE[3:], "--hypothesis", "all"]
KILLED = -9
# Changes of the folder that a run makes: of people, in 3 chunks; of draws.
CHANGES, CHANGES_OF_DRAWS = 49, 26
# About what a chunk takes, s.
LONGEST_DELAY = 0.1


def check(trials: list[Trial], folder: Path) -> tuple[int, int]:
    """Assert that all are made whole; return how many were killed and left something behind."""
    killed = resumed = 0
    for trial, result in zip(trials, ask(trials, folder), strict=True):
        assert result["killed"] in (0, KILLED), (trial, result)
        killed += result["killed"] == KILLED
        if not result["begun"]:
            # Killed before its request was written: there is nothing to resume.
            continue
        resumed += 1
        assert result["resumed"] == 0, (trial, result)
        assert result["differing"] == [], (trial, result)
    return killed, resumed


def draw_trials(words: list[str], number: int, seed: int) -> list[Trial]:
    """Return trials killed just before a change of the folder, or some time after one."""
    drawn = random.Random(seed)  # noqa: S311
    return [
        Trial(
            words,
            change=drawn.randint(4, CHANGES),
            delay=drawn.choice([0.0, drawn.uniform(0.001, LONGEST_DELAY)]),
            again=drawn.choice([0, 0, 0, drawn.randint(1, CHANGES)]),
        )
        for _ in range(number)
    ]


def test_a_killed_population_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    # Before the first chunk, between chunks, in the figures, at the seal and in the last moves.
    chosen = [Trial(PEOPLE, change=change) for change in (7, 18, 30, 36, 42, 47, CHANGES)]
    killed, resumed = check([*chosen, *draw_trials(PEOPLE, 2, seed=1)], tmp_path)
    assert (killed, resumed) == (9, 9)


def test_a_run_that_is_killed_twice(tmp_path: Path) -> None:
    twice = [Trial(PEOPLE, change=12, again=again) for again in (3, 9, 25, 33)]
    assert check(twice, tmp_path) == (4, 4)


def test_a_killed_run_of_draws_is_completed_to_the_same_bytes(tmp_path: Path) -> None:
    killed, resumed = check([Trial(DRAWS, change=change) for change in (9, 17, 22)], tmp_path)
    assert (killed, resumed) == (3, 3)


def test_a_killed_population_under_all_explanations(tmp_path: Path) -> None:
    killed, _ = check([Trial(TWO_SIDES, change=change) for change in (20, 40)], tmp_path)
    assert killed == 2


@pytest.mark.accept
def test_two_hundred_kills(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    trials = draw_trials(PEOPLE, 170, seed=2) + [
        Trial(DRAWS, change=1 + change % CHANGES_OF_DRAWS) for change in range(30)
    ]
    killed, resumed = check(trials, tmp_path)
    got = f"{killed} killed, the {resumed} that had begun resumed to the same bytes"
    record_property("figure", ("200 kills at random moments", "the bytes of a whole run", got))
    assert killed == 200
