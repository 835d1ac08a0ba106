"""What the model says in place of every figure, for many sets of parameters at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from brainmag.record.batch import Batch
from brainmag.record.measurements import Figure
from brainmag.record.quadrature import repeat_people, spread_people
from brainmag.record.terms import Cohort, Term, combine_terms, list_terms, read_term

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

MIDDLE = 0.5


def predict_figures(
    figures: Sequence[Figure],
    hypothesis: str,
    uniform: Mapping[str, Array],
    *,
    threads: int | None = None,
    on_progress: Progress | None = None,
) -> Array:
    """Return what the model says in place of each figure.

    The usual day of a group is found once, whatever is then done to it; groups that are alike are
    run once, whichever studies they belong to.

    Parameters
    ----------
    figures : sequence of Figure
        Those that can be compared.
    hypothesis : str
        ``none``, ``mineral`` or ``carrier``.
    uniform : mapping of str to ndarray, shape (draws,)
        Where in its prior each named parameter stands; the rest stand at their medians.
    threads : int, optional
        As for `brainmag.engine.solve`.
    on_progress : callable, optional
        Called with groups done and groups in all.

    Returns
    -------
    ndarray, shape (draws, figures)
        Each in the unit of its endpoint, as the mean of its population; NaN where a subject of
        that draw could not be computed.

    Raises
    ------
    KeyboardInterrupt
        When Ctrl-C ends it.

    Examples
    --------
    >>> from brainmag.record import list_figures
    >>> serum = [figure for figure in list_figures() if figure.id == "bertinato-2017/serum"]
    >>> values = predict_figures(serum, "mineral", {})
    >>> bool(0.8 < values[0, 0] < 0.9)
    True
    """
    # The first row stands at the medians, whoever comes after it: it sets the solver's scales.
    uniform = {name: np.concatenate([[MIDDLE], places]) for name, places in uniform.items()}
    draws = len(next(iter(uniform.values()))) if uniform else 1
    terms = {figure.id: list_terms(figure) for figure in figures}
    needs: dict[Cohort, dict[Cohort, list[Term]]] = {}
    for term in dict.fromkeys(term for several in terms.values() for term in several):
        needs.setdefault(term.cohort.home, {}).setdefault(term.cohort, []).append(term)
    total, done = sum(len(cohorts) for cohorts in needs.values()), 0
    found: dict[Term, Array] = {}
    for home, cohorts in needs.items():
        few = spread_people(home.subject, same_diet=home.same_diet)
        size = 1 if few is None else len(few.numbers)
        people = None if few is None else repeat_people(few, draws)
        # A parameter that this preparation has no part in still says how many draws there are.
        places = {name: np.repeat(values, size) for name, values in uniform.items()}
        batch = Batch(home, hypothesis, people, places, threads)
        usual = batch.find_usual_day()
        for cohort, wanted in cohorts.items():
            readout = batch.run(cohort, wanted, usual)
            found |= {
                term: read_term(term, readout).reshape(draws, size).mean(axis=1) for term in wanted
            }
            done += 1
            if on_progress is not None:
                on_progress(done, total)
    columns = [combine_terms(one, [found[term] for term in terms[one.id]]) for one in figures]
    return np.column_stack(columns)[1 if uniform else 0 :]
