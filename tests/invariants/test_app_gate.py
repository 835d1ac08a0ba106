"""Oracle: what a browser and a stranger may do. Hosts, origins, bodies, headers, and paths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from brainmag.app.guard import POLICY
from brainmag.app.language import choose_language
from brainmag.app.settings import EVERYWHERE, Settings
from invariants.serving import serve
from invariants.source_tree import ROOT

PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "mine.toml",
    "./mine.toml",
    "stdp\0",
    "designs/liu-2016",
)
SMALL = 20_000
SIZES = ",".join(str(size) for size in range(20, 30))
KINDS = (
    *(b"", b"{", b"[]", b"1", b"null", b"\xff\xfe", b"[" * 9000, b'{"age": NaN}'),
    *(b'{"age": 1e999}', b'{"age": ' + b"9" * 5000 + b"}", b'{"age": true}', b'{"age": {}}'),
    *(b'{"product": "\\ud800"}', b'{"product": "\\u0000"}', b'{"age": "' + b"9" * 5000 + b'"}'),
    *(b'{"condition": "stressed"}', b'{"once": 1}', b'{"length": "1 week"}', b'{"out": "x"}'),
    *(b'{"population": 10}', b'{"device": "cuda"}', b'{"json": true}', b'{"": 1}'),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx.Client]:
    with serve(Settings(home, body_bytes=SMALL, most_draws=2)) as served:
        yield served


def read_code(answer: httpx.Response) -> str:
    """Return the code of a failure, whose answer is JSON whatever it is."""
    assert answer.headers["content-type"] == "application/json"
    return answer.json()["error"]["code"]


@pytest.mark.parametrize("path", ["/api/simulate", "/api/docs", "/api/none", "/api/products"])
def test_every_answer_has_its_headers(path: str, client: httpx.Client) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY.partition("style-src")[0]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_what_is_not_there_is_told_as_json(client: httpx.Client) -> None:
    for answer, status, code in (
        (client.get("/api/none"), 404, "app.no_such_address"),
        (client.get("/api/simulate"), 405, "app.method_not_allowed"),
        (client.put("/api/simulate", json={}), 405, "app.method_not_allowed"),
        (client.get("/api/jobs/none"), 404, "app.unknown_job"),
        (client.get("/api/jobs/" + "A" * 22), 404, "app.unknown_job"),
        (client.delete("/api/jobs/" + "A" * 22), 404, "app.unknown_job"),
    ):
        assert (answer.status_code, read_code(answer)) == (status, code)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:1", True),
        ("localhost", True),
        ("[::1]:8765", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("127.0.0.1:80@evil.example", False),
        ("", False),
    ],
)
def test_a_host_that_is_not_ours_is_refused(
    host: str, *, allowed: bool, client: httpx.Client
) -> None:
    answer = client.get("/api/version", headers={"host": host})
    assert (answer.status_code == 200) == allowed
    if not allowed:
        assert (answer.status_code, read_code(answer)) == (400, "app.other_host")


@pytest.mark.parametrize(
    ("host", "name", "allowed"),
    [
        ("::1", "[::1]", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        (EVERYWHERE[0], "192.0.2.8", True),
        (EVERYWHERE[1], "[2001:db8::1]", True),
        (EVERYWHERE[0], "evil.example", False),
    ],
)
def test_a_server_is_named_as_it_was_told_to_listen(host: str, name: str, *, allowed: bool) -> None:
    assert Settings(Path("data"), host=host).is_named(name) == allowed


def test_another_sites_page_changes_nothing(client: httpx.Client) -> None:
    own = str(client.base_url).rstrip("/")
    for origin, status in ((own, 422), ("https" + "://evil.example", 403), ("null", 403)):
        answer = client.post("/api/simulate", json={}, headers={"origin": origin})
        assert answer.status_code == status
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        answer = client.post("/api/simulate", content="{}", headers={"content-type": kind})
        assert (answer.status_code, read_code(answer)) == (415, "app.not_json_type")
    assert "access-control-allow-origin" not in client.get("/api/version").headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_has_nothing_computed(client: httpx.Client, site: str) -> None:
    picture = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    refused = client.get("/api/claims", headers=picture)
    assert (refused.status_code, read_code(refused)) == (403, "app.other_origin")
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert client.get("/api/docs", headers=link).status_code == 200
    own = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    assert client.get("/api/version", headers=own).status_code == 200


def test_a_body_is_no_larger_than_allowed_however_it_comes(client: httpx.Client) -> None:
    whole = json.dumps({"regimen": "#" * SMALL}).encode()
    kind = {"content-type": "application/json"}

    def drip() -> Iterator[bytes]:
        for place in range(0, len(whole), 1000):
            yield whole[place : place + 1000]

    for content in (whole, drip()):
        answer = client.post("/api/simulate", content=content, headers=kind)
        assert (answer.status_code, read_code(answer)) == (413, "app.body_too_large")


@pytest.mark.parametrize("content", KINDS)
def test_a_body_that_is_none_is_refused(content: bytes, client: httpx.Client) -> None:
    answer = client.post(
        "/api/simulate", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert read_code(answer)


@pytest.mark.parametrize("given", PATHS)
def test_no_word_of_a_client_is_a_path(
    given: str, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text("secret = 'to be kept'\n", encoding="utf-8")
    quoted = given.replace("/", "%2f").replace("\0", "%00")
    answers = [
        client.post("/api/synapse", json={"protocol": given, "uncertainty": 0}),
        client.post("/api/trials", json={"designs": [given], "replicates": 10}),
        client.post("/api/reproduce", json={"studies": [given]}),
        client.post("/api/simulate", json={"regimen": given, "for": "1 day", "uncertainty": 0}),
        client.post("/api/simulate", json={"product": given, "dose": "1 g", "for": "1 day"}),
        client.post("/api/trials", json={"design": given}),
        client.get(f"/api/designs/{quoted}"),
        client.get(f"/api/meta/{quoted}"),
        client.get("/api/claims", params={"claim": given}),
        client.get("/api/claims", params={"claim": "C1", "grade": f"{given}=none"}),
        client.get(f"/api/jobs/{quoted}"),
        client.get(f"/api/jobs/{quoted}/result"),
    ]
    for answer in answers:
        assert answer.status_code in (404, 422), answer.text
        assert "to be kept" not in answer.text
        assert "root:" not in answer.text
    assert [one.name for one in tmp_path.iterdir()] == ["mine.toml"]


def test_more_than_is_allowed_is_refused(client: httpx.Client) -> None:
    for path, body, code in (
        ("/api/simulate", {"uncertainty": 3, "for": "1 day"}, "app.too_many_draws"),
        ("/api/simulate", {"for": "1 day"}, "app.too_many_draws"),
        ("/api/synapse", {"protocol": "stdp", "uncertainty": 3}, "app.too_many_draws"),
        ("/api/reproduce", {}, "app.too_many_figure_draws"),
        ("/api/trials", {"designs": ["liu-2016"], "replicates": 9999}, "app.too_many_replicates"),
        (
            "/api/trials",
            {"designs": ["liu-2016"], "n": SIZES},
            "app.too_many_sizes",
        ),
        ("/api/trials", {}, "app.no_design"),
        ("/api/simulations", {"for": "1 day"}, "app.missing_field"),
        ("/api/simulations", {"for": "1 day", "population": 99_999}, "app.too_many_people"),
        ("/api/simulations", {"population": 9}, "cli.length_missing"),
        (
            "/api/trials",
            {"designs": ["liu-2016"] * 3},
            "app.too_many_designs",
        ),
    ):
        answer = client.post(path, json=body)
        assert (answer.status_code, read_code(answer)) == (422, code)


def test_errors_are_those_of_the_command_in_the_language_asked(client: httpx.Client) -> None:
    body = {"product": "mgtt", "dose": "1 g", "for": "1 day", "uncertainty": 0}
    english = client.post("/api/simulate", json=body).json()["error"]
    assert (english["code"], english["nearest"]) == ("intake.unknown_product", "mgt")
    dutch = client.post("/api/simulate?lang=nl", json=body).json()["error"]
    accepted = client.post("/api/simulate", json=body, headers={"accept-language": "nl,en;q=0.5"})
    assert dutch == accepted.json()["error"]
    assert dutch["message"] != english["message"]
    wrong = client.post("/api/simulate", json={"weight": "much", "for": "1 day", "uncertainty": 0})
    assert wrong.json()["error"]["field"] == "weight"


def test_a_header_of_blanks_is_read_as_others_are() -> None:
    # Read in all ways that its blanks allow, it would hold the whole server for hours.
    header = b"de" + b" \t" * 1_000_000 + b"!, en ; q = 0.5, nl"
    assert choose_language({"headers": [(b"accept-language", header)]}) == "nl"


def test_the_page_on_the_api_tells_the_limits_that_there_are(tmp_path: Path) -> None:
    told = " ".join((ROOT / "docs" / "api.md").read_text(encoding="utf-8").split())
    limits = Settings(tmp_path)
    for words in (
        f"{limits.most_draws:,} draws and {limits.seconds:g} s for a request",
        f"{limits.most_figure_draws} draws times figures",
        f"{limits.most_replicates:,} trials of each kind at {limits.most_sizes} sizes",
        f"{limits.most_people:,} people, for a job",
        f"bodies of {limits.body_bytes / 1e6:g} MB",
        f"{limits.most_waiting} requests and {limits.most_jobs} jobs that wait",
        f"{limits.most_waiting_of_one} and {limits.most_jobs_of_one} of them from one address",
        f"kept for {limits.kept_days:g} days",
        f"more than {limits.kept_bytes / 1e9:g} GB",
    ):
        assert words in told
