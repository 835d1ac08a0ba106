"""Oracle: the command line. The app answers with the very documents, under the same names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from brainmag.app.settings import Settings
from brainmag.cli import main
from invariants.serving import serve, wait_for

REGIMEN = '[[dose]]\nproduct = "mgt"\namount = "1 g"\nat = "08:00"\nuntil = "2 days"\n'
PROTOCOL = "[[pre]]\ntimes = [0, 20, 50]\n"
ARTICLE = "MgT crosses the blood-brain barrier. It improves memory (Liu 2016)."
SIMULATIONS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a dose": (
        ["--product", "mgt", "--dose", "2 g", "--once", "--uncertainty", "5", "--seed", "3"],
        {"product": "mgt", "dose": "2 g", "once": True, "uncertainty": 5, "seed": "3"},
    ),
    "a rat": (
        [
            "--who",
            "rat",
            "--age",
            "2",
            "--diet-mg",
            "20",
            "--for",
            "3d",
            "--uncertainty",
            "0",
            "--hypothesis",
            "carrier",
        ],
        {"who": "rat", "age": 2, "diet_mg": 20, "for": "3d", "uncertainty": 0}
        | {"hypothesis": "carrier"},
    ),
    "side by side": (
        ["--for", "30 h", "--hypothesis", "all", "--uncertainty", "2", "--condition", "stressed"],
        {"for": "30 h", "hypothesis": "all", "uncertainty": 2, "condition": ["stressed"]},
    ),
    "a dish": (
        ["--who", "culture", "--mg", "1.2 mmol/L", "--for", "2 days", "--uncertainty", "2"],
        {"who": "culture", "mg": "1.2 mmol/L", "for": "2 days", "uncertainty": 2},
    ),
    "a regimen": (
        ["--regimen", "regimen.toml", "--for", "3 days", "--uncertainty", "2", "--prior"],
        {"regimen": REGIMEN, "for": "3 days", "uncertainty": 2, "prior": True},
    ),
}
SYNAPSES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a protocol": (
        ["theta-burst", "--mg", "0.8", "--uncertainty", "3"],
        {"protocol": "theta-burst", "mg": 0.8, "uncertainty": 3},
    ),
    "a protocol of one's own": (
        ["protocol.toml", "--uncertainty", "0"],
        {"protocol_text": PROTOCOL, "uncertainty": 0},
    ),
    "a curve": (["--curve", "mg", "--at", "0.8,1.2"], {"curve": "mg", "at": "0.8,1.2"}),
    "pairs": (
        ["--curve", "dt", "--set", "hippocampal-slices", "--at", "10"],
        {"curve": "dt", "set": "hippocampal-slices", "at": 10},
    ),
}
READINGS = {
    "/api/products": ["products"],
    "/api/claims": ["claims"],
    "/api/claims?claim=C6&evidence=true&lang=nl": ["claims", "C6", "--evidence", "--lang", "nl"],
    "/api/meta": ["meta"],
    "/api/meta/sleep": ["meta", "sleep"],
    "/api/compare": ["compare"],
    "/api/designs": ["trial"],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serve(Settings(tmp_path_factory.mktemp("data"))) as served:
        yield served


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("regimen.toml").write_text(REGIMEN, encoding="utf-8")
    Path("protocol.toml").write_text(PROTOCOL, encoding="utf-8")
    Path("article").write_text(ARTICLE, encoding="utf-8")


def tell(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the document that a command shows."""
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_simulations_are_those_of_the_command(
    name: str, client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    words, body = SIMULATIONS[name]
    answer = client.post("/api/simulate", json=body | {"series": True})
    assert answer.status_code == 200, answer.text
    assert answer.json() == tell(["simulate", *words, "--series"], capsys)


def test_series_are_those_asked_for(client: httpx.Client) -> None:
    body = SIMULATIONS["a dose"][1]
    whole = client.post("/api/simulate", json=body | {"series": True}).json()
    some = client.post("/api/simulate", json=body | {"series": ["plasma_mg"]}).json()
    none = client.post("/api/simulate", json=body).json()
    assert some == none | {"series": {key: whole["series"][key] for key in ("time_h", "plasma_mg")}}
    refused = client.post("/api/simulate", json=body | {"series": ["plasma"]})
    assert refused.json()["error"]["nearest"] == "plasma_mg"


def test_a_day_that_is_known_already_gives_the_same_bits(client: httpx.Client) -> None:
    body = SIMULATIONS["a dose"][1] | {"series": True}
    first = client.post("/api/simulate", json=body).content
    # The same subject on other doses, and for other times that end at the same time of day.
    for dose, length in (("1 g", "72 h"), ("3 g", "96 h")):
        client.post("/api/simulate", json=body | {"dose": dose, "for": length})
    assert client.post("/api/simulate", json=body).content == first


@pytest.mark.parametrize("name", SYNAPSES)
def test_synapses_are_those_of_the_command(
    name: str, client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    words, body = SYNAPSES[name]
    answer = client.post("/api/synapse", json=body)
    assert answer.json() == tell(["synapse", *words], capsys)


@pytest.mark.parametrize("path", READINGS)
def test_what_is_read_is_what_the_command_shows(
    path: str, client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client.get(path).json() == tell(READINGS[path], capsys)


def test_the_record_and_articles_are_those_of_the_command(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client.post("/api/reproduce", json={"studies": ["verhas-2002"], "draws": 3})
    assert answer.json() == tell(["reproduce", "verhas-2002", "--draws", "3"], capsys)
    answer = client.post("/api/audit", json={"text": ARTICLE})
    assert answer.json() == tell(["audit", "article"], capsys)


def test_a_job_gives_what_who_waits_is_given(client: httpx.Client) -> None:
    body = {"studies": ["verhas-2002"], "draws": 3}
    handed_in = client.post("/api/reproductions", json=body)
    assert handed_in.status_code == 202
    job = handed_in.json()["id"]
    early = client.get(f"/api/jobs/{job}/result")
    assert early.json()["error"]["code"] == "app.not_finished"
    told = wait_for(client, job)
    assert (told["state"], told["progress"], told["error"]) == ("done", 1.0, None)
    result = client.get(f"/api/jobs/{job}/result").content
    assert result == client.post("/api/reproduce", json=body).content
    refused = client.get(f"/api/jobs/{job}/design")
    assert refused.json()["error"]["code"] == "app.job_without_design"
    # Ended, so that it is forgotten.
    assert client.delete(f"/api/jobs/{job}").status_code == 200
    assert client.get(f"/api/jobs/{job}").json()["error"]["code"] == "app.unknown_job"


def test_a_population_is_that_of_the_command(
    client: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"regimen": REGIMEN, "for": "3 days", "population": 9, "seed": 4}
    told = wait_for(client, client.post("/api/simulations", json=body).json()["id"])
    assert (told["state"], told["progress"]) == ("done", 1.0)
    words = ["simulate", "--regimen", "regimen.toml", "--for"]
    answer = client.get(f"/api/jobs/{told['id']}/result").json()
    assert answer == tell([*words, "3 days", "--population", "9", "--seed", "4"], capsys)


def test_what_comes_along_is_shown(client: httpx.Client) -> None:
    record = client.get("/api/record").json()
    assert {one["study"] for one in record["figures"]} <= {one["id"] for one in record["studies"]}
    assert any(one["released"] for one in record["figures"])
    found = client.get("/api/parameters?search=lumen transit").json()["parameters"]
    assert "lumen_transit" in [row["parameterId"] for row in found]
    assert len(found) < len(client.get("/api/parameters").json()["parameters"])
    assert "[[trial]]" in client.get("/api/template").json()["toml"]
    protocols = client.get("/api/protocols").json()["protocols"]
    assert "theta-burst" in [one["name"] for one in protocols]
    assert client.get("/api/version").json()["languages"] == ["en", "nl"]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_reference_names_every_path_and_asks_for_no_script(
    lang: str, client: httpx.Client
) -> None:
    document = client.get(f"/api/openapi.json?lang={lang}").json()
    page = client.get("/api/docs", headers={"accept-language": lang}).text
    assert f'<html lang="{lang}">' in page
    assert "<script" not in page
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    fields = document["components"]["schemas"]["Simulation"]["properties"]
    assert all(values["description"] for values in fields.values())
    assert {"for", "times_a_day", "regimen"} <= set(fields)
    assert not {"out", "json", "cluster", "device", "population"} & set(fields)
