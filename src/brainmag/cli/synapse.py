"""``brainmag synapse``: one synapse in milliseconds, under a protocol or along a curve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.kept_document import check_stem, show_document
from brainmag.cli.progress import Reporter
from brainmag.cli.synapse_options import SynapseOptions
from brainmag.cli.values import check_language, choose, read_draws, read_seed

if TYPE_CHECKING:
    from rich.console import RenderableType


def synapse(options: SynapseOptions) -> int:
    """Run a protocol or draw a curve, show it, and return the exit status."""
    from brainmag.cli import synapse_inputs as inputs  # noqa: PLC0415

    lang = check_language(options.lang)
    stem = None if options.out is None else check_stem(options.out)
    curve = None if options.curve is None else choose("--curve", options.curve, inputs.CURVES)
    if curve is None:
        return _show_protocol(options, stem, lang)
    if curve in ("dt", "rate"):
        document = _draw_pairing_curve(options, curve)
    elif curve == "mg" and options.protocol is not None:
        document = _draw_protocol_curve(options, lang)
    else:
        document = _draw_block_curve(options, curve)
    return _show_curve(document, curve, options, stem, lang)


def _show_protocol(options: SynapseOptions, stem: Path | None, lang: str) -> int:
    from brainmag.cli import synapse_inputs as inputs  # noqa: PLC0415
    from brainmag.report.synapse_table import draw_protocol_table, list_remarks  # noqa: PLC0415
    from brainmag.synapse.describe import describe_protocol  # noqa: PLC0415
    from brainmag.synapse.run import run_protocol, trace_protocol  # noqa: PLC0415

    inputs.refuse(options, "at", "fit", "formula", use="--curve", code="cli.goes_with")
    scenario = inputs.read_scenario(options)
    draws, seed = read_draws(options.uncertainty), read_seed(options.seed)
    with Reporter(lang, subjects=1 + draws) as reporter:
        run = run_protocol(
            scenario,
            draws=draws,
            seed=seed,
            on_compile=reporter.show_compiling,
            on_progress=reporter.show_progress,
        )
    document = describe_protocol(run, draws=draws, seed=seed)

    def draw(target: Path) -> None:
        from brainmag.report.synapse_figure import draw_traces  # noqa: PLC0415

        traces = trace_protocol(scenario)
        draw_traces(document, traces, scenario.protocol.pre, target, lang=lang)

    shown: list[RenderableType] = [draw_protocol_table(document, lang)]
    shown += list_remarks(document, lang)
    return show_document(document, shown, draw, stem, lang, as_json=options.as_json)


def _draw_pairing_curve(options: SynapseOptions, curve: str) -> dict[str, Any]:
    from brainmag.cli import synapse_inputs as inputs  # noqa: PLC0415
    from brainmag.synapse.curves import draw_pairing_curve  # noqa: PLC0415

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
    from brainmag.cli import synapse_inputs as inputs  # noqa: PLC0415
    from brainmag.synapse.block import REST, find_open_fraction  # noqa: PLC0415

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


def _draw_protocol_curve(options: SynapseOptions, lang: str) -> dict[str, Any]:
    from brainmag.cli import synapse_inputs as inputs  # noqa: PLC0415
    from brainmag.synapse.curves import draw_protocol_curve  # noqa: PLC0415
    from brainmag.synapse.describe import describe_protocol  # noqa: PLC0415

    inputs.refuse(options, "mg", "fit", "formula", use="--curve mg of a protocol")
    scenario, points = inputs.read_scenario(options), inputs.read_points(options, "mg")
    draws, seed = read_draws(options.uncertainty), read_seed(options.seed)
    reporter = Reporter(lang)
    runs = draw_protocol_curve(
        scenario, points, draws=draws, seed=seed, on_compile=reporter.show_compiling
    )
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


def _show_curve(
    document: dict[str, Any], curve: str, options: SynapseOptions, stem: Path | None, lang: str
) -> int:
    from brainmag.report.synapse_table import draw_curve_table  # noqa: PLC0415

    def draw(target: Path) -> None:
        from brainmag.report.synapse_figure import draw_curve  # noqa: PLC0415

        draw_curve(document, curve, target, lang=lang)

    table = draw_curve_table(document, curve, lang)
    return show_document(document, [table], draw, stem, lang, as_json=options.as_json)
