"""The studies that come along."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from brainmag.errors import InputError, nearest_match
from brainmag.record.measurements import Figure, read_figures
from brainmag.record.study import Study, read_study
from brainmag.tables import expect_whole, parse_table

FOLDER, ROLES = "studies", "roles.tsv"


@cache
def load_studies() -> dict[str, Study]:
    """Return every study of the record by its name.

    Examples
    --------
    >>> load_studies()["liu-2016"].who
    'human'
    """
    home = files("brainmag.record").joinpath(FOLDER)
    found: dict[str, Study] = {}
    for folder in sorted(home.iterdir(), key=lambda one: one.name):
        name = f"{folder.name}/study.toml"
        with expect_whole(name), as_file(folder.joinpath("study.toml")) as path:
            found[folder.name] = read_study(path, folder.name)
    return found


def find_study(name: str) -> Study:
    """Return a study of the record.

    Raises
    ------
    InputError
        ``record.unknown_study``.

    Examples
    --------
    >>> find_study("liu-2016").design
    'parallel'
    """
    known = load_studies()
    if name not in known:
        raise InputError(
            "record.unknown_study",
            given=name,
            nearest=nearest_match(name, known),
            allowed=", ".join(known),
        )
    return known[name]


@cache
def list_figures() -> tuple[Figure, ...]:
    """Return every figure of the record, by study.

    Examples
    --------
    >>> len({figure.id for figure in list_figures()}) == len(list_figures())
    True
    """
    roles = read_roles()
    home = files("brainmag.record").joinpath(FOLDER)
    figures: list[Figure] = []
    for name, study in load_studies().items():
        table = f"{name}/measurements.tsv"
        with expect_whole(table):
            text = home.joinpath(name, "measurements.tsv").read_text(encoding="utf-8")
            figures += read_figures(study, parse_table(text, table), roles)
    with expect_whole(ROLES):
        if strange := set(roles) - {figure.id for figure in figures}:
            raise ValueError(f"no figure is named {min(strange)!r}")
    return tuple(figures)


@cache
def read_roles() -> dict[str, str]:
    """Return the role of each figure that the draw has given one.

    Examples
    --------
    >>> sorted(set(read_roles().values()))
    ['calibration', 'validation']
    """
    with expect_whole(ROLES):
        text = files("brainmag.record").joinpath(ROLES).read_text(encoding="utf-8")
        found = {row["figure"]: row["role"] for row in parse_table(text, ROLES)}
        if strange := set(found.values()) - {"calibration", "validation"}:
            raise ValueError(f"no role is named {min(strange)!r}")
    return found
