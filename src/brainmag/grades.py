"""How well the numbers behind each station of the chain are known."""

from __future__ import annotations

from collections import Counter
from functools import cache

from brainmag.biology.stations import list_station_parameters, read_stations
from brainmag.people import CULTURE
from brainmag.people.parameters import read_parameters

# It tells the age; magnesium does not pass it.
CLOCK = "clock"


@cache
def count_grades(who: str) -> dict[str, dict[str, int]]:
    """Return how many parameters of each grade stand behind each station of the chain.

    Examples
    --------
    >>> sum(count_grades("culture")["neuron"].values()) > 5
    True
    """
    table = read_parameters()
    grades: dict[str, dict[str, int]] = {}
    for station in read_stations("dish" if who == CULTURE else "chain"):
        counts = Counter(table[name].grade for name in list_station_parameters(station))
        if counts and station.name != CLOCK:
            grades[station.name] = {grade: counts[grade] for grade in "abc"}
    return dict(sorted(grades.items()))
