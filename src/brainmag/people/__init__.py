"""One subject, and the draws that make an interval or a population of it."""

from __future__ import annotations

from brainmag.people.parameters import ParameterSet, build_parameters, place_parameters
from brainmag.people.population import People, Population, draw_people
from brainmag.people.species import BODIES, CULTURE, PREPARATIONS
from brainmag.people.subject import Subject, build_subject

__all__ = [
    "BODIES",
    "CULTURE",
    "PREPARATIONS",
    "ParameterSet",
    "People",
    "Population",
    "Subject",
    "build_parameters",
    "build_subject",
    "draw_people",
    "place_parameters",
]
