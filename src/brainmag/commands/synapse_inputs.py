"""Read the options of ``brainmag synapse``: protocol, bath, curve, pairs of spikes."""

from __future__ import annotations

from typing import cast

from brainmag.commands.options import name_option
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import choose, read_count, read_number, read_seed
from brainmag.errors import InputError
from brainmag.intake import parse_concentration
from brainmag.synapse.block import SCHEMES, Scheme
from brainmag.synapse.curves import FORMULAS, Formula, Pairing
from brainmag.synapse.model import Bath
from brainmag.synapse.plasticity import PlasticitySet, find_set
from brainmag.synapse.preparation import DEFAULT_PREPARATION, Preparation, find_preparation
from brainmag.synapse.protocol import PAIRS, Protocol, pair_spikes, read_protocol
from brainmag.synapse.run import SynapseScenario

CURVES = ("dt", "rate", "mg", "voltage")
DEFAULT_PAIRS, MOST_PAIRS = 60, 10_000
DEFAULT_RATE, LOWEST_RATE, HIGHEST_RATE = 1.0, 0.01, 200.0
DEFAULT_INTERVAL, LONGEST_INTERVAL = 10.0, 1000.0
CHRONIC = (0.1, 5.0)
HIGHEST_CONCENTRATION, HIGHEST_NR2B, HIGHEST_VOLTAGE = 20.0, 20.0, 150.0
MOST_POINTS = 1000
DEFAULT_AT = {
    "dt": tuple(float(step) for step in range(-100, 105, 5)),
    "rate": (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0),
    "mg": (0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 2.0),
    "voltage": tuple(float(step) for step in range(-90, 50, 10)),
}
LIMITS = {
    "dt": (-LONGEST_INTERVAL, LONGEST_INTERVAL),
    "rate": (LOWEST_RATE, HIGHEST_RATE),
    "mg": (0.0, HIGHEST_CONCENTRATION),
    "voltage": (-HIGHEST_VOLTAGE, HIGHEST_VOLTAGE),
}
# What a curve of block against voltage is drawn at, when no magnesium is given.
LEVELS = (0.6, 0.8, 1.0, 1.2)


def read_scenario(options: SynapseOptions) -> SynapseScenario:
    """Return the synapse and the protocol that the options describe.

    Raises
    ------
    InputError
        When one of them cannot be used.
    """
    if not options.protocol:
        raise InputError("cli.protocol_missing")
    preparation = read_preparation(options)
    magnesium = read_concentration("--mg", options.mg)
    calcium = read_concentration("--calcium", options.calcium)
    return SynapseScenario(
        _read_protocol(options),
        preparation,
        Bath(
            preparation.magnesium if magnesium is None else magnesium,
            preparation.calcium if calcium is None else calcium,
        ),
        chronic=_read_chronic(options.mg_chronic),
        nr2b=_read_in_range("--nr2b", options.nr2b, 0.0, HIGHEST_NR2B, example="1.3"),
        scheme=read_scheme(options),
    )


def read_preparation(options: SynapseOptions) -> Preparation:
    """Return the preparation that was asked for, or the usual one."""
    return find_preparation(options.preparation or DEFAULT_PREPARATION)


def read_scheme(options: SynapseOptions) -> Scheme:
    """Return the description of the block that was asked for, or the usual one."""
    return cast(Scheme, choose("--block", options.block or SCHEMES[0], SCHEMES))


def read_pairing(options: SynapseOptions) -> Pairing:
    """Return pairs of spikes and the fit that tells what they leave."""
    formula = choose("--formula", options.formula or FORMULAS[0], FORMULAS)
    return Pairing(
        _read_set(options),
        _read_pairs(options.pairs),
        cast(Formula, formula),
        read_seed(options.seed),
    )


def read_rate(options: SynapseOptions) -> float:
    """Return the pairs per second."""
    rate = _read_in_range("--rate", options.rate, LOWEST_RATE, HIGHEST_RATE, example="1")
    return DEFAULT_RATE if rate is None else rate


def read_interval(options: SynapseOptions) -> float:
    """Return the interval of a pair, ms."""
    longest = LONGEST_INTERVAL
    value = _read_in_range("--interval", options.interval, -longest, longest, example="10")
    return DEFAULT_INTERVAL if value is None else value


def read_points(options: SynapseOptions, curve: str) -> tuple[float, ...]:
    """Return where a curve is drawn.

    Raises
    ------
    InputError
        ``cli.points_missing``, ``cli.too_many_points``, or that a value cannot be used.
    """
    if options.at is None:
        return DEFAULT_AT[curve]
    words = [word.strip() for word in options.at.split(",") if word.strip()]
    if not words:
        raise InputError("cli.points_missing", given=options.at)
    if len(words) > MOST_POINTS:
        raise InputError("cli.too_many_points", given=len(words), limit=MOST_POINTS)
    lowest, highest = LIMITS[curve]
    found = [_read_in_range("--at", word, lowest, highest, example="-10,0,10") for word in words]
    return tuple(value for value in found if value is not None)


def read_levels(options: SynapseOptions) -> tuple[float, ...]:
    """Return the magnesium at which a curve of block against voltage is drawn, mmol/L."""
    level = read_concentration("--mg", options.mg)
    return LEVELS if level is None else (level,)


def read_concentration(name: str, given: str | None) -> float | None:
    """Return a concentration in mmol/L, from a plain number or a text with its unit.

    Raises
    ------
    InputError
        ``cli.value_out_of_range``, or that it is no concentration.

    Examples
    --------
    >>> read_concentration("--mg", "0.8"), read_concentration("--mg", "800 umol/L")
    (0.8, 0.8)
    """
    if given is None:
        return None
    try:
        value = float(given)
    except ValueError:
        value = parse_concentration(given, allow_zero=True)
    return _check_range(name, value, 0.0, HIGHEST_CONCENTRATION)


def refuse(
    options: SynapseOptions, *fields: str, use: str, code: str = "cli.does_not_go_with"
) -> None:
    """Refuse options that say nothing beside what is used, or without what is not.

    Raises
    ------
    InputError
        ``cli.does_not_go_with`` or ``cli.goes_with``.
    """
    for field in fields:
        if getattr(options, field) is not None:
            given = "PROTOCOL" if field == "protocol" else name_option(field)
            raise InputError(code, given=given, use=use)


def _read_protocol(options: SynapseOptions) -> Protocol:
    given = options.protocol or ""
    if given != PAIRS:
        refuse(options, "pairs", "rate", "interval", use=given)
        return read_protocol(given)
    rate, pairs = read_rate(options), _read_pairs(options.pairs)
    return pair_spikes(read_interval(options), pairs=pairs, rate=rate)


def _read_set(options: SynapseOptions) -> PlasticitySet:
    if options.fit is not None:
        return find_set(options.fit)
    return read_preparation(options).plasticity


def _read_chronic(given: str | None) -> float | None:
    value = read_concentration("--mg-chronic", given)
    # Far from what cells live in they do not adapt: they die.
    return None if value is None else _check_range("--mg-chronic", value, *CHRONIC)


def _read_pairs(given: str | None) -> int:
    return read_count("--pairs", given, default=DEFAULT_PAIRS, lowest=1, highest=MOST_PAIRS)


def _read_in_range(
    name: str, given: str | None, lowest: float, highest: float, *, example: str
) -> float | None:
    value = read_number(name, given, example=example)
    return None if value is None else _check_range(name, value, lowest, highest)


def _check_range(name: str, value: float, lowest: float, highest: float) -> float:
    # Written so that what is no number fails, too.
    if not lowest <= value <= highest:
        raise InputError(
            "cli.value_out_of_range", option=name, given=value, lowest=lowest, highest=highest
        )
    return value
