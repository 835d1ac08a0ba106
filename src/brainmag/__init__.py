"""BrainMag: oral magnesium from capsule to cognition."""

from __future__ import annotations

__version__ = "0.1.0"
