"""What a run was made of: versions, hashes, seed and solver settings."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np

from brainmag import __version__
from brainmag.simulate import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE, Run


def build_manifest(run: Run) -> dict[str, Any]:
    """Return what a run was made of: versions, hashes, seed and solver settings."""
    inputs = {
        "subject": asdict(run.scenario.subject),
        "intake": asdict(run.scenario.intake),
        "hours": run.scenario.hours,
        "medium": asdict(run.scenario.medium),
    }
    return {
        "brainmag": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": version("numba"),
        "model": run.model.key,
        "tables": _hash_tables(),
        "inputs": _hash(json.dumps(inputs, sort_keys=True, default=str).encode()),
        "seed": run.seed,
        "draws": run.draws,
        "hypothesis": run.scenario.hypothesis,
        "hours": run.scenario.hours,
        "solver": {
            "method": "Rodas5P",
            "relative_tolerance": RELATIVE_TOLERANCE,
            "absolute_tolerance": ABSOLUTE_TOLERANCE,
            "device": run.device,
        },
    }


def _hash_tables() -> dict[str, str]:
    tables = [entry for entry in files("brainmag.biology").iterdir() if entry.name.endswith(".tsv")]
    return {table.name: _hash(table.read_bytes()) for table in sorted(tables, key=lambda t: t.name)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
