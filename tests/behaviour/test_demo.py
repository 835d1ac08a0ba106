"""The demonstration does the main job: three scenarios, three explanations, table and figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brainmag.cli import demo
from brainmag.locales import load_catalogue
from brainmag.people.parameters import HYPOTHESES

FILES = {"table.txt", "result.json", "chain.svg", "chain.png", "series.svg", "series.png"}
run_case = demo.run_case


@pytest.fixture
def with_few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "run_case", lambda: run_case(draws=2, seed=3))


@pytest.mark.usefixtures("with_few_draws")
def test_it_prints_and_writes_the_case_and_does_so_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [tmp_path / "one", tmp_path / "deep" / "two"]
    assert [demo.main(["--out", str(folder)]) for folder in folders] == [0, 0]
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == FILES
    for name in FILES:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    table = (folders[0] / "table.txt").read_text(encoding="utf-8")
    assert table in capsys.readouterr().out
    labels = load_catalogue("en", "observables")
    for name in demo.OBSERVABLES:
        assert f"\n{labels[name]['label']} " in table
    for word in (*HYPOTHESES, "MgT", "citrate", "nothing", "grades", "What this says"):
        assert word in table


@pytest.mark.usefixtures("with_few_draws")
def test_the_two_salts_hold_the_same_magnesium_and_nothing_holds_none(tmp_path: Path) -> None:
    assert demo.main(["--out", str(tmp_path)]) == 0
    document = json.loads((tmp_path / "result.json").read_bytes())
    given = {
        name: one["by_hypothesis"]["none"]["intake"]["totals_mmol"]
        for name, one in document["scenarios"].items()
    }
    assert given["MgT"]["product_magnesium"] == given["citrate"]["product_magnesium"]
    assert given["MgT"]["threonate"] == 2 * given["MgT"]["product_magnesium"]
    assert given["nothing"]["product_magnesium"] == 0.0
    differences = document["contrasts"]["MgT against citrate"]["mineral"]
    moved = {name for name, entry in differences.items() if abs(entry["median"]) > 1e-3}
    assert moved == {"plasma_threonate", "csf_threonate"}


def test_a_folder_that_cannot_be_is_refused_before_anything_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "run_case", lambda: pytest.fail("ran"))
    (tmp_path / "file").write_text("in the way")
    assert demo.main(["--out", str(tmp_path / "file" / "folder")]) == 2
    assert "storage.unwritable" in capsys.readouterr().err


def test_an_interrupted_demonstration_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run_case", interrupt)
    assert demo.main(["--out", str(tmp_path)]) == 3
    assert not list(tmp_path.iterdir())
    assert "cli.interrupted" in capsys.readouterr().err
