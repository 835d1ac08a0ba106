"""Protocols: when spikes come and what is held, from TOML files that anybody can write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from brainmag.errors import InputError
from brainmag.synapse.known import check_known
from brainmag.table_file import COUNT, NUMBER, NUMBERS, Entry, Fields, read_entries

SUFFIX = ".toml"
# The protocol whose interval, rate and number can be given.
PAIRS = "stdp"
LONGEST = 3_600_000.0
MOST_SPIKES = 10_000
# A presynaptic spike takes two short windows: the next one has to wait for both.
SHORTEST_INTERVAL = 1.0
HIGHEST_RATE = 1000.0 / SHORTEST_INTERVAL

_TRAIN = {
    "times": NUMBERS,
    "start": NUMBER,
    "pulses": COUNT,
    "rate": NUMBER,
    "bursts": COUNT,
    "burst_rate": NUMBER,
    "trains": COUNT,
    "train_every": NUMBER,
}
FIELDS: Fields = {
    "pre": _TRAIN,
    "post": _TRAIN,
    "clamp": {"from": NUMBER, "until": NUMBER, "millivolt": NUMBER},
    "glutamate": {"from": NUMBER, "until": NUMBER, "micromolar": NUMBER},
}


class Hold(NamedTuple):
    """A level that is held from one time to another, ms."""

    start: float
    stop: float
    level: float


@dataclass(frozen=True)
class Protocol:
    """What is done to a synapse.

    Attributes
    ----------
    name : str
    pre, post : tuple of float
        Times of spikes, ms, in order.
    clamp : tuple of Hold
        Voltages, mV.
    glutamate : tuple of Hold
        Glutamate in the bath, umol/L.
    """

    name: str
    pre: tuple[float, ...] = ()
    post: tuple[float, ...] = ()
    clamp: tuple[Hold, ...] = ()
    glutamate: tuple[Hold, ...] = ()

    @property
    def last(self) -> float:
        """Time of the last thing that is done, ms."""
        stops = (hold.stop for hold in (*self.clamp, *self.glutamate))
        return max((*self.pre, *self.post, *stops), default=0.0)


def list_protocols() -> tuple[str, ...]:
    """Return the names of the protocols that come with the model.

    Examples
    --------
    >>> "theta-burst" in list_protocols()
    True
    """
    folder = files("brainmag").joinpath("protocols")
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def read_protocol(given: str) -> Protocol:
    """Return the protocol of that name, or that of a file.

    Parameters
    ----------
    given : str
        A name of `list_protocols`, or the path of a file that ends in ``.toml``.

    Raises
    ------
    InputError
        ``synapse.unknown_protocol``, or what is wrong with the file: with its line and field.

    Examples
    --------
    >>> read_protocol("paired-pulse").pre
    (0.0, 50.0)
    """
    if given.endswith(SUFFIX):
        path = Path(given)
        return _build_protocol(path.stem, read_entries(path, FIELDS))
    check_known("protocol", given, list_protocols())
    with as_file(files("brainmag").joinpath("protocols", given + SUFFIX)) as path:
        return _build_protocol(given, read_entries(path, FIELDS))


def read_shipped(name: str) -> str:
    """Return the text of a protocol that comes along.

    Parameters
    ----------
    name : str
        One of `list_protocols`.

    Examples
    --------
    >>> "[[pre]]" in read_shipped("theta-burst")
    True
    """
    home = files("brainmag").joinpath("protocols")
    return home.joinpath(name + SUFFIX).read_text(encoding="utf-8")


def pair_spikes(interval: float, *, pairs: int, rate: float) -> Protocol:
    """Return pairs of a presynaptic and a postsynaptic spike.

    Parameters
    ----------
    interval : float
        From the presynaptic to the postsynaptic spike, ms.
    pairs : int
    rate : float
        Pairs per second.

    Examples
    --------
    >>> pair_spikes(-10.0, pairs=2, rate=1.0).pre
    (10.0, 1010.0)
    """
    first = max(0.0, -interval)
    begins = [1000.0 / rate * pair for pair in range(pairs)]
    return Protocol(
        PAIRS,
        pre=tuple(first + begin for begin in begins),
        post=tuple(first + interval + begin for begin in begins),
    )


def _build_protocol(name: str, entries: tuple[Entry, ...]) -> Protocol:
    found: dict[str, list[Any]] = {table: [] for table in FIELDS}
    for entry in entries:
        table = entry.table
        if table in ("pre", "post"):
            found[table] += _list_spikes(entry)
            if len(found[table]) > MOST_SPIKES:
                raise entry.error(table, InputError("synapse.too_many_spikes", limit=MOST_SPIKES))
            _check_distance(entry, found[table])
        else:
            found[table].append(
                _read_hold(entry, "millivolt" if table == "clamp" else "micromolar")
            )
            _check_overlap(entry, found[table])
    return Protocol(name, **{table: tuple(sorted(items)) for table, items in found.items()})


def _list_spikes(entry: Entry) -> list[float]:
    """Return the times of one table: a list, or trains of bursts of pulses."""
    if entry.get("times") is not None:
        for key in FIELDS["pre"]:
            if key != "times" and entry.get(key) is not None:
                raise entry.error(key, InputError("synapse.times_alone", field=key))
        if not entry.get("times"):
            raise entry.error("times", InputError("synapse.no_spike"))
        return [_check_time(entry, "times", time) for time in entry.get("times")]
    start = _check_time(entry, "start", entry.get("start") or 0)
    pulses = _read_count(entry, "pulses")
    bursts = _read_count(entry, "bursts")
    trains = _read_count(entry, "trains")
    if pulses * bursts * trains > MOST_SPIKES:
        raise entry.error("pulses", InputError("synapse.too_many_spikes", limit=MOST_SPIKES))
    within = _read_period(entry, "rate", pulses)
    between = _read_period(entry, "burst_rate", bursts)
    apart = _check_time(entry, "train_every", entry.require("train_every")) if trains > 1 else 0.0
    times = [
        start + train * apart + burst * between + pulse * within
        for train in range(trains)
        for burst in range(bursts)
        for pulse in range(pulses)
    ]
    _check_time(entry, entry.table, max(times))
    return times


def _read_count(entry: Entry, key: str) -> int:
    value = entry.get(key)
    if value is None:
        return 1
    if not 1 <= value <= MOST_SPIKES:
        cause = InputError("synapse.out_of_range", given=value, lowest=1, highest=MOST_SPIKES)
        raise entry.error(key, cause)
    return value


def _read_period(entry: Entry, key: str, count: int) -> float:
    """Return ms from one to the next of several that come at a rate per second."""
    if count == 1 and entry.get(key) is None:
        return 0.0
    rate = float(entry.require(key))
    if not 1000.0 / LONGEST <= rate <= HIGHEST_RATE:
        lowest = 1000.0 / LONGEST
        cause = InputError("synapse.out_of_range", given=rate, lowest=lowest, highest=HIGHEST_RATE)
        raise entry.error(key, cause)
    return 1000.0 / rate


def _check_time(entry: Entry, key: str, value: float) -> float:
    if not 0.0 <= value <= LONGEST:
        cause = InputError("synapse.time_out_of_range", given=value, limit=LONGEST)
        raise entry.error(key, cause)
    return float(value)


def _read_hold(entry: Entry, key: str) -> Hold:
    start = _check_time(entry, "from", entry.require("from"))
    stop = _check_time(entry, "until", entry.require("until"))
    if stop <= start:
        raise entry.error("until", InputError("synapse.ends_before_start", given=stop, start=start))
    level = float(entry.require(key))
    lowest, highest = (-150.0, 150.0) if key == "millivolt" else (0.0, 100_000.0)
    if not lowest <= level <= highest:
        cause = InputError("synapse.out_of_range", given=level, lowest=lowest, highest=highest)
        raise entry.error(key, cause)
    return Hold(start, stop, level)


def _check_distance(entry: Entry, times: Iterable[float]) -> None:
    ordered = sorted(times)
    for before, after in pairwise(ordered):
        # The times of a list are rounded; a thousandth is no overlap.
        if after - before < SHORTEST_INTERVAL * (1.0 - 1e-3):
            cause = InputError(
                "synapse.spikes_too_close", given=after - before, limit=SHORTEST_INTERVAL
            )
            raise entry.error(entry.table, cause)


def _check_overlap(entry: Entry, holds: list[Hold]) -> None:
    ordered = sorted(holds)
    for before, after in pairwise(ordered):
        if after.start < before.stop:
            raise entry.error("from", InputError("synapse.overlap", given=after.start))
