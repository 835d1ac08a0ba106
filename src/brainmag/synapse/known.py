"""Names of the room: what is not known is refused with its nearest match."""

from __future__ import annotations

from collections.abc import Collection

from brainmag.errors import InputError, nearest_match


def check_known(kind: str, given: str, known: Collection[str]) -> None:
    """Refuse a name that is none of those known.

    Parameters
    ----------
    kind : str
        ``set``, ``preparation`` or ``protocol``.
    given : str
    known : collection of str

    Raises
    ------
    InputError
        ``synapse.unknown_set`` and so on.

    Examples
    --------
    >>> check_known("set", "DP", ["DP", "DPD"])
    """
    if given not in known:
        raise InputError(
            f"synapse.unknown_{kind}",
            given=given,
            nearest=nearest_match(given, known),
            allowed=", ".join(known),
        )
