"""Write the calibration as a problem that other programmes can read: PEtab, version 2.

Schmiester et al. 2021 (doi:10.1371/journal.pcbi.1008646) describe the format. What it cannot hold
stands beside it, and the README in the folder says what that is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from brainmag import __version__, locales
from brainmag.clock import DAY
from brainmag.errors import InputError
from brainmag.files import STAGING, write_whole
from brainmag.inference.likelihood import NUISANCES, SCALE
from brainmag.inference.petab_experiments import (
    MODELS,
    OWN_PACE,
    RUN_IN,
    Experiment,
    Writer,
    find_base,
    group_figures,
    name_model,
)
from brainmag.inference.petab_parameters import COLUMNS, Standard, list_parameter_rows
from brainmag.inference.petab_readings import has_formula, list_helpers, locate_terms
from brainmag.people.parameters import HYPOTHESES
from brainmag.record import Figure, list_figures
from brainmag.record.measurements import GRADES
from brainmag.record.terms import Cohort, combine_terms, list_terms
from brainmag.report.exchange import write_sbml
from brainmag.report.flat_model import flatten_model
from brainmag.scenario import Scenario

ROLES = ("calibration", "validation")
DIRECTIONS = "directions"
PARTS = (*ROLES, DIRECTIONS)
# Says of every file that it was written by an export: another one may take its place.
SUMS = "SHA256SUMS"
SUMS_HEAD = "# Written by BrainMag."
# Which placeholders say that a grade is worse than another.
BEYOND = tuple(f"beyond_{grade}" for grade in GRADES[:-1])
OBSERVABLES = (
    "observableId",
    "observableFormula",
    "observablePlaceholders",
    "noiseFormula",
    "noisePlaceholders",
    "noiseDistribution",
)
MEASUREMENTS = (
    "modelId",
    "observableId",
    "experimentId",
    "time",
    "measurement",
    "observableParameters",
    "noiseParameters",
    "datasetId",
)
TOLD = ("outcome", "low", "high", "grade", "role")

Row = Mapping[str, str]


def write_petab(folder: Path) -> tuple[Path, ...]:
    """Write record, model and priors as PEtab problems, one for each explanation and role.

    Parameters
    ----------
    folder : Path
        Made when it is not there.

    Returns
    -------
    tuple of Path
        What was written: the model, the tables, the problems (``.yaml``), a README and the sums
        of all of them.

    Raises
    ------
    InputError
        ``record.petab_folder_in_use``.
    OSError
        When the folder cannot be written.
    """
    check_petab_folder(folder)
    figures = [one for one in list_figures() if not one.hindrance]
    told = [one for one in figures if has_formula(one)]
    writer = _build_writer(told)
    experiments = {part: _write_experiments(writer, _choose(told, part)) for part in PARTS}
    texts = {
        **_write_models(told),
        **_write_tables(writer, experiments),
        **_write_problems(writer.standard),
        "README.md": _write_readme(figures),
    }
    sums = [f"{_hash(text.encode())}  {name}" for name, text in texts.items()]
    texts[SUMS] = "\n".join([SUMS_HEAD, *sums, ""])
    write_whole(folder, {name: _make_writer(text) for name, text in texts.items()})
    return tuple(folder / name for name in texts)


def check_petab_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but what an earlier export wrote there.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    InputError
        ``record.petab_folder_in_use``.
    OSError
        When it cannot be read.
    """
    if not folder.is_dir():
        return
    own = _list_own(folder)
    for path in sorted(folder.iterdir()):
        if path.name not in own and not path.name.startswith(STAGING):
            raise InputError("record.petab_folder_in_use", given=str(folder), other=path.name)


def _list_own(folder: Path) -> set[str]:
    """Return the files of a folder that are as an export wrote them, its sums among them."""
    plain = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    found = {path.name: path.read_bytes() for path in plain}
    head, *lines = found.get(SUMS, b"").splitlines() or [b""]
    if head != SUMS_HEAD.encode():
        return set()
    sums = {f"{_hash(content)}  {name}".encode(): name for name, content in found.items()}
    return {SUMS} | {name for line, name in sums.items() if line in lines}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _choose(figures: Iterable[Figure], part: str) -> list[Figure]:
    """Return the numbers of a role, or the directions of both."""
    return [one for one in figures if part == (one.role if one.is_number else DIRECTIONS)]


def _build_writer(figures: Sequence[Figure]) -> Writer:
    cohorts = _list_cohorts(figures)
    subjects = (one for cohort in cohorts for one in (cohort.subject, cohort.home.subject))
    return Writer(Standard(tuple(dict.fromkeys(subjects))), cohorts)


def _list_cohorts(figures: Iterable[Figure]) -> tuple[Cohort, ...]:
    terms = (term for figure in figures for term in list_terms(figure))
    return tuple(dict.fromkeys(term.cohort for term in terms))


def _write_experiments(writer: Writer, figures: Sequence[Figure]) -> list[Experiment]:
    return [writer.write(name, several) for name, several in group_figures(figures).items()]


def _write_models(figures: Sequence[Figure]) -> dict[str, str]:
    """Return both models without any intake, and what is observed of each, by name of the file."""
    texts: dict[str, str] = {}
    for model in MODELS:
        own = [one for one in figures if name_model(list_terms(one)[0].cohort) == model]
        base = find_base(_list_cohorts(own))
        flat = replace(
            flatten_model(Scenario(base.subject, base.intake, 0.0, calibrated=False)),
            name=locales.text("inference.petab.name", model=model),
            about=locales.text("inference.petab.about", version=__version__),
            recurrences=(),
        )
        texts[f"{model}.xml"] = write_sbml(flat, tuple(list_helpers(own, flat.units)))
        texts[f"observables_{model}.tsv"] = _write_table(OBSERVABLES, _list_observables(own))
    return texts


@dataclass(frozen=True)
class _Formula:
    """One way to tell figures from a model."""

    id: str
    text: str
    has_share: bool


def _find_formula(figure: Figure) -> _Formula:
    own, *rest = locate_terms(figure)
    measure, value = figure.endpoint.measure, own.symbol
    match measure:
        case "level":
            text = value
        case "percent":
            text = f"100 * ({value} / {rest[0].reference} - 1)"
        case "share":
            text = f"share_factor * ({value} - {rest[0].reference})"
        case _:
            extras = "".join(f" + {one.symbol}" for one in rest[1:])
            text = f"{value} - {rest[0].reference}{extras}"
    return _Formula(f"{own.name}_{measure}_{own.way}", text, measure == "share")


def _list_observables(figures: Iterable[Figure]) -> list[Row]:
    rows: dict[str, Row] = {}
    for formula in map(_find_formula, figures):
        name, text = formula.id, formula.text
        # A placeholder belongs to one observable.
        own = [f"{word}_{name}" for word in ("share_factor", "bias_step", "error", *BEYOND)]
        factor, step, error, *beyond = own
        widening = " + ".join(
            f"{flag} * {growth}" if flag else growth
            for flag, growth in zip(("", *beyond), NUISANCES[1:], strict=True)
        )
        rows[name] = {
            "observableId": name,
            "observableFormula": f"{text} + {step} * {NUISANCES[0]}".replace(
                "share_factor", factor
            ),
            "observablePlaceholders": ";".join([factor] * formula.has_share + [step]),
            "noiseFormula": f"{SCALE:.6f} * {error} * exp({widening})",
            "noisePlaceholders": ";".join([error, *beyond]),
            "noiseDistribution": "laplace",
        }
    return list(rows.values())


def _describe_figure(experiment: Experiment, figure: Figure) -> Row:
    """Return what a figure's row has in the tables of measurements and of directions."""
    formula = _find_formula(figure)
    numbers = [figure.bias_step]
    if formula.has_share:
        numbers = [_find_factor(figure), *numbers]
    beyond = [int(GRADES.index(figure.grade) > k) for k in range(len(BEYOND))]
    low, high = figure.interval
    return {
        "modelId": experiment.model,
        "observableId": formula.id,
        "experimentId": experiment.id,
        "time": repr(locate_terms(figure)[0].time),
        "measurement": repr(figure.value),
        "observableParameters": ";".join(map(repr, numbers)),
        "noiseParameters": ";".join([repr(figure.error), *map(str, beyond)]),
        "datasetId": figure.id,
        "outcome": figure.outcome,
        "low": repr(low),
        "high": repr(high),
        "grade": figure.grade,
        "role": figure.role,
    }


def _find_factor(figure: Figure) -> float:
    """Return what one mmol more is as a share."""
    return float(combine_terms(figure, [np.array(1.0), np.array(0.0)]))


def _write_tables(writer: Writer, experiments: Mapping[str, list[Experiment]]) -> dict[str, str]:
    """Return conditions, experiments and figures of each part, by name of the file."""
    texts: dict[str, str] = {}
    for part, several in experiments.items():
        periods = [(one.id, *period) for one in several for period in one.periods]
        used = dict.fromkeys(condition for _, _, condition in periods)
        columns = ("conditionId", "targetId", "targetValue")
        changes = [(name, *pair) for name in used for pair in writer.conditions[name].items()]
        texts[f"conditions_{part}.tsv"] = _write_table(
            columns, (dict(zip(columns, change, strict=True)) for change in changes)
        )
        columns = ("experimentId", "time", "conditionId")
        rows = ((name, repr(time), condition) for name, time, condition in periods)
        texts[f"experiments_{part}.tsv"] = _write_table(
            columns, (dict(zip(columns, row, strict=True)) for row in rows)
        )
        told = [_describe_figure(one, figure) for one in several for figure in one.figures]
        if part == DIRECTIONS:
            columns = (*(name for name in MEASUREMENTS if name != "measurement"), *TOLD)
            texts[f"{part}.tsv"] = _write_table(columns, told)
        else:
            texts[f"measurements_{part}.tsv"] = _write_table(MEASUREMENTS, told)
    return texts


def _write_problems(standard: Standard) -> dict[str, str]:
    """Return the table of parameters of each explanation, and the problems."""
    texts: dict[str, str] = {}
    for hypothesis in HYPOTHESES:
        rows = list_parameter_rows(standard, hypothesis)
        texts[f"parameters_{hypothesis}.tsv"] = _write_table(COLUMNS, rows)
        texts |= {name_problem(hypothesis, role): _describe(hypothesis, role) for role in ROLES}
    return texts


def name_problem(hypothesis: str, role: str) -> str:
    """Return the file of a problem.

    Examples
    --------
    >>> name_problem("carrier", "calibration")
    'carrier_calibration.yaml'
    """
    return f"{hypothesis}_{role}.yaml"


def _describe(hypothesis: str, role: str) -> str:
    model = MODELS[0]
    lists = {
        "parameter": f"parameters_{hypothesis}",
        "observable": f"observables_{model}",
        **{kind: f"{kind}s_{role}" for kind in ("condition", "experiment", "measurement")},
    }
    files = "".join(f"{kind}_files: [{name}.tsv]\n" for kind, name in lists.items())
    place = f"model_files:\n  {model}:\n    location: {model}.xml\n    language: sbml\n"
    return f"format_version: 2.0.0\nid: brainmag_{hypothesis}_{role}\n{place}{files}"


def _write_readme(figures: Sequence[Figure]) -> str:
    told = [one for one in figures if has_formula(one)]
    missing = [
        locales.text(f"inference.petab.{one.endpoint.measure}", figure=one.id)
        for one in figures
        if not has_formula(one)
    ]
    counts = {part: str(len(_choose(told, part))) for part in PARTS}
    return locales.text(
        "inference.petab.readme",
        version=__version__,
        problem=name_problem(HYPOTHESES[-1], ROLES[0]),
        days=f"{RUN_IN / DAY:g}",
        own_pace=f"{OWN_PACE / DAY:g}",
        left_out="\n".join(missing),
        calibration=counts["calibration"],
        validation=counts["validation"],
        directions=counts[DIRECTIONS],
    )


def _write_table(columns: Sequence[str], rows: Iterable[Row]) -> str:
    lines = ("\t".join(row[column] for column in columns) for row in rows)
    return "".join(f"{line}\n" for line in ("\t".join(columns), *lines))


def _make_writer(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")
