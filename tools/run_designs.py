"""Run the designs that come along and write what came of them into docs/trials.md.

Words: a folder in which results are kept; what is there already is not run again, unless another
version of the programme made it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from brainmag.cli import main
from brainmag.making import hash_code
from brainmag.report.trial_table import write_interval, write_number, write_share
from brainmag.trials.findings import WHOLE
from brainmag.trials.library import list_trials

PAGE = Path(__file__).parents[1] / "docs" / "trials.md"
BEGIN, END = "<!-- trials -->", "<!-- end of trials -->"
EXPLANATIONS = ("none", "mineral", "carrier")


def read_results(home: Path) -> list[dict[str, Any]]:
    """Return what each design came to, run where it has not been."""
    found: list[dict[str, Any]] = []
    for name in list_trials():
        result = home / name / "result.json"
        made = home / f"{name}.{hash_code()}"
        if not made.exists() and main(["trial", name, "--out", str(home / name)]):
            raise SystemExit(1)
        made.touch()
        found.append(json.loads(result.read_text(encoding="utf-8")))
    return found


def _start_table(*heads: str) -> list[str]:
    return [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]


def write_powers(documents: list[dict[str, Any]]) -> list[str]:
    """Return a table of effects, power and size of every trial's primary endpoints."""
    heads = ("trial", "n", "endpoint, comparison", "explanation", "effect there", "power")
    lines = _start_table(*heads, "assurance", "n for 80 %")
    for document in documents:
        trial = document["trial"]
        first = {one["id"]: one["analyses"][0] for one in trial["endpoints"] if one["primary"]}
        for row in document["results"]:
            if row["people"] != WHOLE or first.get(row["endpoint"]) != row["analysis"]:
                continue
            if row["hypothesis"] == "mineral":
                continue
            needed = row["n_for"]["0.8"]
            lines.append(
                f"| {trial['name']} | {row['n']} | {row['endpoint']}, {row['contrast']} "
                f"| `{row['hypothesis']}` | {write_number(row['assumed'], 'en')} "
                f"| {write_share(row['power'])} | {write_share(row['assurance'])} "
                f"| {'-' if needed is None else needed} |"
            )
    return lines


def write_published(documents: list[dict[str, Any]]) -> list[str]:
    """Return a table of what was published, and what such trials report."""
    lines = _start_table("figure", "published", *(f"`{one}`" for one in EXPLANATIONS))
    for document in documents:
        for row in document["published"]:
            found = (
                row["outcome"] if row["observed"] is None else write_number(row["observed"], "en")
            )
            cells: list[str] = []
            for name in EXPLANATIONS:
                one = row["foreseen"][name]
                share = write_share(one["chance"] if "chance" in one else 1.0 - one["below"])
                word = "show this" if "chance" in one else "show as much"
                cells.append(f"{write_interval(one, 'en')}; {share} {word}")
            lines.append(f"| {row['figure']} ({row['unit']}) | {found} | {' | '.join(cells)} |")
    return lines


def write_decisions(documents: list[dict[str, Any]]) -> list[str]:
    """Return a table of what each proposal would settle."""
    ahead, behind = "if `carrier` holds, it is ahead", "if `none` holds, `carrier` is behind"
    lines = _start_table("trial", "endpoint, comparison", ahead, behind)
    for document in documents:
        trial = document["trial"]
        primary = {one["id"] for one in trial["endpoints"] if one["primary"]}
        rows = {
            (one["endpoint"], one["contrast"], one["hypothesis"]): one
            for one in document["decisions"]
        }
        for endpoint, contrast, name in rows:
            if endpoint in primary and name == "carrier":
                shares = (
                    rows[endpoint, contrast, "carrier"]["decides"],
                    rows[endpoint, contrast, "none"]["rules_out"]["carrier"],
                )
                told = " | ".join(map(write_share, shares))
                lines.append(f"| {trial['name']} | {endpoint}, {contrast} | {told} |")
    return lines


def fill_page(documents: list[dict[str, Any]]) -> None:
    """Put the tables between their marks."""
    proposed = [one for one in documents if one["trial"]["published"] is None]
    parts = [
        f"{documents[0]['replicates']} trials each, as designed. Primary endpoints:",
        *("", *write_powers(documents), ""),
        "What was published, beside what such trials report (median, 5th to 95th percentile):",
        *("", *write_published(documents), ""),
        "What each would settle, from equal weights, at ten to one:",
        *("", *write_decisions(proposed), ""),
    ]
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(parts) + END + after, encoding="utf-8")


if __name__ == "__main__":
    fill_page(read_results(Path(sys.argv[1])))
