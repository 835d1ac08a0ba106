"""What a person reads of a run: tables, figures and the demonstration."""

from __future__ import annotations

#from brainmag.report.figure import draw_chain
#from brainmag.report.series import draw_series
#from brainmag.report.table import render_table

__all__ = ["draw_chain", "draw_series", "render_table"]
