"""Take a finished calibration into the package: ``tools/ship_calibration.py DIR``.

Posteriors, pools and evidence become package data; what the calibrated model says of the record is
kept as the release that later ones are measured against; docs/calibration.md tells all of it. What
`brainmag compare` tells is weighed anew as well.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from brainmag import __version__
from brainmag.inference.pool import thin_pool
from brainmag.inference.posterior import read_pool, write_pool
from brainmag.inference.reproduce import reproduce
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import list_figures
from weigh_record import weigh_record

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "brainmag"
POSTERIORS, POOLS = PACKAGE / "people" / "posterior", PACKAGE / "inference" / "pools"
KEPT = ("log_evidence", "error", "effective", "rhat", "worth", "draws", "failed")
RELEASE_DRAWS = 100
# Every so many-th draw of a pool comes along: each is worth less than a draw of its own.
THINNING = 2


def main(home: Path) -> None:
    """Copy a calibration's results and write what follows from them."""
    found = {
        name: json.loads((home / f"{name}.json").read_text(encoding="utf-8")) for name in HYPOTHESES
    }
    for folder in (POSTERIORS, POOLS):
        folder.mkdir(exist_ok=True)
    for name in HYPOTHESES:
        shutil.copyfile(home / f"{name}.parquet", POSTERIORS / f"{name}.parquet")
        pool = read_pool(home / f"{name}.pool.parquet", name)
        write_pool(POOLS / f"{name}.parquet", thin_pool(pool, THINNING))
    evidence = {name: {key: one[key] for key in KEPT} for name, one in found.items()}
    write_json(PACKAGE / "inference" / "weights.json", evidence)
    weigh_record()
    document = reproduce(list_figures(), draws=RELEASE_DRAWS)
    release = {
        f"{row['study']}/{row['figure']}": {
            key: round(row["mixture"][key], 9) for key in ("median", "low", "high")
        }
        for row in document["figures"]
        if "mixture" in row
    }
    write_json(PACKAGE / "inference" / "release.json", release)
    page = write_page(found)
    (ROOT / "docs" / "calibration-parameters.md").write_text(page, encoding="utf-8")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a document with sorted keys, so that a change shows as one line."""
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write_page(found: dict[str, Any]) -> str:
    """Return every free parameter before and after, and what the record cannot tell."""
    lines = [
        "# What the record makes of the parameters",
        "",
        f"Version {__version__}; written by `tools/ship_calibration.py`, not by hand.",
        "Median (5th to 95th percentile). Contraction: how much narrower the place in the prior",
        "became; 0 not at all, 1 wholly. Below 0.1 the record cannot tell the parameter.",
    ]
    for name, one in found.items():
        lines += [
            "",
            f"## {name}",
            "",
            f"Log-evidence {one['log_evidence']:.2f}, standard error {one['error']:.2f};",
            f"{one['draws']} runs, worth {one['effective']:.0f} equal draws;",
            f"largest R-hat {one['rhat']:.2f}; {one['failed']} not computed.",
            "",
            "| parameter | unit | grade | before | after | contraction |",
            "|---|---|---|---|---|---|",
        ]
        for row in one["parameters"]:
            before = tell(row["prior"]) if "prior" in row else "0.5 (0.05 to 0.95), place"
            after = tell(row.get("posterior", row["place"]))
            cells = [row["parameter"], row.get("unit", ""), row.get("grade", ""), before, after]
            lines.append("| " + " | ".join([*cells, f"{row['contraction']:.2f}"]) + " |")
        lines += ["", f"The record cannot tell: {', '.join(one['untold']) or 'none of them'}."]
    return "\n".join([*lines, ""])


def tell(told: dict[str, float]) -> str:
    """Return a median with its interval."""
    return f"{told['median']:.3g} ({told['low']:.3g} to {told['high']:.3g})"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
