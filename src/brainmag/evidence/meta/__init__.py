"""Trials of one outcome pooled: effects as published or derived, random effects, what they hang on.

The method knows no magnesium: `pool`, `heterogeneity`, `influence` and `effects` take arrays and
numbers. `trials` reads the table, and `describe` makes one document of an outcome.
"""

from brainmag.evidence.meta.describe import describe_outcome, describe_outcomes
from brainmag.evidence.meta.effects import Effect, correct_small_sample
from brainmag.evidence.meta.heterogeneity import Heterogeneity, measure_heterogeneity
from brainmag.evidence.meta.influence import (
    Slope,
    compare_groups,
    leave_one_out,
    weigh_small_studies,
)
from brainmag.evidence.meta.outcomes import Outcome, find_outcome, list_outcomes
from brainmag.evidence.meta.pool import (
    Interval,
    RandomEffects,
    fit_random_effects,
    pool_fixed,
    pool_random,
    predict_effect,
)
from brainmag.evidence.meta.trials import Row, load_rows

__all__ = [
    "Effect",
    "Heterogeneity",
    "Interval",
    "Outcome",
    "RandomEffects",
    "Row",
    "Slope",
    "compare_groups",
    "correct_small_sample",
    "describe_outcome",
    "describe_outcomes",
    "find_outcome",
    "fit_random_effects",
    "leave_one_out",
    "list_outcomes",
    "load_rows",
    "measure_heterogeneity",
    "pool_fixed",
    "pool_random",
    "predict_effect",
    "weigh_small_studies",
]
