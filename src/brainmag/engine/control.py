"""How the next step follows from the error of the last one."""

from __future__ import annotations

# A step with error 1 (in units of what is allowed) becomes this much shorter.
SAFETY = 0.9
LARGEST_GROWTH = 6.0
LARGEST_CUT = 0.2
# A step is cut to a tenth when its error is not a number, so this reaches 1e-30 of the first try.
MOST_NOT_FINITE = 30
