"""The model's answers to the claims as they come along, and what they were made of.

Asking anew takes minutes, and nothing of it changes between two releases: `tools/answer_claims.py`
asks once and keeps, beside each median and interval, the draws behind it and what each of them
says in place of the record's figures. So another look at the record is a weight on these draws.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.columns import read_columns

Array = NDArray[np.float64]

ANSWERS, DRAWS = "answers.json", "draws"
ANSWER, FIGURE = "answer:", "figure:"
# What the answers hang on: equations and numbers, what the record left, and what was asked.
MODEL_FILES = (".ant", ".tsv")


@cache
def read_answers() -> dict[str, Any]:
    """Return the answers that come along, as `brainmag.inference.answers.answer_claims` tells.

    Examples
    --------
    >>> sorted(read_answers())
    ['answers', 'draws', 'made_of', 'weights']
    """
    place = files("brainmag.evidence").joinpath(ANSWERS)
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


@cache
def read_draws(hypothesis: str) -> dict[str, Array]:
    """Return the draws behind the answers, and what each says in place of every figure.

    Columns of runs that took fewer draws end in NaN.

    Examples
    --------
    >>> len(read_draws("mineral")["answer:csf_mg@2-g-12-weeks-at-65"])
    200
    """
    place = files("brainmag.evidence").joinpath(DRAWS, f"{hypothesis}.parquet")
    with as_file(place) as path:
        return read_columns(path)


def name_answer(observable: str, setting: str) -> str:
    """Return the column of an answer's draws.

    Examples
    --------
    >>> name_answer("csf_mg", "rat-24-days")
    'answer:csf_mg@rat-24-days'
    """
    return f"{ANSWER}{observable}@{setting}"


def hash_making() -> dict[str, str]:
    """Return the hashes of what the answers were made of: where one differs, they are stale.

    Examples
    --------
    >>> sorted(hash_making())
    ['model', 'posterior', 'questions', 'record']
    """
    biology = [one for one in _list(files("brainmag.biology")) if one.name.endswith(MODEL_FILES)]
    posterior = _list(files("brainmag.people").joinpath("posterior"))
    record = [
        one
        for folder in _list(files("brainmag.record").joinpath("studies"))
        for one in _list(folder)
    ]
    questions = [files("brainmag.inference").joinpath("answers.py")]
    return {
        "model": _hash(biology),
        "posterior": _hash(posterior),
        "questions": _hash(questions),
        "record": _hash(record),
    }


def _list(folder: Traversable) -> list[Traversable]:
    return sorted(_walk(folder), key=lambda one: one.name)


def _walk(folder: Traversable) -> Iterator[Traversable]:
    yield from (one for one in folder.iterdir() if not one.name.startswith((".", "__")))


def _hash(files_read: list[Traversable]) -> str:
    digest = hashlib.sha256()
    for one in files_read:
        digest.update(f"{one.name}\n".encode() + one.read_bytes())
    return digest.hexdigest()[:32]
