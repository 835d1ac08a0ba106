"""The curves of ``brainmag synapse`` as documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from brainmag.commands import synapse_inputs as inputs
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import read_draws, read_seed
from brainmag.synapse.block import REST, find_open_fraction
from brainmag.synapse.curves import draw_pairing_curve, draw_protocol_curve
from brainmag.synapse.describe import describe_protocol


def describe_curve(
    options: SynapseOptions, curve: str, *, on_compile: Callable[[], None] | None = None
) -> dict[str, Any]:
    """Return a curve as a document.

    Parameters
    ----------
    options : SynapseOptions
    curve : str
        One of `brainmag.commands.synapse_inputs.CURVES`.
    on_compile : callable, optional
        Called when the model must be compiled first.

    Raises
    ------
    InputError
        When an option cannot be read, is out of range, or does not go with the curve.

    Examples
    --------
    >>> describe_curve(SynapseOptions(at="0.8"), "mg")["curve"][0]["x"]
    0.8
    """
    if curve in ("dt", "rate"):
        return _draw_pairing_curve(options, curve)
    if curve == "mg" and options.protocol is not None:
        return _draw_protocol_curve(options, on_compile)
    return _draw_block_curve(options, curve)


def _draw_pairing_curve(options: SynapseOptions, curve: str) -> dict[str, Any]:
    inputs.refuse(
        options,
        *("protocol", "mg", "mg_chronic", "nr2b", "calcium", "block", "uncertainty"),
        use=f"--curve {curve}",
    )
    pairing, points = inputs.read_pairing(options), inputs.read_points(options, curve)
    if curve == "dt":
        inputs.refuse(options, "interval", use="--curve dt")
        rate = inputs.read_rate(options)
        held, intervals, rates = {"rate": rate}, points, [rate] * len(points)
    else:
        inputs.refuse(options, "rate", use="--curve rate")
        interval = inputs.read_interval(options)
        held, intervals, rates = {"interval": interval}, [interval] * len(points), points
    ratios = draw_pairing_curve(pairing, intervals, rates)
    return {
        "curve": [{"x": x, "ltp_ratio": y} for x, y in zip(points, ratios, strict=True)],
        "set": pairing.plasticity.name,
        "pairs": pairing.pairs,
        **held,
        "formula": pairing.formula,
    }


def _draw_block_curve(options: SynapseOptions, curve: str) -> dict[str, Any]:
    inputs.refuse(
        options,
        *("protocol", "mg_chronic", "nr2b", "calcium", "preparation", "fit", "pairs", "rate"),
        *("interval", "formula", "uncertainty", "seed"),
        use=f"--curve {curve}" + (" without a protocol" if curve == "mg" else ""),
    )
    scheme, points = inputs.read_scheme(options), inputs.read_points(options, curve)
    if curve == "mg":
        inputs.refuse(options, "mg", use="--curve mg")
        shares = find_open_fraction(scheme, REST, points).tolist()
        by_level = [{"x": x, "open_fraction": y} for x, y in zip(points, shares, strict=True)]
        return {"curve": by_level, "block": scheme, "voltage": REST}
    levels = inputs.read_levels(options)
    found: list[dict[str, float]] = []
    for level in levels:
        shares = find_open_fraction(scheme, points, level).tolist()
        named = {"magnesium": level} if len(levels) > 1 else {}
        found += [
            {"x": x, **named, "open_fraction": y} for x, y in zip(points, shares, strict=True)
        ]
    return {"curve": found, "block": scheme, "magnesium": list(levels)}


def _draw_protocol_curve(
    options: SynapseOptions, on_compile: Callable[[], None] | None
) -> dict[str, Any]:
    inputs.refuse(options, "mg", "fit", "formula", use="--curve mg of a protocol")
    scenario, points = inputs.read_scenario(options), inputs.read_points(options, "mg")
    draws, seed = read_draws(options.uncertainty), read_seed(options.seed)
    runs = draw_protocol_curve(scenario, points, draws=draws, seed=seed, on_compile=on_compile)
    documents = [describe_protocol(run, draws=draws, seed=seed) for run in runs]
    kept = ("protocol", "preparation", "set", "block", "adapted", "draws", "seed")
    return {
        "curve": [
            {"x": x, "ltp_percent": one["ltp_percent"]}
            for x, one in zip(points, documents, strict=True)
        ],
        **{name: documents[0][name] for name in kept},
        "calcium": scenario.bath.calcium,
    }
