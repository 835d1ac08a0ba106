"""What holds of every table, page and drawing of the record, whatever its numbers are."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

from rich.console import Console

from brainmag.inference.compare import read_comparison
from brainmag.inference.reproduce import choose_figures, reproduce
from brainmag.report.compare_table import (
    draw_experiment_table,
    list_case_rows,
    list_deciding_rows,
    list_experiment_remarks,
)
from brainmag.report.record_figure import has_ratio, list_numbers, render_studies
from brainmag.report.record_page import find_folds, render_record_page
from brainmag.report.record_table import (
    draw_record_table,
    list_record_remarks,
    write_row,
    write_verdict,
)

STUDIES = ["liu-2016", "fine-1991", "ajayi-2013"]


@cache
def run() -> dict[str, Any]:
    """A few studies: numbers and directions, a maker's and another's, a level and a change."""
    return reproduce(choose_figures(STUDIES), draws=3)


def read_text(svg: str) -> str:
    return " ".join(re.findall(r">([^<]+)</text>", svg))


def test_numbers_and_directions_add_up() -> None:
    for role in ("calibration", "validation"):
        found = run()["summary"][role]
        for part in ("inside", "figures", "expected"):
            assert found["numbers"][part] + found["directions"][part] == found[part]


def test_what_a_study_has_none_of_is_not_counted() -> None:
    figures = [figure for figure in run()["figures"] if figure["study"] == "ajayi-2013"]
    none = {"inside": 0, "expected": 0.0, "figures": 0}
    empty = none | {"numbers": none, "directions": none}
    one = {"inside": 0, "expected": 0.9, "figures": 1}
    summary = {
        "calibration": empty,
        "validation": one | {"numbers": one, "directions": none},
        "not_comparable": {"figures": 0, "of": 1},
    }
    written = "\n".join(list_record_remarks(run() | {"figures": figures, "summary": summary}, "en"))
    assert "0 of 1 numbers" in written
    assert "of 0" not in written
    assert "directions (" not in written


def test_the_model_alone_stands_beside_what_holds_the_bias() -> None:
    (row,) = [one for one in run()["figures"] if one["figure"] == "composite"]
    for name in ("none", "mineral"):
        told = row["predicted"][name]
        assert abs(told["model"]) < 0.05 < told["median"]
    cells = write_row(row, "en")
    assert cells[4:6] == ["z", "a *"]
    assert any(remark.startswith("* ") for remark in list_record_remarks(run(), "en"))
    assert "model alone" in read_text(render_studies(run(), "en")["liu-2016"])


def test_a_verdict_names_who_has_the_other_one() -> None:
    own = {"none": {"verdict": "inside"}, "carrier": {"verdict": "outside"}}
    row = {"verdict": "outside", "predicted": own}
    assert write_verdict(row, "en") == "outside (under none: inside)"
    assert write_verdict({"verdict": "inside", "predicted": own}, "en").endswith(
        "carrier: outside)"
    )


def test_a_name_of_a_figure_is_never_cut() -> None:
    console = Console(width=160)
    with console.capture() as caught:
        console.print(draw_record_table(run(), "en"))
    for row in run()["figures"]:
        assert f"{row['study']}/{row['figure']}" in caught.get()


def test_folds_are_told_of_what_has_a_ratio() -> None:
    rows = list_numbers(run()["figures"])
    assert {row["measure"] for row in rows if has_ratio(row)} == {"share"}
    found = find_folds(run()["figures"])
    assert sum(one["numbers"] + one["left_out"] for one in found) == len(rows)
    assert [one["gmfe"] for one in found if one["level"] == "cognition"] == [None]
    page = render_record_page(run(), released={}, lang="en")
    assert "Grades of what was published" in page


def test_a_document_says_what_it_was_made_of() -> None:
    assert set(run()["models"]) == {"human"}
    assert run()["brainmag"]
    assert set(read_comparison()["pools"]) == set(run()["weights"])


def test_a_drawing_explains_itself() -> None:
    written = read_text(render_studies(run(), "en")["liu-2016"])
    for part in ("95 % interval", "5th to 95th percentile", "where a direction puts it", "maker"):
        assert part in written
    assert "calibration, grade a *" in written


def test_the_ways_that_are_shown_move_the_weights() -> None:
    document = read_comparison()
    _, plain, *others = [row[1:4] for row in list_case_rows(document, "en")]
    assert others
    assert plain not in others
    every = list_case_rows(document, "en", every=True)
    assert {row[0] for row in every} > {row[0] for row in list_case_rows(document, "en")}


def test_a_deciding_figure_speaks_for_one_and_against_another() -> None:
    document = read_comparison()
    sizes = [one["moved"] for one in document["deciding"]]
    assert all(first >= second >= 0.0 for first, second in pairwise(sizes))
    base = document["cases"][0]["log_evidence"]
    without = {case["name"]: case["log_evidence"] for case in document["cases"]}
    for one in document["deciding"]:
        gained = without[one["figure"]]
        change = {name: gained[name] - base[name] for name in base}
        assert change[one["for"]] <= change[one["against"]]
    assert len(list_deciding_rows(document, "en")) == 9


def test_what_is_decided_already_is_not_told_as_nothing() -> None:
    row = {"experiment": "human-csf", "size": 40, "hours": 2016.0, "foreseen": []}
    row |= {"information": 0.0, "decides": 1.0}
    row |= {"information_from_equal": 0.5, "decides_from_equal": 0.2}
    document = {"experiments": [row], "draws": 2, "odds": 10.0}
    document["weights"] = {"none": 0.0001, "carrier": 0.9999}
    for decided, columns in ((True, 5), (False, 7)):
        one = document | {"decided": decided}
        assert len(draw_experiment_table(one, "en").columns) == columns
        assert len(list_experiment_remarks(one, "en")) == 1 + decided
