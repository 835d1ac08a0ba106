"""Oracle: what PubMed and Crossref answer, as their documentation has it, from a server here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import unquote, urlunsplit

import pytest

from brainmag.cli import main
from brainmag.evidence.audit import online
from brainmag.evidence.audit.online import LARGEST, MOST, Services
from brainmag.evidence.audit.references import Identifier

HERE = "127.0.0.1"


def summary(number: str, *, doi: str = "", kinds: tuple[str, ...] = ("Journal Article",)) -> Any:
    """An answer of esummary in the form of its documentation."""
    return {
        "result": {
            "uids": [number],
            number: {
                "uid": number,
                "pubdate": "2013 May 8",
                "source": "J Test",
                "title": "A <i>title</i>\x1b[2J.",
                "pubtype": list(kinds),
                "articleids": [
                    {"idtype": "pubmed", "value": number},
                    {"idtype": "doi", "value": doi},
                    {"idtype": "pmc", "value": ""},
                ],
            },
        }
    }


def search(*numbers: str) -> Any:
    return {"esearchresult": {"count": str(len(numbers)), "idlist": list(numbers)}}


RETRACTED = ("Journal Article", "Retracted Publication")
ANSWERS: dict[str, Any] = {
    # The DOI of a source that is known here by its PMID alone.
    'esearch "10.1523/test.2013"': search("23658180"),
    "esummary pubmed 23658180": summary("23658180", doi="10.1523/TEST.2013", kinds=RETRACTED),
    # Known to nobody here, and withdrawn.
    "esummary pubmed 111": summary("111", doi="10.1000/gone", kinds=RETRACTED),
    # In the archive and in PubMed.
    "esummary pmc 7654321": {
        "result": {"7654321": {"articleids": [{"idtype": "pmid", "value": "222"}]}}
    },
    "esummary pubmed 222": summary("222"),
    # Not in PubMed, but at Crossref.
    'esearch "10.1000/cross"': search(),
    "works 10.1000/cross": {
        "message": {
            "title": ["Of Crossref"],
            "container-title": ["Journal"],
            "issued": {"date-parts": [[2019, 3]]},
            "updated-by": [{"type": "retraction", "DOI": "10.1000/notice"}],
        }
    },
    # A search that finds something else.
    'esearch "10.1000/near"': search("222"),
    'esearch "10.1000/nowhere"': search(),
}


class Service(BaseHTTPRequestHandler):
    """Both services: answers from the table, 404 for what is not in it."""

    asked: ClassVar[list[str]] = []
    agents: ClassVar[set[str]] = set()
    status: ClassVar[int] = 200
    body: ClassVar[bytes | None] = None

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        values = dict(part.split("=", 1) for part in query.split("&") if part)
        name = path.rpartition("/")[2].partition(".")[0]
        if name == "esearch":
            key = f"esearch {unquote(values['term']).removesuffix('[aid]')}"
        elif name == "esummary":
            key = f"esummary {values['db']} {values['id']}"
        else:
            key = f"works {unquote(path.partition('/works/')[2])}"
        self.asked.append(key)
        self.agents.add(self.headers["User-Agent"])
        found = key in ANSWERS
        body = self.body or json.dumps(ANSWERS.get(key, {})).encode()
        self.send_response(self.status if found or self.body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serve(*, status: int = 200, body: bytes | None = None) -> Iterator[str]:
    Service.asked.clear()
    Service.status, Service.body = status, body
    server = HTTPServer((HERE, 0), Service)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield urlunsplit(("http", f"{HERE}:{server.server_port}", "/base", "", ""))
    finally:
        server.shutdown()
        server.server_close()


def name_services(patch: pytest.MonkeyPatch, place: str) -> None:
    for variable in ("BRAINMAG_PUBMED", "BRAINMAG_CROSSREF"):
        patch.setenv(variable, place)
    patch.setattr(online, "PAUSE", 0.0)


def ask(place: str, *names: str) -> tuple[dict[str, Any], Services]:
    services = Services({"pubmed": place, "crossref": place}, pause=0.0)
    kinds = {"1": "doi", "P": "pmc"}
    wanted = [Identifier("pmid" if one.isdigit() else kinds[one[0]], one) for one in names]
    found = services.ask(wanted)
    return {one.value: answer for one, answer in found.items()}, services


def test_pubmed_and_crossref_are_understood() -> None:
    with serve() as place:
        names = ("10.1523/test.2013", "111", "PMC7654321", "10.1000/cross")
        found, services = ask(place, *names)
    assert services.failed == {}
    assert (services.asked, services.left) == (4, 0)
    assert {
        name: (one["service"], one["retracted"], one["year"]) for name, one in found.items()
    } == {
        "10.1523/test.2013": ("pubmed", True, "2013"),
        "111": ("pubmed", True, "2013"),
        "PMC7654321": ("pubmed", False, "2013"),
        "10.1000/cross": ("crossref", True, "2019"),
    }
    assert found["111"]["title"] == "A title [2J."
    assert found["10.1523/test.2013"]["identifiers"]["pmid"] == "23658180"
    assert all(agent.startswith("brainmag/") for agent in Service.agents)


def test_what_nobody_knows_is_said_and_what_is_near_is_not_taken() -> None:
    with serve() as place:
        found, services = ask(place, "10.1000/nowhere", "10.1000/near", "999")
    assert [one["service"] for one in found.values()] == [None, None, None]
    assert services.failed == {}


def test_a_service_that_fails_is_asked_no_more() -> None:
    with serve(status=503) as place:
        found, services = ask(place, "111", "222", "10.1000/cross")
        # PMIDs go to PubMed alone; it is asked once, and Crossref once after it.
        assert Service.asked == ["esummary pubmed 111", "works 10.1000/cross"]
    assert found == {}
    assert services.failed == {"pubmed": "HTTP 503", "crossref": "HTTP 503"}
    assert services.left == 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>busy</html>", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b" " * (LARGEST + 70_000), "TimeoutError"),
        (b"\xff\xfe{", "JSON"),
    ],
    ids=["page", "deep", "long", "torn"],
)
def test_an_answer_that_is_none_is_a_failure(body: bytes, reason: str) -> None:
    with serve(body=body) as place:
        found, services = ask(place, "111")
    assert found == {}
    assert services.failed == {"pubmed": reason}


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"result": {"111": []}}', b'{"result": 7}'])
def test_an_answer_of_another_shape_is_no_knowledge(body: bytes) -> None:
    with serve(body=body) as place:
        found, _ = ask(place, "111")
    assert found["111"]["service"] is None


def test_more_than_is_polite_is_left() -> None:
    with serve() as place:
        found, services = ask(place, *(str(number) for number in range(1000, 1000 + MOST + 5)))
    assert (len(found), services.left) == (MOST, 5)


def test_an_audit_takes_in_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    article = tmp_path / "article.md"
    article.write_text(
        "In mice with amyloid MgT protected the memory of the animals (doi:10.1523/test.2013).\n\n"
        "The MgT that you buy improves memory (PMID 111) and it is the best (doi:10.1000/nowhere).",
        encoding="utf-8",
    )
    with serve() as place:
        name_services(monkeypatch, place)
        assert main(["audit", str(article), "--online", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in document["references"]] == [
        "li-2013",
        "pmid:111",
        "doi:10.1000/nowhere",
    ]
    flags = [[flag["flag"] for flag in one["flags"]] for one in document["findings"]]
    assert flags == [["retracted"], ["retracted"]]
    assert document["online"] == {"asked": 3, "left": 0, "failed": {}}


def test_without_a_net_the_audit_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    article = tmp_path / "article.md"
    article.write_text("The MgT that you buy improves memory (PMID 111).", encoding="utf-8")
    with serve() as place:
        pass  # Nobody answers there any more.
    name_services(monkeypatch, place)
    assert main(["audit", str(article), "--online"]) == 3
    told = capsys.readouterr()
    assert "[audit.service_failed]" in told.err
    assert "PubMed gave no answer" in told.err
    assert "C10" in told.out
    assert "1 unknown references were not looked up" in told.out


def test_nothing_is_asked_unless_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    article = tmp_path / "article.md"
    article.write_text("The MgT that you buy improves memory (PMID 111).", encoding="utf-8")
    with serve() as place:
        name_services(monkeypatch, place)
        assert main(["audit", str(article)]) == 0
        assert Service.asked == []
    assert "not known here" in capsys.readouterr().out
