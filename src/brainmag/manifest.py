"""What a run was made of: versions, hashes, seed and solver settings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from brainmag.making import describe_making
from brainmag.result import Result


def build_manifest(result: Result) -> dict[str, Any]:
    """Return what a run was made of: versions, hashes, seed and solver settings."""
    inputs = {
        "subject": asdict(result.scenario.subject),
        "intake": asdict(result.scenario.intake),
        "hours": result.scenario.hours,
        "medium": asdict(result.scenario.medium),
        "calibrated": result.scenario.calibrated,
    }
    content = json.dumps(inputs, sort_keys=True, default=str).encode()
    return {
        **describe_making(result.model_key, result.device),
        "inputs": hashlib.sha256(content).hexdigest(),
        "seed": result.seed,
        "draws": result.draws,
        "hypothesis": result.scenario.hypothesis,
        "hours": result.scenario.hours,
    }
