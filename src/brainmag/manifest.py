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
from brainmag.engine import COMPILERS
from brainmag.engine.devices import describe_device
from brainmag.result import Result
from brainmag.simulate import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE


def build_manifest(result: Result) -> dict[str, Any]:
    """Return what a run was made of: versions, hashes, seed and solver settings."""
    inputs = {
        "subject": asdict(result.scenario.subject),
        "intake": asdict(result.scenario.intake),
        "hours": result.scenario.hours,
        "medium": asdict(result.scenario.medium),
    }
    return {
        **describe_making(result.model_key),
        "device": result.device,
        **describe_device(result.device),
        "inputs": _hash(json.dumps(inputs, sort_keys=True, default=str).encode()),
        "seed": result.seed,
        "draws": result.draws,
        "hypothesis": result.scenario.hypothesis,
        "hours": result.scenario.hours,
    }


def describe_making(model_key: str) -> dict[str, Any]:
    """Return what all figures depend on, whoever takes what: versions, tables, model, solver.

    Parameters
    ----------
    model_key : str
        Hash of everything the compiled model depends on, the processor among it.
    """
    return {
        "brainmag": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        **{name: version(name) for name in COMPILERS},
        "model": model_key,
        "tables": _hash_tables(),
        "solver": {
            "method": "Rodas5P",
            "relative_tolerance": RELATIVE_TOLERANCE,
            "absolute_tolerance": ABSOLUTE_TOLERANCE,
        },
    }


def _hash_tables() -> dict[str, str]:
    tables = [entry for entry in files("brainmag.biology").iterdir() if entry.name.endswith(".tsv")]
    return {table.name: _hash(table.read_bytes()) for table in sorted(tables, key=lambda t: t.name)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
