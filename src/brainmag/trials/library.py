"""The designs that come along, and the template of a new one."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from brainmag.errors import InputError, nearest_match
from brainmag.trials.design import Trial
from brainmag.trials.read import read_trial

TEMPLATE = "template.toml"


def list_trials() -> tuple[str, ...]:
    """Return the names of the designs that come along.

    Examples
    --------
    >>> "liu-2016" in list_trials()
    True
    """
    home = files("brainmag.trials").joinpath("designs")
    return tuple(sorted(Path(one.name).stem for one in home.iterdir()))


def load_trial(given: str) -> Trial:
    """Return a design by its name, or that of a file.

    Parameters
    ----------
    given : str
        A name of `list_trials`, or the path of a TOML file.

    Raises
    ------
    InputError
        ``trials.unknown_trial`` when there is neither; as for `read_trial` otherwise.
    """
    known = list_trials()
    if given in known:
        place = files("brainmag.trials").joinpath("designs", f"{given}.toml")
        with as_file(place) as path:
            return read_trial(path, given)
    path = Path(given)
    if path.suffix != ".toml":
        raise InputError(
            "trials.unknown_trial",
            given=given,
            nearest=nearest_match(given, known),
            allowed=", ".join(known),
        )
    return read_trial(path, path.stem)


def read_design(name: str) -> str:
    """Return the text of a design that comes along.

    Parameters
    ----------
    name : str
        One of `list_trials`.

    Examples
    --------
    >>> "[[trial]]" in read_design("liu-2016")
    True
    """
    return files("brainmag.trials").joinpath("designs", f"{name}.toml").read_text(encoding="utf-8")


def read_template() -> str:
    """Return the text of a new design, with a remark on every field.

    Examples
    --------
    >>> read_template().startswith("#")
    True
    """
    return files("brainmag.trials").joinpath(TEMPLATE).read_text(encoding="utf-8")
