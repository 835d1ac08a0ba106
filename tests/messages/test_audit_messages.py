"""Oracle: how errors read. What cannot be audited is said by name, and nothing is written."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from threading import Thread

import pytest

from brainmag.cli import main

CONTENTS = {
    "empty": (b"", "audit.empty", "no text"),
    "blank": (b" \n\n ", "audit.empty", "no text"),
    "script alone": (b"<html><script>fill()</script></html>", "audit.empty", "in a browser"),
    "binary": (bytes(range(256)) * 8, "audit.not_text", "windows-1252 was tried"),
    "zeros": (b"\0" * 400, "audit.not_text", "UTF-8"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "audit.no_text", "PDF"),
    "word": (b"PK\x03\x04rest", "audit.no_text", "DOCX"),
    "torn": ("MgT verbetert".encode("utf-16")[:-1], "audit.not_text", "utf-16"),
    "large": (b"x" * 50_000_000, "audit.too_large", "5 MB"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_what_is_no_article_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, code, said = CONTENTS[name]
    file, out = tmp_path / "article", tmp_path / "out"
    file.write_bytes(content)
    assert main(["audit", str(file), "--out", str(out)]) == 2
    told = capsys.readouterr()
    assert f"[{code}]" in told.err
    assert said in told.err
    assert told.out == ""
    assert not out.exists() or not list(out.iterdir())


CALLS = {
    "nothing": (["audit"], "audit.article_missing", "standard input"),
    "folder": (["audit", "."], "audit.unreadable", "directory"),
    "nowhere": (["audit", "none.txt"], "audit.unreadable", "'none.txt'"),
    "no path": (["audit", "a\0b"], "audit.unreadable", "text, Markdown or HTML"),
    "endless": (["audit", "/dev/zero"], "audit.too_large", "does not end"),
    "language": (["audit", "x", "--lang", "xx"], "cli.unknown_choice", "'xx'"),
    "two": (["audit", "a", "b"], "cli.unexpected_argument", "'b'"),
}


@pytest.mark.parametrize("name", CALLS)
def test_what_cannot_be_read_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words, code, said = CALLS[name]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert said in told


@pytest.mark.parametrize("place", ["nowhere", "file:///etc/hostname", "ftp:x", "http:\x2f\x2f["])
def test_a_service_is_an_address(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "article"
    file.write_text("MgT (PMID 1)", encoding="utf-8")
    monkeypatch.setenv("BRAINMAG_PUBMED", place)
    assert main(["audit", str(file), "--online"]) == 2
    assert "[audit.not_an_address]" in capsys.readouterr().err


def test_errors_speak_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "niets.txt", "--lang", "nl"]) == 2
    assert "is niet te lezen" in capsys.readouterr().err


def test_standard_input_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"The MgT improves memory.")))
    assert main(["audit", "-"]) == 0
    assert "C10" in capsys.readouterr().out


def test_a_pipe_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(b"The MgT improves memory.",))
    writer.start()
    assert main(["audit", str(pipe)]) == 0
    writer.join()
    assert "C10" in capsys.readouterr().out


def test_a_folder_that_is_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "file"
    place.write_text("MgT", encoding="utf-8")
    assert main(["audit", str(place), "--out", str(place)]) == 2
    assert "[storage.unwritable]" in capsys.readouterr().err
    assert place.read_text(encoding="utf-8") == "MgT"
