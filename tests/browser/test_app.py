"""Oracle: what a person at a browser sees, in Debian's chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from brainmag.app.pages.frame import LANGUAGES, NAMES
from brainmag.cli import main
from brainmag.locales import text
from brainmag.trials.library import load_trial
from browser.chromium import NEEDS_BROWSER, PATIENCE_MS, Server, Watched, open_browser, serve, watch

pytestmark = NEEDS_BROWSER
PHONE = 390
ARTICLES = Path(__file__).parents[1] / "frozen" / "articles"
# Few trials of one size: seconds, not minutes.
SMALL = "design=liu-2016&n=20&replicates=20&hypothesis=none"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    with serve(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Generator[Any]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def watched(browser: Any, server: Server) -> Generator[Watched]:
    with watch(browser, server) as watched:
        yield watched
        assert watched.complaints == []
        assert watched.abroad == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_works_for_everybody(watched: Watched, name: str, lang: str) -> None:
    watched.go(f"/{lang}/{name}")
    page = watched.page
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").count() == 1
    assert page.locator("nav a[aria-current=page]").count() == 1
    assert page.locator("#problem").is_hidden()
    watched.keep_picture(f"{name}-{lang}")
    found = Axe().run(page).response["violations"]
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("name", NAMES)
def test_pages_fit_a_phone(browser: Any, server: Server, name: str) -> None:
    with watch(browser, server, width=PHONE, height=800) as watched:
        watched.go(f"/nl/{name}")
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        watched.keep_picture(f"{name}-phone")
        assert wide <= PHONE
        assert watched.complaints == []


def read_chain(watched: Watched) -> list[str]:
    told: list[str] = watched.page.locator(".station .told").all_inner_texts()
    return told


def slide(watched: Watched, selector: str, value: float) -> None:
    watched.page.locator(selector).evaluate(
        "(field, value) => { field.value = value;"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }",
        value,
    )


def test_a_slider_moves_the_chain_and_the_address_gives_the_view_back(watched: Watched) -> None:
    watched.go("/en/explore")
    before = read_chain(watched)
    slide(watched, "#form-a input[name=dose]", 3)
    watched.settle()
    after = read_chain(watched)
    assert before != after
    assert "dose=3" in watched.page.url
    address = watched.page.url
    watched.page.goto(address)
    watched.settle()
    assert read_chain(watched) == after
    assert watched.page.url == address


def test_the_numbers_are_those_of_the_command_line(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.go(
        "/en/explore?who=human&age=70&sex=m&weight=80&diet_mg=250&weeks=2&hypothesis=carrier"
    )
    with watched.page.expect_download() as download:
        watched.page.locator("#all .files button").nth(1).click()
    told = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["a"]
    words = "--age 70 --sex m --weight 80 --diet-mg 250 --hypothesis carrier --seed 1 --json --for"
    assert main(["simulate", *words.split(), "2 weeks"]) == 0
    ours = json.loads(capsys.readouterr().out)
    assert told["end"] == ours["end"]


def test_a_station_opens_from_the_keyboard(watched: Watched) -> None:
    watched.go("/en/explore")
    station = watched.page.locator(".station[data-name=urine_mg]")
    station.focus()
    watched.page.keyboard.press("Enter")
    watched.settle()
    assert watched.page.locator("#observable").input_value() == "urine_mg"
    assert watched.page.locator("#course figcaption").inner_text().startswith("Magnesium in urine")
    assert watched.page.evaluate("document.activeElement.dataset.name") == "urine_mg"
    assert watched.page.locator("#course .plot svg").count() > 0


def test_another_language_shows_the_same_view_in_its_own_form(watched: Watched) -> None:
    watched.go("/en/explore?who=human&product=citrate&dose=2&weeks=4&open=plasma_mg")
    english = read_chain(watched)
    watched.page.locator("a[data-language][lang=nl]").click()
    watched.settle()
    assert watched.page.locator("html").get_attribute("lang") == "nl"
    assert "product=citrate" in watched.page.url
    swapped = str.maketrans({",": ".", ".": ","})
    assert read_chain(watched) == [one.translate(swapped) for one in english]


def test_data_can_be_kept(watched: Watched) -> None:
    watched.go("/nl/synapse")
    with watched.page.expect_download() as download:
        watched.page.locator("#voltage .files button").first.click()
    content = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "brainmag-block.csv"
    heads, first, *_ = content.splitlines()
    assert len(heads.split(",")) == len(first.split(",")) == 3
    assert re.fullmatch(r"-?[\d.]+,[\d.]+,[\d.e-]+", first)


def test_a_chart_has_its_data_as_a_table(watched: Watched) -> None:
    watched.go("/en/synapse")
    watched.page.locator("#dt details summary").click()
    rows = watched.page.locator("#dt .data tbody tr")
    rows.first.wait_for()
    assert rows.count() == 41


def test_the_article_with_traps_is_audited(watched: Watched) -> None:
    watched.go("/nl/claims")
    article = (ARTICLES / "threonaat.html").read_text(encoding="utf-8")
    watched.page.locator("textarea[name=text]").fill(article)
    watched.page.locator("#article button[type=submit]").click()
    watched.page.locator("#audited table").first.wait_for()
    told = watched.page.locator("#audited").inner_text().casefold()
    assert text("audit.remark.retracted", lang="nl").casefold() in told
    watched.keep_picture("audit-nl")


def test_hostile_words_stay_words(watched: Watched) -> None:
    watched.go("/en/claims")
    hostile = (
        "<script>document.title='taken'</script> MgT improves memory <img src=x onerror=alert(1)>."
    )
    watched.page.locator("textarea[name=text]").fill(hostile)
    watched.page.locator("#article button[type=submit]").click()
    watched.page.locator("#audited p").first.wait_for()
    assert watched.page.title() != "taken"
    assert watched.page.locator("#audited img, #audited script").count() == 0


def test_what_the_server_refuses_is_told(watched: Watched) -> None:
    watched.go(f"/en/trials?{SMALL}")
    watched.page.locator("#design-text").fill("[[trial]]\nvisits = 'never'\n")
    watched.page.locator("#asked button[type=submit]").click()
    watched.page.locator("#problem p").wait_for()
    assert "[[study]]" in watched.page.locator("#problem").inner_text()
    # The browser itself notes that an answer was no success.
    assert all("422" in one for one in watched.complaints)
    watched.complaints.clear()


def test_a_trial_is_run_and_told(watched: Watched) -> None:
    watched.go(f"/en/trials?{SMALL}")
    assert "liu" in watched.page.locator("#design-text").input_value().casefold()
    watched.page.locator("#asked button[type=submit]").click()
    watched.page.locator("#power .plot svg").first.wait_for()
    assert "job=" in watched.page.url
    with watched.page.expect_download() as download:
        watched.page.locator("#keep-design").click()
    assert "[[trial]]" in Path(download.value.path()).read_text(encoding="utf-8")
    report = watched.page.locator("#keep-report").get_attribute("href")
    watched.page.goto(watched.server.address + str(report))
    assert watched.page.locator("h1").count() == 1
    watched.keep_picture("trial-report")


def test_a_trial_can_be_cancelled(watched: Watched) -> None:
    watched.go("/en/trials?design=head-to-head&n=120,240&replicates=2000")
    watched.page.locator("#asked button[type=submit]").click()
    watched.page.locator("#cancel").click()
    expect(watched.page.locator("#state")).to_contain_text("Cancelled", timeout=PATIENCE_MS)
    assert watched.page.locator("#keep-result").is_hidden()


def test_a_trial_outlives_the_server(browser: Any, tmp_path: Path) -> None:
    with serve(tmp_path) as server, watch(browser, server) as watched:
        watched.go(f"/en/trials?{SMALL}")
        watched.page.locator("#asked button[type=submit]").click()
        watched.page.locator("#job").wait_for()
        server.kill()
        watched.page.locator("#problem p").wait_for()
        server.start()
        watched.page.locator("#power .plot svg").first.wait_for()
        assert watched.page.locator("#problem").is_hidden()


def test_the_form_writes_a_design_that_the_command_reads(watched: Watched, tmp_path: Path) -> None:
    watched.go("/en/trials")
    for number, kind in enumerate(("parallel", "crossover", "before-after")):
        watched.page.locator("select[name=kind]").select_option(kind)
        watched.page.locator("select[name=product_3]").select_option("citrate")
        written = tmp_path / f"own-{number}.toml"
        written.write_text(watched.page.locator("#design-text").input_value(), encoding="utf-8")
        assert load_trial(str(written)).study.design == kind
