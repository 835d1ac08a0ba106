"""The demonstration: a woman of 65 takes MgT for 12 weeks, or magnesium as citrate, or none.

Run it with ``python -m brainmag.report.demo --out DIR``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from brainmag.document import Document, combine_hypotheses, describe_run
from brainmag.errors import BrainmagError, ComputationError, InputError
from brainmag.intake import IntakeRequest, plan_intake
from brainmag.locales import text
from brainmag.people import build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.report.case import Case, Runs, build_case
from brainmag.report.comparison import Scenarios, render_comparison
from brainmag.report.figure import draw_chain
from brainmag.report.files import write_whole
from brainmag.report.heading import (
    describe_draws,
    describe_length,
    describe_subject,
    introduce_intake,
)
from brainmag.report.layout import wrap_lines
from brainmag.report.reading import read_case
from brainmag.report.rows import label
from brainmag.report.series import draw_series
from brainmag.report.table import list_remarks
from brainmag.simulate import Run, Scenario, simulate

LANG = "en"
WIDTH = 110
WEEKS, DRAWS, SEED = 12, 200, 1
# Two grams of MgT as sold hold 144 mg magnesium; citrate gives the same.
REQUESTS = {
    "mgt": IntakeRequest(product="mgt", dose="1 g", times_a_day=2),
    "citrate": IntakeRequest(product="citrate", dose="72 mg Mg", times_a_day=2),
    "nothing": IntakeRequest(),
}
OBSERVABLES = (
    "faecal_mg",
    "plasma_mg",
    "urine_mg",
    "csf_mg",
    "isf_mg",
    "neuron_mg",
    "mitochondrial_potential",
    "nmda_open_fraction",
    "nr2b",
    "release_probability",
    "functional_terminals",
    "synapse_density",
    "ltp",
    "cortisol",
    "sleep_quality",
    "il6",
    "memory",
    "cognition",
)


def run_case(*, draws: int = DRAWS, seed: int = SEED) -> dict[str, dict[str, Run]]:
    """Run the three scenarios under the three explanations.

    Raises
    ------
    ComputationError
        When a run cannot be computed, or is interrupted.
    """
    person = build_subject(age=65, sex="f", weight=70, egfr=85, diet_mg=300)
    runs: dict[str, dict[str, Run]] = {}
    for number, (key, request) in enumerate(REQUESTS.items()):
        name = text(f"report.demo.{key}", lang=LANG)
        intake = plan_intake(
            request, feeding="meals", diet_mg=person.diet_mg, weight_kg=person.weight
        )
        runs[name] = {}
        for place, hypothesis in enumerate(HYPOTHESES):
            _show_progress(number * len(HYPOTHESES) + place)
            scenario = Scenario(person, intake, WEEKS * 7 * 24.0, hypothesis)
            run = simulate(scenario, draws=draws, seed=seed, on_compile=_show_compiling)
            if run.interrupted:
                raise ComputationError("cli.interrupted")
            runs[name][hypothesis] = run
    _show_progress(None)
    return runs


def render_case(case: Case) -> str:
    """Return the demonstration as text: who takes what, the table, the reading, the remarks."""
    every = {
        f"{name}, {hypothesis}": document
        for name, documents in case.scenarios.items()
        for hypothesis, document in documents.items()
    }
    lines = [
        *_list_heading(case.scenarios),
        "",
        render_comparison(case.scenarios, OBSERVABLES, lang=LANG),
        *wrap_lines(text("report.legend", lang=LANG).splitlines(), WIDTH),
        "",
        text("report.reading.title", lang=LANG),
        *wrap_lines(read_case(case, LANG), WIDTH, bullet="- "),
        *list_remarks(every, LANG, WIDTH),
        "",
        text("report.demo.rows", lang=LANG),
        *wrap_lines((_explain(name) for name in OBSERVABLES), WIDTH, bullet="- "),
    ]
    return "\n".join([*lines, ""])


def _explain(name: str) -> str:
    explanation = text(f"observables.{name}.explanation", lang=LANG)
    return text(
        "report.demo.explained", lang=LANG, label=label(name, LANG), explanation=explanation
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration, print it and write it; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m brainmag.report.demo", description=text("report.demo.about", lang=LANG)
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    out: Path = parser.parse_args(arguments).out
    try:
        _make_folder(out)
        written = _write_case(out, run_case())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _tell(ComputationError("cli.write_failed", given=str(out), reason=reason))
    except KeyboardInterrupt:
        return _tell(ComputationError("cli.interrupted"))
    except BrainmagError as error:
        return _tell(error)
    sys.stdout.write(written)
    return 0


def _tell(error: BrainmagError) -> int:
    told = text("cli.problem", lang=LANG, code=error.code, text=error.describe(LANG))
    sys.stderr.write(f"{told}\n")
    return error.exit_status


def _write_case(out: Path, runs: Runs) -> str:
    documents = {
        name: {
            hypothesis: describe_run(run, series=True, lang=LANG)
            for hypothesis, run in by_hypothesis.items()
        }
        for name, by_hypothesis in runs.items()
    }
    case = build_case(runs, documents)
    rendered = render_case(case)
    combined = {name: combine_hypotheses(one) for name, one in documents.items()}
    draw_chain(combined, out / "chain", lang=LANG)
    draw_series(combined, out / "series", lang=LANG)
    result = json.dumps(_build_document(case), indent=2, allow_nan=False)
    write_whole(
        {
            out / "table.txt": lambda path: path.write_text(rendered, encoding="utf-8"),
            out / "result.json": lambda path: path.write_text(f"{result}\n", encoding="utf-8"),
        }
    )
    return f"{rendered}\n{text('cli.written', lang=LANG, given=str(out))}\n"


def _build_document(case: Case) -> Document:
    """Return what the table and the reading are made of; series stay in the figures."""
    return {
        "scenarios": {
            scenario: combine_hypotheses(
                {
                    hypothesis: {name: part for name, part in one.items() if name != "series"}
                    for hypothesis, one in documents.items()
                }
            )
            for scenario, documents in case.scenarios.items()
        },
        "contrasts": {
            f"{case.product} against {case.nothing}": case.against_nothing,
            f"{case.product} against {case.rival}": case.against_rival,
            f"{case.rival} against {case.nothing}": case.rival_against_nothing,
        },
    }


def _list_heading(scenarios: Scenarios) -> list[str]:
    first = next(iter(next(iter(scenarios.values())).values()))
    lines = [describe_subject(first, LANG)]
    for name, documents in scenarios.items():
        first_of_scenario = next(iter(documents.values()))
        lines += [f"  {line}" for line in introduce_intake(first_of_scenario, LANG, name)]
    length = describe_length(first["intake"]["hours"], LANG)
    draws = describe_draws(first, LANG)
    caption = text("report.demo.caption", lang=LANG, length=length, draws=draws)
    glosses = [
        text(
            "report.introduced",
            lang=LANG,
            name=text(f"report.hypothesis.{hypothesis}", lang=LANG),
            what=text(f"report.hypothesis_gloss.{hypothesis}", lang=LANG),
        )
        for hypothesis in next(iter(scenarios.values()))
    ]
    return [*lines, "", *wrap_lines([caption], WIDTH), *(f"  {line}" for line in glosses)]


def _make_folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError("cli.unwritable", given=str(out), reason=reason) from error


def _show_compiling() -> None:
    sys.stderr.write(f"{text('report.demo.compiling', lang=LANG)}\n")


def _show_progress(done: int | None) -> None:
    """Say which run it is, on a terminal only; take the line away in the end."""
    if not sys.stderr.isatty():
        return
    total = len(REQUESTS) * len(HYPOTHESES)
    words = (
        ""
        if done is None
        else text("report.demo.progress", lang=LANG, number=done + 1, total=total)
    )
    sys.stderr.write(f"\r\N{ESCAPE}[K{words}")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
