"""Oracle: how soon a page follows a slider, in a real browser. Run by `make accept` alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from browser.chromium import NEEDS_BROWSER, open_browser, serve, watch

pytestmark = [NEEDS_BROWSER, pytest.mark.accept]
MOVES = {
    "dose": [0.5, 0.7, 1.2, 1.5, 2.0, 2.5, 3.0, 0.9, 0.4, 1.1, 1.3, 1.7, 2.2, 2.8, 0.6, 1.9],
    "age": [60, 61, 62, 63, 64, 66, 70, 75, 50, 45, 44, 55],
}
LONGEST = {"dose": 0.3, "age": None}


@pytest.mark.parametrize("slider", MOVES)
def test_a_slider_redraws_at_once(
    slider: str, tmp_path: Path, record_property: Callable[[str, Any], None]
) -> None:
    with serve(tmp_path) as server, open_browser() as browser, watch(browser, server) as watched:
        watched.go("/en/explore")
        page = watched.page
        page.wait_for_timeout(1000)
        page.evaluate("performance.clearMeasures()")
        for value in MOVES[slider]:
            page.locator(f"#form-a input[name={slider}]").evaluate(
                "(field, value) => { field.value = value;"
                " field.dispatchEvent(new Event('input', {bubbles: true})); }",
                value,
            )
            page.wait_for_timeout(600)
            watched.settle()
        taken = page.evaluate("performance.getEntriesByName('redraw').map((one) => one.duration)")
    middle = median(taken) / 1000
    aim = LONGEST[slider]
    record_property(
        "figure",
        (
            f"slider {slider} to chart, 200 draws, 12 weeks: median of {len(taken)} moves",
            "" if aim is None else f"<= {aim} s",
            f"{middle:.2f} s",
        ),
    )
    assert len(taken) >= len(MOVES[slider])
    assert aim is None or middle <= aim
