"""What holds for every table and figure, whatever the numbers in it."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from brainmag.grades import count_grades
from brainmag.locales import load_catalogue, text
from brainmag.people.parameters import HYPOTHESES
from brainmag.report import frame
from brainmag.report.chain import group_by_hypothesis, read_panels
from brainmag.report.figure import draw_chain
from brainmag.report.numbers import PERCENT, format_change, format_value
from brainmag.report.rows import find_station, name_unit
from brainmag.report.series import draw_series
from brainmag.report.table import render_table
from brainmag.tables import read_table

ROWS = read_table("observables.tsv")
NAMES = [row["name"] for row in ROWS]
FROZEN = Path(__file__).parents[1] / "frozen" / "two_explanations.json"
BOTH: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
ONE: dict[str, Any] = BOTH["by_hypothesis"]["carrier"]
DRAWINGS = [draw_chain, draw_series]

finite = st.floats(min_value=-1e9, max_value=1e9)


@pytest.mark.parametrize("name", NAMES)
def test_every_observable_has_a_label_and_an_explanation_in_english(name: str) -> None:
    entry = load_catalogue("en", "observables")[name]
    assert entry["label"] == entry["label"].strip() != ""
    assert entry["explanation"].endswith(".")
    assert "\n" not in entry["explanation"]


def test_no_label_stands_for_two_observables_or_for_none() -> None:
    catalogue = load_catalogue("en", "observables")
    assert set(catalogue) == set(NAMES)
    assert len({entry["label"] for entry in catalogue.values()}) == len(NAMES)


def test_every_unit_station_and_explanation_has_a_name() -> None:
    for row in ROWS:
        assert row["unit"] == PERCENT or text(f"report.unit.{row['unit']}")
        assert text(f"report.station.{row['station']}")
    for name in HYPOTHESES:
        assert text(f"report.hypothesis.{name}")
        assert text(f"report.hypothesis_gloss.{name}")


@pytest.mark.parametrize("who", ["human", "culture"])
def test_every_graded_number_is_counted_at_one_station(who: str) -> None:
    names = [row["name"] for row in ROWS if who in row["preparations"].split(",")]
    stations = {find_station(name, who) for name in names}
    assert stations == set(count_grades(who))
    assert all(text(f"report.station.{station}") for station in stations)


def test_a_table_shows_each_station_its_own_grades() -> None:
    shown = re.findall(
        r"^(\S.*\S)   \[grades: (\d+) a, (\d+) b, (\d+) c\]$", render_table(ONE), re.MULTILINE
    )
    names = {text(f"report.station.{station}"): station for station in ONE["grades"]}
    assert len(shown) > 10
    for heading, *counts in shown:
        assert [int(count) for count in counts] == list(ONE["grades"][names[heading]].values())


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_partial_figure_says_on_what_it_rests(draw: Any, tmp_path: Path) -> None:
    svg, _ = draw({"": BOTH}, tmp_path / "figure")
    written = " ".join(re.findall(r">([^<]+)</text>", svg.read_text(encoding="utf-8")))
    finished = BOTH["by_hypothesis"]["carrier"]["draws"]["finished"]
    assert "PARTIAL" in written
    assert f"carrier, {finished} of 20 draws" in written
    assert "mineral, nothing" in written


@pytest.mark.parametrize("population", [{}, {"population": {"number": 9}}])
def test_a_figure_says_what_its_draws_rest_on(
    population: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("describe_subject", "describe_draws"):
        monkeypatch.setattr(frame, name, lambda *_: "")
    notes: list[str] = []
    for calibrated in (True, False):
        alone = ONE | population | {"calibrated": calibrated}
        found = frame.read_frame({"": alone}, {"carrier": {"": alone}}, 8.0, "chain", "en")
        notes.append(" ".join(found.note))
    assert "the published record could move" in notes[0]
    assert "parameter table alone" in notes[1]


def test_of_the_nominal_subject_no_interval_is_promised() -> None:
    alone = {**ONE, "draws": {"asked": 0, "finished": 0}, "partial": False}
    table = render_table(alone)
    assert "the nominal subject alone" in table
    assert "5 to 95" not in table.split("rel.:")[0]
    assert "1 draw, seed 7" in render_table({**alone, "draws": {"asked": 1, "finished": 1}})


@given(value=finite, unit=st.sampled_from(["mmol/L", "%", "z"]))
def test_a_written_number_is_the_number(value: float, unit: str) -> None:
    finest = {"%": 0.005, "z": 0.0005}.get(unit, 0.0)
    # Three significant digits, or no finer than the finest step; and a little for rounding itself.
    allowed = max(0.005 * abs(value), finest) * (1 + 1e-9)
    for written in (format_value(value, unit, "en"), format_change(value, unit, "en")):
        assert math.isclose(float(written), value, rel_tol=0.0, abs_tol=allowed)


@given(value=finite, unit=st.sampled_from(["mmol/L", "%", "z"]))
def test_a_change_has_a_sign_unless_it_reads_as_nothing(value: float, unit: str) -> None:
    written = format_change(value, unit, "en")
    assert (written[0] in "+-") == (float(written) != 0.0)


@pytest.mark.parametrize("document", [ONE, BOTH], ids=["single", "side by side"])
def test_no_number_in_the_table_stands_without_its_unit(document: dict[str, Any]) -> None:
    units = {name_unit(row["unit"], "en") for row in ROWS} | {"%"}
    labels = {entry["label"] for entry in load_catalogue("en", "observables").values()}
    seen = 0
    for line in render_table(document).splitlines():
        label = next((name for name in labels if line.startswith(f"  {name} ")), None)
        if label is None:
            continue
        # What is left without label, intervals and the lower end of a range: number, unit, ...
        rest = re.sub(r"\([^)]*\)|\S+ to ", "", line.removeprefix(f"  {label}")).split()
        assert len(rest) % 2 == 0
        for number, unit in zip(rest[::2], rest[1::2], strict=True):
            assert float(number) == float(number)
            assert unit in units
        seen += 1
    assert seen == len(ONE["end"])


def test_the_chain_in_a_figure_follows_the_chain_of_the_table() -> None:
    panels = read_panels(group_by_hypothesis({"": ONE}), "en")
    names = [station.name for panel in panels for station in panel.stations]
    assert names.index("Gut") < names.index("Blood") < names.index("Kidney") < names.index("CSF")
    assert names.index("Terminals") < names.index("Plasticity") < names.index("Cognition")
    (blood,) = (station for station in panels[0].stations if station.name == "Blood")
    end = ONE["end"]["plasma_mg"]
    assert [mark.median for mark in blood.marks["carrier"]] == [end["change_percent"]]


@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize(
    "documents", [{"": ONE}, {"MgT": BOTH, "again": BOTH}], ids=["single", "side by side"]
)
def test_the_same_document_gives_the_same_figure_to_the_byte(
    draw: Any, documents: dict[str, Any], tmp_path: Path
) -> None:
    stems = [tmp_path / "first.1", tmp_path / "second"]
    written = [draw(documents, stem) for stem in stems]
    assert [[path.name for path in pair] for pair in written] == [
        ["first.1.svg", "first.1.png"],
        ["second.svg", "second.png"],
    ]
    for first, second in zip(*written, strict=True):
        assert first.read_bytes() == second.read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_figure_that_fails_leaves_nothing_and_spoils_nothing(
    draw: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figure.svg").write_text("earlier")
    save = Figure.savefig

    def save_svg_alone(self: Figure, path: Path, **options: Any) -> None:
        if options["format"] == "png":
            raise OSError("no space left")
        save(self, path, **options)

    monkeypatch.setattr(Figure, "savefig", save_svg_alone)
    with pytest.raises(OSError, match="no space left"):
        draw({"": ONE}, tmp_path / "figure")
    assert [path.name for path in tmp_path.iterdir()] == ["figure.svg"]
    assert (tmp_path / "figure.svg").read_text() == "earlier"


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_figure_of_nothing_is_refused(draw: Any, tmp_path: Path) -> None:
    document = {key: part for key, part in ONE.items() if key not in ("end", "series")}
    with pytest.raises(ValueError, match="no document holds"):
        draw({"": document}, tmp_path / "figure")
    assert not list(tmp_path.iterdir())
