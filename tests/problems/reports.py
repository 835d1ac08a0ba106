"""Folders of a run, a trial and a calibration to report on, and a page read as its elements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from brainmag import __version__
from brainmag.document import list_documents
from brainmag.files import format_json
from brainmag.inference.calibrate import Calibration, Effort, set_problem
from brainmag.inference.calibration_report import describe_calibration
from brainmag.inference.likelihood import gather_evidence
from brainmag.making import hash_tables
from brainmag.record import list_figures
from brainmag.run_content import hash_file, hash_request
from brainmag.trials.library import load_trial
from brainmag.trials.run import Request, run_trial

FROZEN = Path(__file__).parents[1] / "frozen" / "two_explanations.json"
FIGURES = ("fine-1991/meal-alone", "lu-2002/steady-rise", "shen-2019/csf-mgt")
VOID = {"br", "img", "link", "meta"}


def read_run() -> dict[str, Any]:
    """Return the result of a run under two explanations."""
    document: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
    for name, one in document["by_hypothesis"].items():
        made = {"brainmag": __version__, "tables": hash_tables(), "solver": {"method": "Rodas5P"}}
        one["manifest"] = {**made, "seed": 7, "draws": 20, "hypothesis": name}
    return document


def keep_run(home: Path, document: Mapping[str, Any]) -> Path:
    """Write a run as a sealed folder has it."""
    home.mkdir(parents=True)
    (home / "result.json").write_text(format_json(document), encoding="utf-8")
    request = {"sha256": hash_request({}), "request": {}}
    (home / "request.json").write_text(format_json(request), encoding="utf-8")
    names = ("request.json", "result.json")
    manifest = {
        "brainmag": __version__,
        "partial": False,
        "runs": {name: one["manifest"] for name, one in list_documents(document).items()},
        "files": {name: hash_file(home / name) for name in names},
    }
    (home / "manifest.json").write_text(format_json(manifest), encoding="utf-8")
    return home


@cache
def run_small_trial() -> str:
    """Return what a small trial came to, as JSON."""
    trial = load_trial("wroolie-2017")
    request = Request(trial, (12, 15), ("none", "carrier"), replicates=20, worlds=3, people=4)
    return format_json(run_trial(request))


def keep_trial(home: Path, document: Mapping[str, Any]) -> Path:
    """Write the result of a trial into a folder."""
    home.mkdir(parents=True)
    (home / "result.json").write_text(format_json(document), encoding="utf-8")
    return home


@cache
def calibrate_small() -> tuple[str, str]:
    """Return a calibration on three figures, and its problem, as JSON; the model is a plane."""
    roles = ("calibration", "calibration", "validation")
    chosen = [figure for figure in list_figures() if figure.id in FIGURES]
    figures = tuple(
        replace(figure, error=1.0, role=role) for figure, role in zip(chosen, roles, strict=True)
    )
    evidence = gather_evidence(figures)
    effort = Effort(walkers=64, moves=1, last_moves=2)
    whole = set_problem("carrier", list_figures(), seed=5)
    problem = replace(whole, figures=figures, evidence=evidence, effort=effort)
    slope = np.linspace(-0.5, 0.5, 3 * len(problem.free.names)).reshape(-1, 3)
    with TemporaryDirectory() as folder:
        pool = Calibration(
            problem,
            Path(folder),
            lambda scores: np.nan_to_num(evidence.value) + scores @ slope,
        ).run()
    document, _ = describe_calibration(pool, figures, evidence)
    made = {"brainmag": __version__, "tables": hash_tables()}
    return format_json(document), format_json(
        {**made, "hypothesis": "carrier", "seed": 5, **asdict(effort)}
    )


def keep_calibration(home: Path) -> Path:
    """Write the small calibration as its folder has it."""
    document, problem = calibrate_small()
    (home / "carrier").mkdir(parents=True)
    (home / "carrier.json").write_text(document, encoding="utf-8")
    (home / "carrier" / "problem.json").write_text(problem, encoding="utf-8")
    return home


class Elements(HTMLParser):
    """The elements of a page: each with its attributes, and the words within.

    Attributes
    ----------
    found : list of (str, dict, list of str)
        In the order in which they open.
    faults : list of str
        What closes that is not open, or stays open.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.faults: list[str] = []
        self._open: list[int] = []
        self.feed(html)
        self.close()
        self.faults += [f"open: {self.found[place][0]}" for place in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(len(self.found) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self.found[self._open[-1]][0] != tag:
            self.faults.append(f"closes: {tag}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.found[place][2].append(data)

    def list_words(self, *tags: str) -> list[str]:
        """Return the words of each element of some kinds."""
        return ["".join(words).strip() for tag, _, words in self.found if tag in tags]

    def list_values(self, *names: str) -> list[str]:
        """Return the values of attributes."""
        told = [attributes.get(name) for _, attributes, _ in self.found for name in names]
        return [one for one in told if one is not None]
