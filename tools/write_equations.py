"""Write docs/equations.md from the model files; a test holds the page to them."""

from __future__ import annotations

from pathlib import Path

from brainmag.report.equations import write_equations

PAGE = Path(__file__).parents[1] / "docs" / "equations.md"

if __name__ == "__main__":
    PAGE.write_text(write_equations(), encoding="utf-8")
