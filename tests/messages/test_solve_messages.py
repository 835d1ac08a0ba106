"""How ``brainmag solve`` ends: exit 2 with a code and nothing written, or 3 with what there is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from brainmag.cli import main
from problems.sbml import (
    LEVEL3,
    compartment,
    document,
    event,
    gather,
    math,
    parameter,
    rate,
    reaction,
    rule,
    species,
    start,
    takes,
)

DECAY = "model decay; S in C; C = 2; S = 1; J: S -> ; k*S; k = 0.5; end"
UNTIL = ("--until", "1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decay.ant").write_text(DECAY, encoding="utf-8")
    return tmp_path


def write(folder: Path, content: str) -> str:
    (folder / "model.xml").write_text(content, encoding="utf-8")
    return "model.xml"


def refuse(words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """Return code and message of a refusal."""
    before = sorted(folder.iterdir())
    assert main(["solve", *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert sorted(folder.iterdir()) == before
    head, _, message = told.err.partition("]: ")
    return head.removeprefix("Error ["), message


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([*UNTIL], "cli.model_missing", "model.xml"),
        (["missing.xml", *UNTIL], "engine.file_unreadable", "missing.xml"),
        ([".", *UNTIL], "engine.file_unreadable", "directory"),
        (["decay.ant"], "cli.until_missing", "--until 100"),
        (["decay.ant", "--until", "soon"], "cli.not_a_number", "'soon'"),
        (["decay.ant", "--until", "inf"], "cli.not_a_finite_number", "'inf'"),
        (["decay.ant", "--from", "nan", *UNTIL], "cli.not_a_finite_number", "--from"),
        (["decay.ant", "--from", "1", *UNTIL], "cli.until_before_start", "from 1 to 1"),
        (["decay.ant", "--points", "1", *UNTIL], "cli.number_out_of_range", "from 2"),
        (["decay.ant", "--points", "1.5", *UNTIL], "cli.not_a_whole_number", "'1.5'"),
        (["decay.ant", "--amounts", "SS", *UNTIL], "cli.unknown_quantity", "mean 'S'?"),
        (["decay.ant", "--concentrations", "S,zzz", *UNTIL], "cli.unknown_quantity", "Species: S."),
        (
            ["decay.ant", "--amounts", "S", "--concentrations", "S", *UNTIL],
            "cli.amount_and_concentration",
            "'S'",
        ),
        (["decay.ant", "--csv", ".", *UNTIL], "storage.unwritable_file", "."),
        (["decay.ant", "--csv", "./decay.ant", *UNTIL], "cli.table_over_model", "the model itself"),
        (["/dev/zero", *UNTIL], "engine.not_a_plain_file", "a device"),
        (["", *UNTIL], "cli.model_missing", "model.xml"),
        (["decay.ant", "--untl", "1"], "cli.unknown_option", "mean --until?"),
        (["decay.ant", "more", *UNTIL], "cli.unexpected_argument", "'more'"),
        (["decay.ant", *UNTIL, "--csv"], "cli.option_without_value", "--csv"),
    ],
)
def test_bad_words(
    words: list[str], code: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, message = refuse(words, folder, capsys)
    assert given == code
    assert said in message


PAST = document(
    gather("Parameters", parameter("x", 0, constant=False)),
    gather("Rules", rate("x", "delay(x, 1)")),
)
ALGEBRAIC = document(
    gather("Parameters", parameter("x", 0, constant=False)),
    gather("Rules", f"<algebraicRule>{math('x - 2')}</algebraicRule>"),
)
FAST = document(
    gather("Compartments", compartment("C")),
    gather("Species", species("S", "C", "initialAmount='1'")),
    gather(
        "Reactions",
        f"<reaction id='J' reversible='false' fast='true'>{gather('Reactants', takes('S'))}"
        "</reaction>",
    ),
    level=LEVEL3.replace("version2", "version1").replace('version="2"', 'version="1"'),
)
PACKAGE = 'xmlns:{0}="http://www.sbml.org/sbml/level3/version1/{0}/version1" {0}:required="{1}"'


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("model m\n x' = -k*\nend", "engine.text_unreadable", "line 2"),
        ("<sbml>\n<model>\n</sbml>", "engine.sbml_unreadable", "line "),
        (f"<sbml {LEVEL3}/>", "engine.no_model", "no model"),
        ("<html><body/></html>", "engine.sbml_unreadable", "line 1"),
        (" \n", "engine.no_text", "model m; x = 1"),
        ("// nothing", "engine.no_text", "empty"),
        ('<?xml version="1.0" encoding="KLINGON"?><sbml/>', "engine.bad_encoding", "UTF-8"),
        ("<a>" * 20_000 + "</a>" * 20_000, "engine.too_deep", "2000"),
        ('import "nowhere.ant"\nmodel m; end', "engine.import_unreadable", "'nowhere.ant'"),
        (PAST, "engine.delay", "delay(x, 1)"),
        (ALGEBRAIC, "engine.algebraic_rule", "x - 2"),
        (FAST, "engine.fast_reaction", "'J'"),
        (document(level=f"{LEVEL3} {PACKAGE.format('fbc', 'false')}"), "engine.package", "'fbc'"),
        (
            document(level=f"{LEVEL3} {PACKAGE.format('spatial', 'true')}"),
            "engine.package",
            "'spatial'",
        ),
        (
            '<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model/></sbml>',
            "engine.sbml_level",
            "Level 1",
        ),
    ],
)
def test_models_that_are_refused_by_name(
    content: str, code: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, message = refuse([write(folder, content), *UNTIL], folder, capsys)
    assert given == code
    assert said in message


def x_and_k(*parts: str) -> str:
    """Return a document of a parameter that may change and one that may not."""
    return document(
        gather("Parameters", parameter("x", 0, constant=False), parameter("k", 1)), *parts
    )


def rules(*parts: str) -> str:
    return x_and_k(gather("Rules", *parts))


FUNCTION = "<functionDefinition id='{0}'>{1}</functionDefinition>"
TWICE = FUNCTION.format("f", math("lambda(a, 2*a)"))
ENDLESS_FUNCTION = FUNCTION.format("f", math("lambda(a, f(a))"))


def call(operator: str, *values: str) -> str:
    """Return a rule of one operation in MathML, with whatever arguments."""
    inner = f"<apply>{operator}{''.join(values)}</apply>"
    return rules(
        "<assignmentRule variable='x'>"
        f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{inner}</math></assignmentRule>"
    )


ONE = "<cn>1</cn>"
RATE_OF = (
    "<csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/rateOf'>r</csymbol>"
)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (x_and_k(gather("Compartments", compartment("x"))), "engine.two_of_a_name", "'x'"),
        (rules(rate("xx", "1")), "engine.dangling_name", "mean 'x'?"),
        (rules(rate("x", "1"), rule("x", "1")), "engine.two_formulas", "'x'"),
        (
            x_and_k(gather("InitialAssignments", start("x", "1")), gather("Rules", rule("x", "1"))),
            "engine.two_formulas",
            "'x'",
        ),
        (
            x_and_k(gather("InitialAssignments", start("zzz", "1"))),
            "engine.dangling_name",
            "There are: x, k.",
        ),
        (rules(rate("k", "1")), "engine.constant_changed", "'k'"),
        (x_and_k(gather("Events", event("time > 1", {"k": "1"}))), "engine.constant_changed", "k"),
        (x_and_k(gather("Events", event("time > 1", {"y": "1"}))), "engine.dangling_name", "'y'"),
        (x_and_k(gather("Species", species("S", "C"))), "engine.dangling_name", "'C'"),
        (
            x_and_k(gather("Reactions", reaction("J", "1", takes("S")))),
            "engine.dangling_name",
            "'S'",
        ),
        (
            x_and_k(gather("FunctionDefinitions", TWICE), gather("Rules", rule("x", "f(1, 2)"))),
            "engine.argument_count",
            "2 instead of 1",
        ),
        (
            x_and_k(
                gather("FunctionDefinitions", ENDLESS_FUNCTION), gather("Rules", rule("x", "f(1)"))
            ),
            "engine.circular_functions",
            "f -> f",
        ),
        (call("<divide/>", ONE), "engine.argument_count", "1 instead of 2"),
        (call("<divide/>", ONE, ONE, ONE), "engine.argument_count", "3 instead of 2"),
        (call("<minus/>"), "engine.argument_count", "0 instead of 1-2"),
        (call("<sin/>", ONE, ONE), "engine.argument_count", "sin(1, 1)"),
        (call("<not/>"), "engine.argument_count", "0 instead of 1"),
        (call("<max/>"), "engine.argument_count", "0 instead of 1+"),
        (call("<neq/>", ONE, ONE, ONE), "engine.argument_count", "3 instead of 2"),
        (call(RATE_OF), "engine.argument_count", "0 instead of 1"),
        (call(RATE_OF, ONE), "engine.unsupported_function", "rateOf(1)"),
    ],
)
def test_models_that_say_two_things_or_nothing(
    content: str, code: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, message = refuse([write(folder, content), *UNTIL], folder, capsys)
    assert given == code
    assert said in message


def test_a_file_that_is_no_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "model.gz").write_bytes(b"\x1f\x8b\x08\x00")
    code, message = refuse(["model.gz", *UNTIL], folder, capsys)
    assert code == "engine.not_text"
    assert "at byte 1" in message


def test_imports_are_beside_the_file_that_asks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "below").mkdir()
    inner, outer = "model inner; {} = 1; end", 'import "inner.ant"\nmodel outer; a: inner(); end'
    (folder / "inner.ant").write_text(inner.format("wrong"), encoding="utf-8")
    (folder / "below" / "inner.ant").write_text(
        'import "outer.ant"\n' + inner.format("right"), encoding="utf-8"
    )
    (folder / "below" / "outer.ant").write_text(outer, encoding="utf-8")
    assert main(["solve", "below/outer.ant", *UNTIL]) == 0
    assert capsys.readouterr().out.startswith("time,a__right\n")
    (folder / "other.ant").write_text('import "model.xml"\nmodel m; end', encoding="utf-8")
    write(folder, document())
    code, message = refuse(["other.ant", *UNTIL], folder, capsys)
    assert code == "engine.import_of_sbml"
    assert "'model.xml'" in message


def test_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", "decay.ant", "--until", "2", "--points", "3", "--amounts", "S, C"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "time,S,C,k,J"
    assert [row.split(",")[0] for row in rows] == ["0.0", "1.0", "2.0"]
    assert rows[0] == "0.0,2.0,2.0,0.5,0.5"
    assert main(["solve", "decay.ant", "--until", "2", "--points", "3", "--csv", "out.csv"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "out.csv" in told.err
    assert (folder / "out.csv").read_text(encoding="utf-8").startswith("time,S,C,k,J\n0.0,1.0,2.0,")


def test_the_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(
        folder,
        document(
            gather("Parameters", parameter("a", "INF"), parameter("b", constant=False)),
            gather("Rules", rule("b", "time")),
        ),
    )
    assert main(["solve", name, "--from", "1", "--until", "2", "--points", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "model": "m",
        "time": [1.0, 2.0],
        "values": {"a": ["INF", "INF"], "b": [1.0, 2.0]},
        "partial": False,
    }


GROWTH = "model m; x = 1; x' = x^2; end"
ENDLESS = document(
    gather("Parameters", parameter("x", 0, constant=False)),
    gather(
        "Events",
        event("time >= 1", {"x": "1"}),
        event("x > 0", {"x": "-1"}),
        event("x < 0", {"x": "1"}),
    ),
)
BACKWARDS = document(
    gather("Parameters", parameter("x", 0, constant=False)),
    gather("Events", event("time >= 1", {"x": "1"}, delay="-2")),
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GROWTH, "time 1"),
        (ENDLESS, "At time 1.0 events trigger each other"),
        (BACKWARDS, "delay -2.0"),
        ("model m; x = 1; x' = ln(1 - time); end", "time 1"),
        ("model m; x = 2; x' = piecewise(-1, x > 1, 1); end", "to and fro"),
    ],
)
def test_what_was_computed_is_kept(
    content: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, content)
    words = ["solve", name, "--until", "2", "--points", "5"]
    assert main([*words, "--csv", "out.csv"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "Error [cli.partial_solve]" in told.err
    assert said in told.err
    kept = (folder / "out.csv").read_text(encoding="utf-8")
    assert kept.startswith("time,x")
    assert 1 <= len(kept.splitlines()) - 1 <= 4
    assert main([*words, "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["partial"] is True


@pytest.mark.parametrize(
    ("content", "missing"),
    [("model m; S' = 1; end", "S"), ("model m; S = 1; S' = -kk*S; k = 0.5; end", "kk")],
)
def test_what_has_no_value_is_named(
    content: str, missing: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "misspelt.ant").write_text(content, encoding="utf-8")
    assert main(["solve", "misspelt.ant", *UNTIL]) == 3
    told = capsys.readouterr()
    assert told.out.splitlines()[0].startswith("time,S")
    assert "[cli.solve_without_values]" in told.err
    assert f"no value for {missing}." in told.err
