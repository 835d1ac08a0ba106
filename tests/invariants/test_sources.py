"""The list of sources is complete and well formed, and every table refers to it."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import get_args

import pytest

from brainmag.errors import InputError
from brainmag.sources import Grade, Kind, Read, Source, cite, find_source, load_sources
from brainmag.tables import read_table

SOURCES = load_sources()
# What holds by definition or by an international table has nothing to be read more closely.
BY_DEFINITION = {"convention", "constants"}
WITHOUT_PUBLICATION = {"assumption", "derivation"}
REQUIRED_TEXTS = ("title", "authors", "kind", "species", "ties", "read", "grade", "says")
TABLES = sorted(
    entry.name for entry in files("brainmag.biology").iterdir() if entry.name.endswith(".tsv")
)


def list_sourced_rows(table: str) -> list[dict[str, str]]:
    return [row for row in read_table(table) if row.get("source")]


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_source_has_the_fields_a_reader_needs(source: Source) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source.key)
    for field in REQUIRED_TEXTS:
        text = getattr(source, field)
        assert text, field
        assert text == text.strip(), field
    assert source.kind in get_args(Kind)
    assert source.read in get_args(Read)
    assert source.grade in get_args(Grade)
    assert source.year is None or 1900 <= source.year <= 2026


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_identifiers_are_well_formed(source: Source) -> None:
    assert re.fullmatch(r"(10\.\d{4,9}/\S+)?", source.doi)
    assert re.fullmatch(r"(\d{5,8})?", source.pmid)
    assert re.fullmatch(r"(PMC\d{5,8})?", source.pmcid)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_grade_agrees_with_what_was_read(source: Source) -> None:
    if source.kind in BY_DEFINITION:
        assert source.grade == "a"
    elif source.kind in WITHOUT_PUBLICATION or source.read == "recalled":
        assert source.grade == "c"
    elif source.read == "secondary page":
        assert source.grade == "b"
    else:
        assert source.grade in ("a", "b")


@pytest.mark.parametrize("identifier", ["doi", "pmid", "pmcid"])
def test_no_publication_stands_twice(identifier: str) -> None:
    given = [getattr(source, identifier).casefold() for source in SOURCES.values()]
    known = [value for value in given if value]
    assert len(known) == len(set(known))


def test_a_retracted_source_says_how_and_no_other_does() -> None:
    for source in SOURCES.values():
        assert source.retracted == bool(source.retraction_note)
    assert {key for key, source in SOURCES.items() if source.retracted} == {"li-2013"}


def test_the_file_holds_no_web_address() -> None:
    text = files("brainmag.sources").joinpath("publications.toml").read_text(encoding="utf-8")
    assert "http" not in text
    assert "www." not in text
    assert len(tomllib.loads(text)) == len(SOURCES)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_refers_to_known_sources(table: str) -> None:
    referred = {row["source"] for row in list_sourced_rows(table)}
    assert sorted(referred - set(SOURCES)) == []


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_graded_better_than_its_source(table: str) -> None:
    better = [
        row
        for row in list_sourced_rows(table)
        if row["source"] in SOURCES and row.get("grade", "c") < SOURCES[row["source"]].grade
    ]
    assert better == []


def test_a_citation_is_one_line_with_the_identifier() -> None:
    for key, source in SOURCES.items():
        line = cite(key)
        assert "\n" not in line
        assert source.authors in line
        assert (source.doi or source.pmid or source.pmcid) in line
    assert cite("li-2013").endswith("Retracted.")
    assert "(undated)" in cite("borowik")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("fine-1919", "Did you mean 'fine-1991'?"),
        ("zzzzzzzz", "such as 'fine-1991'"),
    ],
)
def test_an_unknown_key_is_answered_with_what_to_do(given: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        find_source(given)
    message = str(caught.value)
    assert repr(given) in message
    assert str(len(SOURCES)) in message
    assert expected in message
