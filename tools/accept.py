"""Run the long programmes and write what they found to a dated table.

A programme is a test marked ``accept`` (long) or ``figures`` (in ``make test`` too). It says what
was expected and what came out with ``record_property("figure", (what, expected, got))``, as often
as it likes.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from brainmag import __version__

FOLDER = Path(__file__).parents[1] / "docs" / "acceptance"


class Recorder:
    """Collects one row per programme while pytest runs."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of the call, or of a set-up that did not get that far."""
        if report.when != "call" and report.outcome == "passed":
            return
        said = [value for name, value in report.user_properties if name == "figure"]
        figures = cast(list[tuple[str, str, str]], said) or [(report.nodeid, "", "")]
        for figure in figures:
            cells = [cell.replace("|", "\\|") for cell in (*figure, report.outcome)]
            self.rows.append("| " + " | ".join(cells) + " |")


def main() -> int:
    """Return pytest's exit status; 0 when there is no programme to run."""
    recorder = Recorder()
    status = pytest.main(["-m", "accept or figures"], plugins=[recorder])
    today = datetime.now(tz=UTC).date().isoformat()
    head = [f"# Acceptance, {today}, version {__version__}", ""]
    table = ["| figure | expected | got | outcome |", "|---|---|---|---|", *recorder.rows]
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{today}.md"
    path.write_text("\n".join([*head, *table, ""]), encoding="utf-8")
    print(f"Written: {path.relative_to(Path.cwd())}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
