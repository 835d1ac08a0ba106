"""Oracle: the folder of a run holds what was shown, whole or not at all, and nothing is lost."""

from __future__ import annotations

import errno
import hashlib
import json
import re
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import xarray

from brainmag.cli import main
from brainmag.engine import COMPILERS
from brainmag.files import write_whole
from brainmag.run_content import find_other_content
from brainmag.storage import check_directory

FILES = (
    "result.json",
    "trajectories.nc",
    "figure.svg",
    "figure.png",
    "request.json",
    "manifest.json",
)
RUN = ("simulate", "--product", "mgt", "--dose", "1 g", "--for", "2 days", "--uncertainty", "8")


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def fill_the_disk(*_: object, **__: object) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A run under all explanations, and beside it, as shown.json, what was shown."""
    place = tmp_path / "deep" / "run"
    assert main([*RUN, "--hypothesis", "all", "--json", "--out", str(place)]) == 0
    (tmp_path / "shown.json").write_text(capsys.readouterr().out, encoding="utf-8")
    return place


def test_the_folder_holds_what_was_shown(folder: Path) -> None:
    content = read_all(folder)
    assert set(content) == set(FILES)
    assert content["result.json"] == (folder.parent.parent / "shown.json").read_bytes()
    manifest = json.loads(content["manifest.json"])
    assert manifest["partial"] is False
    assert list(manifest["runs"]) == ["none", "mineral", "carrier"]
    for one in manifest["runs"].values():
        assert {"brainmag", "python", "numpy", "model", *COMPILERS} <= set(one)
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    assert manifest["files"] == {name: hashes[name] for name in FILES if name != "manifest.json"}
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_trajectories_end_where_the_document_does(folder: Path) -> None:
    document = json.loads((folder / "result.json").read_bytes())["by_hypothesis"]
    with xarray.open_dataset(folder / "trajectories.nc", engine="h5netcdf") as data:
        assert dict(data.sizes) == {"hypothesis": 3, "draw": 9, "time": data.time.size}
        assert data.time.attrs["units"] == "h"
        assert data.csf_mg.attrs["long_name"] == "CSF magnesium"
        assert "0 is the nominal subject" in data.draw.attrs["long_name"]
        assert (data.attrs["seed"], data.attrs["draws"]) == (1, 8)
        assert data.attrs["hypothesis"] == "none, mineral, carrier"
        person, taken = data.attrs["scenario"].splitlines()
        assert person.startswith("Person, female, 40 years")
        assert taken.startswith("Takes: magnesium L-threonate")
        assert float(data.time[-1]) == 48.0
        assert np.all(data.status == 1)
        for name, one in document.items():
            ends = data.sel(hypothesis=name).isel(time=-1)
            drawn = ends.isel(draw=slice(1, None))
            for observable in ("plasma_mg", "csf_mg", "ltp", "cognition"):
                entry = one["end"][observable]
                assert data[observable].attrs["units"] == entry["unit"]
                assert float(drawn[observable].median()) == pytest.approx(
                    entry["median"], rel=1e-6, abs=1e-7
                )


def test_the_figure_names_the_product_and_never_an_explanation_as_one(folder: Path) -> None:
    figure = (folder / "figure.svg").read_text(encoding="utf-8")
    assert "Takes: magnesium L-threonate" in figure
    assert not re.search(r"(none|mineral|carrier): magnesium", figure)


def test_an_earlier_run_gives_way_and_the_figures_follow(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_all(folder)
    assert main([*RUN, "--hypothesis", "carrier", "--out", str(folder)]) == 0
    after = read_all(folder)
    assert set(after) == set(FILES)
    assert list(json.loads(after["manifest.json"])["runs"]) == ["carrier"]
    assert all(before[name] != after[name] for name in FILES)
    assert str(folder) in capsys.readouterr().err


def test_a_full_disk_leaves_an_earlier_run_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = read_all(folder)
    monkeypatch.setattr("brainmag.report.figure.draw_chain", fill_the_disk)
    assert main([*RUN, "--out", str(folder)]) == 3
    told = capsys.readouterr()
    assert "Error [storage.run_not_written]: " in told.err
    assert "No space left on device" in told.err
    assert read_all(folder) == before


def test_a_full_disk_leaves_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("brainmag.report.figure.draw_chain", fill_the_disk)
    folder = tmp_path / "run"
    assert main([*RUN, "--out", str(folder)]) == 3
    assert "[storage.run_not_written]" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["unfinished"]
    assert (folder / "unfinished" / "request.json").is_file()
    assert find_other_content(folder) == ""


def test_checking_leaves_no_trace(tmp_path: Path) -> None:
    check_directory(tmp_path / "deep" / "deeper")
    check_directory(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_export_to_a_file_is_what_stdout_gets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "--format", "antimony", "--for", "1 day"]
    assert main(words) == 0
    shown = capsys.readouterr().out
    path = tmp_path / "model.ant"
    path.write_text("an older one", encoding="utf-8")
    assert main([*words, "--out", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == shown
    assert list(tmp_path.iterdir()) == [path]


def test_no_file_appears_beside_one_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    (tmp_path / "first").write_text("old", encoding="utf-8")
    writers = dict.fromkeys(("first", "second"), lambda path: path.write_text("new"))
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, writers)
    assert (tmp_path / "first").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]
