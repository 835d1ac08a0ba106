"""What a worker process can be asked for: each task makes a document, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from brainmag.app import job_tasks, reading_tasks, report_tasks, run_tasks
from brainmag.app.exchange import Asked, Progress, Task


def _as_json(make: Callable[[Asked, Progress], Any]) -> Task:
    return lambda asked, advance: dump(make(asked, advance))


def dump(document: Any) -> bytes:
    """Return a document as compact JSON: what is no number is a fault, not a word.

    Examples
    --------
    >>> dump({"low": 1.5})
    b'{"low":1.5}'
    """
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


TASKS: dict[str, Task] = {
    one.__name__: _as_json(one)
    for one in (
        run_tasks.simulate,
        run_tasks.synapse,
        run_tasks.reproduce,
        reading_tasks.claims,
        reading_tasks.compare,
        reading_tasks.meta,
        reading_tasks.record,
        reading_tasks.audit,
        reading_tasks.designs,
        job_tasks.plan_trial,
        job_tasks.trial,
        job_tasks.plan_population,
        job_tasks.population,
        job_tasks.experiments,
        report_tasks.report,
    )
}


def warm_up() -> None:
    """Compile or load what every run needs, and what the first one would have to wait for."""
    options = {"product": "mgt", "dose": "2 g", "once": True, "uncertainty": "7"}
    asked = {"options": options, "regimen": None, "series": False, "lang": "en"}
    TASKS["simulate"](asked, lambda _done, _total: None)
