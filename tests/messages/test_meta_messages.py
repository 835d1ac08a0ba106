"""Oracle: how errors read. What cannot be pooled is said by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from brainmag.cli import main

CALLS = {
    "nearly": (["meta", "cognitoin"], "meta.unknown_outcome", "Did you mean 'cognition'?"),
    "far off": (["meta", "xyzzyx"], "meta.unknown_outcome", "Outcomes: cognition, sleep"),
    "nothing to keep": (["meta", "--out", "here"], "cli.goes_with", "--out here"),
    "two outcomes": (["meta", "crp", "sleep"], "cli.unexpected_argument", "'sleep'"),
    "no language": (["meta", "crp", "--lang", "xx"], "cli.unknown_choice", "'xx'"),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_used_is_refused(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words, code, said = CALLS[name]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert said in told
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "file"
    place.write_text("mine", encoding="utf-8")
    assert main(["meta", "crp", "--out", str(place)]) == 2
    assert "[storage.unwritable]" in capsys.readouterr().err
    assert place.read_text(encoding="utf-8") == "mine"


def test_one_and_two_trials_are_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["meta", "crp"])
    assert "One trial: nothing is pooled" in capsys.readouterr().out
    main(["meta", "cognition"])
    told = capsys.readouterr().out
    assert "one degree of freedom" in told
    assert "p alone" in told
