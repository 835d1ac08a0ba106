"""What holds of every report, whatever its numbers are: one whole page, and a PDF of the same."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from brainmag.cli import main
from brainmag.commands.report import ReportOptions, describe_report
from brainmag.report import pdf
from brainmag.report.claims_table import write_prediction
from brainmag.report.credibility import read_accepted
from brainmag.report.pdf import print_page, write_html, write_pdf
from brainmag.report.reports import build_report
from brainmag.report.rows import write_change
from brainmag.report.trial_figure import keep_trial as keep_figures
from invariants.source_tree import ROOT
from problems.reports import (
    Elements,
    keep_calibration,
    keep_run,
    keep_trial,
    read_run,
    run_small_trial,
)

KINDS = ("claims", "run", "trial", "calibration")
LANGUAGES = ("en", "nl")
DOI = "https" + "://doi.org/"
POINT = re.compile(r"(?<![\w.])[0-9]+\.[0-9]+(?![\w.])")
ENGLISH = re.compile(r"(?<![-\w])(?:the|and|with|from|which|to|than|what)(?![-\w])")
HOSTILE = '<script>alert("1")</script>&'
Home = Callable[[str], Path | None]
Write = Callable[[str, str], tuple[dict[str, Any], str]]


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Give the folder of each kind, made once."""
    place = tmp_path_factory.mktemp("reported")

    @cache
    def make(kind: str) -> Path | None:
        if kind == "run":
            return keep_run(place / kind, read_run())
        if kind == "trial":
            return keep_trial(place / kind, json.loads(run_small_trial()))
        return keep_calibration(place / kind) if kind == "calibration" else None

    return make


@pytest.fixture(scope="module")
def write(homes: Home) -> Write:
    """Give the document and the page of each kind in each language, made once."""

    @cache
    def make(kind: str, lang: str) -> tuple[dict[str, Any], str]:
        document = describe(homes, kind, lang)
        return document, write_html(build_report(document, lang=lang), lang=lang)

    return make


def describe(homes: Home, kind: str, lang: str) -> dict[str, Any]:
    home = homes(kind)
    options = ReportOptions(None if home is None else str(home), claims=home is None)
    return describe_report(options, lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_whole_and_needs_nothing_else(write: Write, kind: str, lang: str) -> None:
    _, page = write(kind, lang)
    read = Elements(page)
    assert read.faults == []
    assert read.found[0][1]["lang"] == lang
    assert len(read.list_words("h1")) == 1
    levels = [int(tag[1]) for tag, _, _ in read.found if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = read.list_values("id")
    assert len(names) == len(set(names))
    assert {"script", "img", "link", "iframe"}.isdisjoint(tag for tag, _, _ in read.found)
    leads = read.list_values("href", "src", "xlink:href")
    assert [one for one in leads if not one.startswith(("#", DOI))] == []
    assert {one[1:] for one in leads if one.startswith("#")} <= set(names)
    assert "url(http" not in page
    tables = page.split("<table")[1:]
    assert tables
    assert all('scope="col"' in one and 'scope="row"' in one for one in tables)


@pytest.mark.parametrize("kind", KINDS)
def test_dutch_pages_are_dutch(write: Write, kind: str) -> None:
    read = Elements(write(kind, "nl")[1])
    heads = read.list_words("h1", "h2", "h3", "caption")
    heads += [
        "".join(words) for tag, told, words in read.found if tag == "th" if told["scope"] == "col"
    ]
    assert [head for head in heads if ENGLISH.search(head)] == []
    shown = [cell for cell in read.list_words("td") if "doi:" not in cell]
    # Versions, and titles of publications, have points of their own.
    if kind != "claims":
        assert not any(POINT.search(cell) for cell in shown if "%" in cell)
    assert any(re.search(r"\d,\d", cell) for cell in shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_tells_the_numbers_of_its_document(write: Write, lang: str) -> None:
    document, page = write("run", lang)
    cells = set(Elements(page).list_words("td"))
    for one in document["result"]["by_hypothesis"].values():
        for entry in one["end"].values():
            median, unit, spread = write_change(entry, lang)
            assert f"{median} {unit} {spread}".rstrip() in cells


@pytest.mark.parametrize("lang", LANGUAGES)
def test_claims_tell_the_numbers_of_their_document(write: Write, lang: str) -> None:
    document, page = write("claims", lang)
    cells = set(Elements(page).list_words("td"))
    assert len(document["claims"]) == 15
    for one in document["claims"]:
        assert write_prediction(one["prediction"], lang) in cells
        assert {source["says"] for source in one["sources"]} <= cells
        assert {judged["reason"] for judged in one["judgements"]} <= cells


def test_words_of_a_folder_are_words(tmp_path: Path) -> None:
    trial = json.loads(run_small_trial())
    trial["trial"]["name"] = HOSTILE
    trial["trial"]["plan"][HOSTILE] = HOSTILE
    trial["trial"]["endpoints"][0]["basis"] = HOSTILE
    run = read_run()
    one = run["by_hypothesis"]["carrier"]
    one["warnings"] = [{"code": "mine", "text": HOSTILE}]
    one["subject"]["conditions"] = [HOSTILE]
    homes = (
        keep_trial(tmp_path / "<b>trial", {"trials": [trial, trial]}),
        keep_run(tmp_path / "<b>run", run),
    )
    for home in homes:
        document = describe_report(ReportOptions(str(home)), lang="en")
        page = write_html(build_report(document, lang="en"), lang="en")
        read = Elements(page)
        assert read.faults == []
        assert not {"script", "b"} & {tag for tag, _, _ in read.found}
        assert len(read.list_values("id")) == len(set(read.list_values("id")))
        assert HOSTILE in "".join(read.list_words("body"))


def test_names_of_a_design_are_no_formulas(tmp_path: Path) -> None:
    told, formula = run_small_trial(), "$\\frac{$"
    endpoint = json.loads(told)["trial"]["endpoints"][0]["id"]
    trial = json.loads(told.replace(json.dumps(endpoint), json.dumps(formula)))
    home = keep_trial(tmp_path / "trial", trial)
    page = build_report(describe_report(ReportOptions(str(home)), lang="en"), lang="en")
    assert formula in write_html(page, lang="en")
    keep_figures(trial, tmp_path / "figures", lang="en")
    assert formula in (tmp_path / "figures" / "course.svg").read_text(encoding="utf-8")


def test_a_pdf_is_the_same_every_time_and_has_pages(homes: Home) -> None:
    page = build_report(describe(homes, "claims", "nl"), lang="nl")
    first = write_pdf(page, lang="nl")
    assert first.startswith(b"%PDF-")
    assert first == write_pdf(page, lang="nl")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", first, re.DOTALL)
    inside = b"".join(map(zlib.decompress, streams))
    assert len(re.findall(rb"/Type\s*/Page\b", inside)) > 10
    assert b"/ToUnicode" in inside
    assert re.search(rb"/(CreationDate|ModDate)", first + inside) is None


def test_equations_stand_in_a_pdf(homes: Home) -> None:
    document = describe(homes, "run", "en")
    document["model"]["stations"] = document["model"]["stations"][:1]
    page = build_report(document, lang="en")
    drawn: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "print_page", lambda html: drawn.append(html) or b"")
        write_pdf(page, lang="en")
    assert "<math" not in drawn[0]
    assert drawn[0].count('<div class="equation"') == drawn[0].count('<svg role="img"') - 2
    names = Elements(drawn[0]).list_values("id")
    assert len(names) == len(set(names))
    assert print_page(drawn[0]).startswith(b"%PDF-")


def test_a_pdf_fetches_nothing() -> None:
    fetcher = pdf._build_fetcher()
    for url in ("http" + "://x.org/a.png", "file:///etc/passwd", "data:,x", "letters:../x.ttf"):
        with pytest.raises(ValueError, match=re.escape(url)):
            fetcher.fetch(url)
    assert fetcher.fetch("letters:DejaVuSans.ttf").read(4)


def test_the_command_writes_both_or_its_document(
    homes: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pdf, "print_page", lambda _: b"%PDF-")
    assert main(["report", str(homes("run")), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == json.loads(json.dumps(describe(homes, "run", "en")))
    assert main(["report", "--claims", "--lang", "nl", "--out", "to/mine"]) == 0
    made = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert made == ["run-report.html", "run-report.pdf", "to/mine.html", "to/mine.pdf"]
    assert '<html lang="nl">' in (tmp_path / "to/mine.html").read_text(encoding="utf-8")


def test_what_is_stated_stands_on_the_page_it_is_from() -> None:
    for fact in read_accepted().values():
        place = ROOT / fact["place"]
        if place.suffix != ".md":
            continue
        page = place.read_text(encoding="utf-8")
        for key, value in fact.items():
            told = str(float(value)).rstrip("0").rstrip(".") if value == "5.00" else value
            if key not in ("date", "place"):
                assert told in page, (fact["place"], key)


@pytest.mark.accept
def test_what_is_stated_of_carrier_alone_follows_from_its_runs() -> None:
    from brainmag.inference.calibrate import set_problem  # noqa: PLC0415
    from brainmag.inference.calibration_report import check_calibration  # noqa: PLC0415
    from brainmag.inference.posterior import load_pool, weigh_pool, weigh_prior  # noqa: PLC0415
    from brainmag.record import list_figures  # noqa: PLC0415

    pool, problem = load_pool("carrier"), set_problem("carrier", list_figures())
    found = check_calibration(
        problem.figures, weigh_prior(pool), weigh_pool(pool, problem.evidence), problem.evidence
    )["validation"]
    fact = read_accepted()["alone"]
    assert f"{found['log_score_before']:.3f}" == fact["before"]
    assert f"{found['log_score_after']:.3f}" == fact["after"]
