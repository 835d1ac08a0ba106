"""The demonstration: a woman of 65 takes MgT for 12 weeks, or magnesium as citrate, or none.

Run it with ``python -m brainmag.cli.demo --out DIR``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from brainmag.cli.failure import report_failure
from brainmag.cli.interrupts import hold_interrupts, listen_for_interrupts, repeat_interrupts
from brainmag.cli.output import tell, write
from brainmag.cli.progress import Reporter
from brainmag.clock import DAY
from brainmag.document import combine_hypotheses, describe_run
from brainmag.errors import ComputationError
from brainmag.files import format_json, write_whole
from brainmag.intake import IntakeRequest, plan_intake
from brainmag.locales import text
from brainmag.people import build_subject
from brainmag.people.parameters import HYPOTHESES
from brainmag.report.case import Runs, build_case
from brainmag.report.case_page import describe_case, render_case
from brainmag.report.figure import draw_chain
from brainmag.report.series import draw_series
from brainmag.scenario import Scenario
from brainmag.simulate import Run, simulate
from brainmag.storage import check_file, name_failure

LANG = "en"
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
    parts = len(REQUESTS) * len(HYPOTHESES)
    with Reporter(LANG, parts=parts, subjects=1 + draws) as reporter:
        for number, (key, request) in enumerate(REQUESTS.items()):
            intake = plan_intake(
                request, feeding="meals", diet_mg=person.diet_mg, weight_kg=person.weight
            )
            by_hypothesis: dict[str, Run] = {}
            for place, hypothesis in enumerate(HYPOTHESES):
                reporter.start_part(number * len(HYPOTHESES) + place)
                run = simulate(
                    Scenario(person, intake, WEEKS * 7 * DAY, hypothesis),
                    draws=draws,
                    seed=seed,
                    on_progress=reporter.show_progress,
                    on_compile=reporter.show_compiling,
                )
                if run.interrupted:
                    raise ComputationError("cli.interrupted")
                by_hypothesis[hypothesis] = run
            runs[text(f"report.demo.{key}", lang=LANG)] = by_hypothesis
    return runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration, print it and write it; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m brainmag.cli.demo", description=text("report.demo.about", lang=LANG)
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR")
    out: Path = parser.parse_args(arguments).out
    os.environ.pop("MPLBACKEND", None)  # as in brainmag.cli.main
    with listen_for_interrupts(to_the_end=arguments is None):
        try:
            with hold_interrupts():
                check_file(out / "table.txt")
            with repeat_interrupts():
                runs = run_case()
            with hold_interrupts():
                write(_write_case(out, runs))
                sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (no traceback reaches a person)
            return report_failure(error, ())
    tell(text("cli.written", lang=LANG, given=str(out)))
    return 0


def _write_case(out: Path, runs: Runs) -> str:
    """Write table, document and figures; return the table."""
    documents = {
        name: {
            hypothesis: describe_run(run, series=True, lang=LANG)
            for hypothesis, run in by_hypothesis.items()
        }
        for name, by_hypothesis in runs.items()
    }
    case = build_case(runs, documents)
    rendered = render_case(case, OBSERVABLES, lang=LANG)
    result = format_json(describe_case(case))
    combined = {name: combine_hypotheses(one) for name, one in documents.items()}
    with name_failure(out):
        draw_chain(combined, out / "chain", lang=LANG)
        draw_series(combined, out / "series", lang=LANG)
        write_whole(
            out,
            {
                "table.txt": lambda path: path.write_text(rendered, encoding="utf-8"),
                "result.json": lambda path: path.write_text(result, encoding="utf-8"),
            },
        )
    return rendered


if __name__ == "__main__":
    sys.exit(main())
