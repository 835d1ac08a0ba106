"""The published studies as data, one folder each, and what the model says in their place."""

from __future__ import annotations

from brainmag.record.library import find_study, list_figures, load_studies
from brainmag.record.measurements import Figure
from brainmag.record.study import Study

__all__ = ["Figure", "Study", "find_study", "list_figures", "load_studies"]
