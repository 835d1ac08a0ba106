"""Oracle: invariants of the pages as the server sends them, before any script runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from brainmag.app.pages.assets import find_asset_folder, read_assets
from brainmag.app.pages.frame import LANGUAGES, NAMES
from brainmag.app.pages.model import list_numbers, search_numbers
from brainmag.app.settings import Settings
from brainmag.locales import text
from invariants.serving import serve

HOSTILE = "\"><script>alert(1)</script>{{7*7}}' onload='"
VOID = {"link", "meta", "input", "img", "br", "hr"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serve(Settings(tmp_path_factory.mktemp("data"))) as client:
        yield client


class Outline(HTMLParser):
    """Reads which elements stand open, and ids, links and labels."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.sources: list[str] = []
        self.handlers: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script":
            self.scripts.append(given)
        self.sources += [str(given[key]) for key in ("src", "href") if given.get(key)]
        self.handlers += [key for key in given if key.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_pages_are_whole(client: httpx.Client, name: str, lang: str) -> None:
    answer = client.get(f"/{lang}/{name}")
    assert answer.status_code == 200
    page = Outline(answer.text)
    assert page.open == page.crossed == []
    assert len(page.ids) == len(set(page.ids))
    assert page.headings.count(1) == 1
    # No level is left out on the way down.
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert page.handlers == []
    # What is in a page is data; what is run comes from a file.
    assert all(one.get("src") or one["type"] == "application/json" for one in page.scripts)
    assert [one for one in page.sources if "//" in one and "doi.org" not in one] == []
    told = json.loads(answer.text.split('id="page">', 1)[1].split("</script>", 1)[0])
    assert told["lang"] == lang
    assert text("pages.frame.notice", lang=lang).split(".")[0] in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_loads_is_there(client: httpx.Client, name: str) -> None:
    page = Outline(client.get(f"/en/{name}").text)
    loaded = [one for one in page.sources if one.startswith("/static/")]
    assert len(loaded) >= 3
    for address in loaded:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_links_between_pages_lead_somewhere(client: httpx.Client) -> None:
    for name in NAMES:
        page = Outline(client.get(f"/nl/{name}").text)
        for address in {one for one in page.sources if one.startswith("/nl/")}:
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("name", NAMES)
def test_hostile_addresses_stay_words(client: httpx.Client, name: str) -> None:
    keys = ("station", "search", "study", "claim", "case", "design", "product", "lang", "job")
    answer = client.get(f"/en/{name}", params=dict.fromkeys(keys, HOSTILE))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "{{7*7}}" in answer.text or "49" not in re.findall(r">(49)<", answer.text)


def test_a_language_switch_keeps_the_view(client: httpx.Client) -> None:
    page = Outline(client.get("/en/explore?age=70&product=mgt").text)
    assert "/nl/explore?age=70&product=mgt" in page.sources


def test_the_start_leads_to_the_language_asked_for(client: httpx.Client) -> None:
    answer = client.get("/", headers={"Accept-Language": "nl-BE,en;q=0.5"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/nl/explore")


@pytest.mark.parametrize(
    "address",
    [
        "/fr/explore",
        "/en/nothing",
        "/static/0123456789abcdef/app.css",
        "/static/x/../../etc/passwd",
    ],
)
def test_what_is_not_there_is_not_found(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    if not address.startswith("/static"):
        assert answer.headers["content-type"].startswith("text/html")
        assert Outline(answer.text).open == []


def test_a_missing_page_is_told_in_its_language(client: httpx.Client) -> None:
    assert text("pages.title.failure", lang="nl") in client.get("/nl/niets").text


@pytest.mark.parametrize("name", ["..%2fretail.toml", "retail.toml", "__init__.py", "nothing.js"])
def test_no_other_file_is_served(client: httpx.Client, name: str) -> None:
    assert client.get(f"{find_asset_folder()}/{name}").status_code == 404


def test_scripts_name_no_other_host_and_run_no_text() -> None:
    for name, content in read_assets().items():
        if name.endswith(".js") and name != "plotly.js":
            script = content.decode()
            assert not re.search(r"https?://(?!www\.w3\.org/)", script), name
            assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", script), name


def test_texts_of_both_languages_reach_a_page(client: httpx.Client) -> None:
    english, dutch = (client.get(f"/{lang}/trials").text for lang in LANGUAGES)
    assert text("pages.trials.run") in english
    assert text("pages.trials.run", lang="nl") in dutch
    assert text("pages.trials.run") not in dutch


def test_a_search_finds_what_holds_all_its_words() -> None:
    numbers = list_numbers("en")
    found = search_numbers(numbers, "  barrier  GAIN ")
    assert {one.name for one in found} >= {"barrier_gain"}
    assert search_numbers(numbers, "") == numbers
    assert search_numbers(numbers, "no such thing") == ()


def test_every_template_and_script_belongs_to_a_page() -> None:
    app = Path(__file__).parents[2] / "src" / "brainmag" / "app"
    templates = {one.stem for one in (app / "templates").glob("*.html")}
    assert set(NAMES) <= templates
    own = "\n".join(one.read_text(encoding="utf-8") for one in (app / "static").glob("*.js"))
    for script in (app / "static").glob("*.js"):
        assert script.stem in NAMES or f'from "./{script.name}"' in own, script.name
