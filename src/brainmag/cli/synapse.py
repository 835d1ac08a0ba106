"""``brainmag synapse``: one synapse in milliseconds, under a protocol or along a curve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainmag.cli.kept_document import check_stem, show_document
from brainmag.cli.progress import Reporter
from brainmag.commands.synapse_options import SynapseOptions
from brainmag.commands.values import check_language, choose, read_draws

if TYPE_CHECKING:
    from rich.console import RenderableType


def synapse(options: SynapseOptions) -> int:
    """Run a protocol or draw a curve, show it, and return the exit status."""
    from brainmag.commands.synapse_curves import describe_curve  # noqa: PLC0415
    from brainmag.commands.synapse_inputs import CURVES  # noqa: PLC0415

    lang = check_language(options.lang)
    stem = None if options.out is None else check_stem(options.out)
    curve = None if options.curve is None else choose("--curve", options.curve, CURVES)
    if curve is None:
        return _show_protocol(options, stem, lang)
    on_compile = Reporter(lang).show_compiling
    document = describe_curve(options, curve, on_compile=on_compile)
    return _show_curve(document, curve, options, stem, lang)


def _show_protocol(options: SynapseOptions, stem: Path | None, lang: str) -> int:
    from brainmag.commands.synapse_protocol import (  # noqa: PLC0415
        answer_protocol,
        plan_protocol,
    )
    from brainmag.report.synapse_table import draw_protocol_table, list_remarks  # noqa: PLC0415
    from brainmag.synapse.run import trace_protocol  # noqa: PLC0415

    scenario = plan_protocol(options)
    with Reporter(lang, subjects=1 + read_draws(options.uncertainty)) as reporter:
        document = answer_protocol(
            options,
            scenario,
            on_compile=reporter.show_compiling,
            on_progress=reporter.show_progress,
        )

    def draw(target: Path) -> None:
        from brainmag.report.synapse_figure import draw_traces  # noqa: PLC0415

        traces = trace_protocol(scenario)
        draw_traces(document, traces, scenario.protocol.pre, target, lang=lang)

    shown: list[RenderableType] = [draw_protocol_table(document, lang)]
    shown += list_remarks(document, lang)
    return show_document(document, shown, draw, stem, lang, as_json=options.as_json)


def _show_curve(
    document: dict[str, Any], curve: str, options: SynapseOptions, stem: Path | None, lang: str
) -> int:
    from brainmag.report.synapse_table import draw_curve_table  # noqa: PLC0415

    def draw(target: Path) -> None:
        from brainmag.report.synapse_figure import draw_curve  # noqa: PLC0415

        draw_curve(document, curve, target, lang=lang)

    table = draw_curve_table(document, curve, lang)
    return show_document(document, [table], draw, stem, lang, as_json=options.as_json)
