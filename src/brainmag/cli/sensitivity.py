"""``brainmag sensitivity``: which numbers of the table an observable hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from brainmag.cli.interrupts import repeat_interrupts
from brainmag.cli.kept_document import check_stem, show_document
from brainmag.cli.output import tell
from brainmag.cli.progress import Reporter
from brainmag.commands.options import ScenarioOptions, argument, option
from brainmag.commands.values import check_language, choose, read_count, read_seed
from brainmag.errors import InputError
from brainmag.locales import text

if TYPE_CHECKING:
    from brainmag.inference.sensitivity import Sensitivity, Target

# Sobol's method takes so many parameters unless it is told which.
LARGEST = 10


@dataclass(frozen=True)
class SensitivityOptions(ScenarioOptions):
    """An observable, a scenario, how it is analysed, and what is shown and kept."""

    observable: Annotated[str | None, argument("observable")] = None
    change: Annotated[bool, option("change")] = False
    hypothesis: Annotated[str | None, option("hypothesis", text="hypothesis-of-model")] = None
    method: Annotated[str | None, option("method")] = None
    samples: Annotated[str | None, option("samples")] = None
    parameters: Annotated[str | None, option("parameters", number=str(LARGEST))] = None
    seed: Annotated[str | None, option("seed", text="seed-of-samples")] = None
    out: Annotated[str | None, option("out", text="out-stem")] = None
    as_json: Annotated[bool, option("json")] = False


@dataclass(frozen=True)
class _Plan:
    """What is asked for, checked so far as it can be before the model is loaded."""

    target: Target
    method: str
    samples: int
    seed: int
    given: tuple[str, ...] | None
    lang: str


def sensitivity(options: SensitivityOptions) -> int:
    """Vary the numbers of the table, show what an observable owes to each, and keep it."""
    from brainmag.report.sensitivity_table import (  # noqa: PLC0415
        draw_sensitivity_table,
        list_remarks,
    )

    lang = check_language(options.lang)
    stem = None if options.out is None else check_stem(options.out)
    document = _analyse(_plan(options, lang))

    def draw(target: Path) -> None:
        from brainmag.report.sensitivity_figure import draw_sensitivity  # noqa: PLC0415

        draw_sensitivity(document, target, lang=lang)

    shown = [draw_sensitivity_table(document, lang), *list_remarks(document, lang)]
    return show_document(document, shown, draw, stem, lang, as_json=options.as_json)


def _plan(options: SensitivityOptions, lang: str) -> _Plan:
    from brainmag.commands.scenario import plan_scenario  # noqa: PLC0415
    from brainmag.inference import design  # noqa: PLC0415
    from brainmag.inference.sensitivity import Target, check_observable  # noqa: PLC0415
    from brainmag.people.parameters import DEFAULT_HYPOTHESIS, HYPOTHESES  # noqa: PLC0415

    hypothesis = choose("--hypothesis", options.hypothesis or DEFAULT_HYPOTHESIS, HYPOTHESES)
    method = choose("--method", options.method or design.MORRIS, design.METHODS)
    samples = read_count(
        "--samples",
        options.samples,
        default=design.DEFAULT_SAMPLES[method],
        lowest=design.FEWEST_SAMPLES[method],
        highest=design.MOST_SAMPLES[method],
    )
    design.check_samples(method, samples)
    if not options.observable:
        raise InputError("cli.observable_missing")
    scenario = plan_scenario(options, hypothesis)
    check_observable(options.observable, scenario.subject)
    return _Plan(
        Target(scenario, options.observable, options.change),
        method,
        samples,
        read_seed(options.seed),
        _read_names(options.parameters),
        lang,
    )


def _read_names(given: str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    names = tuple(word.strip() for word in given.split(",") if word.strip())
    if not names:
        raise InputError("cli.parameters_missing", given=given)
    return names


def _analyse(plan: _Plan) -> dict[str, Any]:
    """Return the document of an analysis; Sobol's starts from one by Morris, unless told where."""
    from brainmag.advice import list_scenario_notes  # noqa: PLC0415
    from brainmag.inference.design import DEFAULT_SAMPLES, MORRIS  # noqa: PLC0415
    from brainmag.inference.sensitivity import (  # noqa: PLC0415
        check_parameters,
        describe_sensitivity,
        list_varied,
        rank_parameters,
    )
    from brainmag.intake_record import describe_intake  # noqa: PLC0415
    from brainmag.simulate import load_model  # noqa: PLC0415  # noqa: PLC0415

    scenario = plan.target.scenario
    with repeat_interrupts():
        model = load_model(scenario.subject.who, on_compile=Reporter(plan.lang).show_compiling)
    varied = list_varied(scenario, model)
    names = varied if plan.given is None else check_parameters(plan.given, varied)
    narrowed: dict[str, Any] | None = None
    if plan.given is None and plan.method != MORRIS:
        first = _measure(plan, names, MORRIS, DEFAULT_SAMPLES[MORRIS])
        names = rank_parameters(first)[:LARGEST]
        document = describe_sensitivity(first)
        share = sum(entry["share"] for entry in document["parameters"][:LARGEST])
        kept = {key: document[key] for key in ("method", "samples", "runs", "failed")}
        narrowed = {**kept, "share": share}
    found = _measure(plan, names, plan.method, plan.samples)
    return {
        **describe_sensitivity(found),
        "intake": describe_intake(scenario),
        "varied": len(varied),
        "narrowed": narrowed,
        "notes": list_scenario_notes(scenario, plan.lang),
    }


def _measure(plan: _Plan, names: Sequence[str], method: str, samples: int) -> Sensitivity:
    from brainmag.inference.design import count_runs  # noqa: PLC0415
    from brainmag.inference.sensitivity import measure_sensitivity  # noqa: PLC0415

    runs = count_runs(method, len(names), samples)
    name = text(f"inference.method.{method}", lang=plan.lang)
    tell(text("cli.sensitivity_runs", lang=plan.lang, method=name, number=len(names), runs=runs))
    with Reporter(plan.lang, subjects=runs) as reporter:
        reporter.start_part(0)
        return measure_sensitivity(
            plan.target,
            names,
            method=method,
            samples=samples,
            seed=plan.seed,
            on_progress=reporter.show_progress,
        )
