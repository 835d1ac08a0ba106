"""What the bits of a run depend on beside what was asked for: versions, code, machine, solver."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from brainmag import __version__
from brainmag.engine import COMPILERS, describe_processor
from brainmag.engine.devices import describe_device
from brainmag.simulate import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE

# Whose versions change what is computed beside the compilers, or what is written.
LIBRARIES = ("h5netcdf", "h5py", "matplotlib", "numpy", "pillow", "pyarrow", "salib", "scipy")
# Read from a file each, and asked for with every document.
version = cache(metadata.version)
# Longer values are hashes and the like: that they differ says all.
_LONGEST_TOLD = 24


def describe_making(model_key: str, device: str) -> dict[str, Any]:
    """Return what all files of a run depend on, whoever takes what.

    Parameters
    ----------
    model_key : str
        Hash of everything the compiled model depends on, the processor among it.
    device : str
        As for `brainmag.simulate.simulate`.
    """
    return {
        "brainmag": __version__,
        "code": hash_code(),
        "python": platform.python_version(),
        **{name: version(name) for name in sorted((*COMPILERS, *LIBRARIES))},
        **describe_processor(),
        "device": device,
        **describe_device(device),
        "model": model_key,
        "tables": hash_tables(),
        "solver": {
            "method": "Rodas5P",
            "relative_tolerance": RELATIVE_TOLERANCE,
            "absolute_tolerance": ABSOLUTE_TOLERANCE,
        },
    }


def list_differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return what two descriptions differ in, before and after; the empty string where in nothing.

    Examples
    --------
    >>> list_differences({"numpy": "2.1.0", "python": "3.12.1"}, {"numpy": "2.2.0"})
    'numpy 2.1.0 -> 2.2.0, python 3.12.1 -> -'
    """
    names = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    # The model's key follows from the others, and tells something only where they are silent.
    told = [name for name in names if name != "model"] or names
    return ", ".join(_tell(name, then.get(name), now.get(name)) for name in told)


@cache
def hash_code() -> str:
    """Return the hash of this package's files: one version may have many states."""
    digest = hashlib.sha256()
    for name, file in _walk("", files("brainmag")):
        digest.update(f"{name}\n{_hash(file.read_bytes())}\n".encode())
    return digest.hexdigest()[:32]


def _walk(place: str, folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.startswith((".", "__pycache__")):
            continue
        name = f"{place}/{entry.name}"
        if entry.is_file():
            yield name, entry
        else:
            yield from _walk(name, entry)


def hash_tables() -> dict[str, str]:
    """Return the hash of every table that the model's numbers come from.

    Examples
    --------
    >>> "parameters.tsv" in hash_tables()
    True
    """
    tables = [entry for entry in files("brainmag.biology").iterdir() if entry.name.endswith(".tsv")]
    tables += list(files("brainmag.people").joinpath("posterior").iterdir())
    return {table.name: _hash(table.read_bytes()) for table in sorted(tables, key=lambda t: t.name)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _tell(name: str, then: object, now: object) -> str:
    both = ["-" if one is None else str(one) for one in (then, now)]
    return name if max(map(len, both)) > _LONGEST_TOLD else f"{name} {both[0]} -> {both[1]}"
