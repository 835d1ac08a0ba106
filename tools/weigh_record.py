"""Weigh the explanations on the record and the pools that come along, and take it into the package.

It takes a quarter of a minute, and nothing of it changes between two releases: so
`brainmag compare` reads it. The tables of docs/calibration.md are the command's own.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

from brainmag.inference.compare import compare
from brainmag.inference.posterior import hash_pools, load_pool
from brainmag.inference.reproduce import read_evidence
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import list_figures
from brainmag.report.compare_table import list_case_rows, list_deciding_rows

ROOT = Path(__file__).parents[1]
COMPARISON = ROOT / "src" / "brainmag" / "inference" / "comparison.json"
PAGE = ROOT / "docs" / "calibration.md"
# A table of the page stands between a comment that names it and an empty line.
TABLE = r"(<!-- {name} -->\n\n)(?:\|.*\n)*"


def weigh_record() -> None:
    """Write comparison.json, and its tables into docs/calibration.md."""
    pools = {name: load_pool(name) for name in HYPOTHESES}
    found = compare(pools, list_figures(), told=read_evidence())
    document = shorten({**found, "pools": hash_pools()})
    content = json.dumps(document, indent=0)
    COMPARISON.write_text(content + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    tables = {
        "cases": list_case_rows(document, "en", every=True),
        "deciding": list_deciding_rows(document, "en"),
    }
    for name, rows in tables.items():
        page, count = re.subn(
            TABLE.format(name=name), lambda found, rows=rows: found[1] + write_table(rows), page
        )
        if count != 1:
            raise LookupError(name)
    PAGE.write_text(page, encoding="utf-8")


def write_table(rows: list[list[str]]) -> str:
    """Return rows, the first of them the heads, as a table of a page."""
    head, *others = ["| " + " | ".join(cells) + " |\n" for cells in rows]
    return head + "|---" * len(rows[0]) + "|\n" + "".join(others)


def shorten(content: Any) -> Any:
    """Return a document with six significant digits."""
    if isinstance(content, dict):
        entries = cast(dict[str, Any], content)
        return {key: shorten(value) for key, value in entries.items()}
    if isinstance(content, list):
        return [shorten(value) for value in cast(list[Any], content)]
    return float(f"{content:.6g}") if isinstance(content, float) else content


if __name__ == "__main__":
    weigh_record()
