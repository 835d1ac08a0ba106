"""Let ``python -m brainmag`` be the command."""

from __future__ import annotations

import sys

from brainmag.cli import main

sys.exit(main())
