"""How many subjects a vector holds; kept apart from the code that makes vectors, which is slow."""

from __future__ import annotations

LANES = 8
VECTOR_BYTES = 8 * LANES
