"""Write docs/answers.md: the fifteen claims in numbers, from the calibrated model."""

from __future__ import annotations

from pathlib import Path

from brainmag import __version__
from brainmag.inference.answers import answer_claims
from brainmag.people.parameters import HYPOTHESES

PAGE = Path(__file__).parents[1] / "docs" / "answers.md"
HEAD = """# The claims in numbers

Version {version}; written by `tools/answer_claims.py`, not by hand. Median (5th to 95th percentile)
over {draws} draws of each explanation's posterior (40 for decades). Weights of the explanations
after the record, from equal ones: {weights}; they are a range, not a number, and hang on
whose figures are believed ([calibration](calibration.md)). Nothing here is evidence that MgT works
in people: nobody has measured human CSF or brain magnesium after it.

| claim | asked | unit | {names} |
|---|---|---|{rule}
"""


def main() -> None:
    """Ask every claim and write what comes of it."""
    document = answer_claims()
    weights = ", ".join(f"{name} {share:.3g}" for name, share in document["weights"].items())
    head = HEAD.format(
        version=__version__,
        draws=document["draws"],
        weights=weights,
        names=" | ".join(HYPOTHESES),
        rule="---|" * len(HYPOTHESES),
    )
    rows: list[str] = []
    for answer in document["answers"]:
        told = [
            f"{one['median']:.3g} ({one['low']:.3g} to {one['high']:.3g})"
            for one in answer["predicted"].values()
        ]
        cells = [answer["claim"], answer["name"].replace("-", " "), answer["unit"], *told]
        rows.append("| " + " | ".join(cells) + " |")
    PAGE.write_text(head + "\n".join([*rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
