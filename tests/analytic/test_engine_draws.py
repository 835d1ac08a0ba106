"""Oracle: the known answers of the generator's authors, and the uniform distribution."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from brainmag.engine import draw_uniform
from brainmag.engine.draws import philox


# Known-answer vectors published with the generator, doi:10.1145/2063384.2063405.
@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ([0] * 4, (0, 0), [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([0xFFFFFFFF] * 4, (0xFFFFFFFF,) * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            (0xA4093822, 0x299F31D0),
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_known_answers(counter: list[int], key: tuple[int, int], answer: list[int]) -> None:
    assert philox(np.array(counter, dtype=np.uint64), key).tolist() == answer


def test_draws_are_uniform_and_uncorrelated() -> None:
    draws = draw_uniform(1, np.arange(20_000), ["a", "b", "c"])
    assert draws.min() > 0.0
    assert draws.max() < 1.0
    for column in draws.T:
        assert stats.kstest(column, "uniform").pvalue > 1e-4
    correlation = np.corrcoef(draws.T)
    assert np.abs(correlation - np.eye(3)).max() < 0.03
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.03


def test_a_draw_depends_on_seed_subject_and_name_alone() -> None:
    whole = draw_uniform(5, np.arange(100), ["a", "b", "c"])
    part = draw_uniform(5, [70, 3], ["c", "a"])
    assert part.tolist() == whole[[70, 3]][:, [2, 0]].tolist()
    assert not np.any(draw_uniform(6, np.arange(100), ["a"]) == whole[:, :1])
    assert not np.any(draw_uniform(5 + 2**40, np.arange(100), ["a"]) == whole[:, :1])
    assert draw_uniform(5, [2**40], ["a"]).tolist() != draw_uniform(5, [0], ["a"]).tolist()
    assert draw_uniform(5, [], ["a"]).shape == (0, 1)
