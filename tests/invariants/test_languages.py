"""Oracle: the English output. Another language says the same numbers, in its own form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from brainmag.cli import main
from brainmag.errors import InputError
from brainmag.intake import list_products, name_ingredient, name_product
from brainmag.locales import localise, text
from brainmag.report.figure import draw_chain
from brainmag.report.series import draw_series
from brainmag.report.table import render_table

FROZEN = Path(__file__).parents[1] / "frozen" / "two_explanations.json"
BOTH: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
for one in BOTH["by_hypothesis"].values():
    # They were told in the language that the run was asked in.
    one.update(warnings=[], notes=[])
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*(?:e-?[0-9]+)?")
POINT = re.compile(r"[0-9]\.[0-9]")
# Words of English that are none of Dutch, and stand in no name of an option or a column.
ENGLISH = re.compile(r"(?<![-\w])(?:the|and|with|from|which|to|than|what)(?![-\w])")
# What takes no run of the model, and quotes nothing that is kept in English alone.
COMMANDS = {
    "products": ("products",),
    "outcomes": ("meta",),
    "record": ("compare",),
    "claims": ("claims",),
    "claim": ("claims", "C6", "--evidence"),
    "curve": ("synapse", "--curve", "voltage", "--at=-60.5,0"),
    "designs": ("trial",),
}


def list_numbers(told: str) -> list[str]:
    """Return the numbers of a text in order of size, with points."""
    return sorted(number.replace(",", ".") for number in NUMBER.findall(told))


def show(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what a command writes to standard output."""
    assert main([*words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_command_says_the_same_numbers(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    english, dutch = (show(capsys, *words, "--lang", lang) for lang in ("en", "nl"))
    assert list_numbers(dutch) == list_numbers(english)
    assert POINT.search(dutch) is None
    assert ENGLISH.findall(dutch) == []
    assert re.search(r"\d,\d", dutch) or not POINT.search(english)


def test_json_has_points(capsys: pytest.CaptureFixture[str]) -> None:
    english, dutch = (show(capsys, "compare", "--json", "--lang", lang) for lang in ("en", "nl"))
    assert dutch == english


def test_a_run_says_the_same_numbers() -> None:
    english, dutch = (render_table(BOTH, lang=lang, width=100) for lang in ("en", "nl"))
    assert list_numbers(dutch) == list_numbers(english)
    assert POINT.search(dutch) is None
    assert ENGLISH.findall(dutch) == []


@pytest.mark.parametrize("draw", [draw_chain, draw_series])
def test_a_figure_has_the_sign_of_the_language(draw: Any, tmp_path: Path) -> None:
    svg, _ = draw({"": BOTH}, tmp_path / "figure", lang="nl")
    words = re.findall(r">([^<]+)</text>", svg.read_text(encoding="utf-8"))
    assert [one for one in words if POINT.search(one)] == []
    assert sum(bool(re.fullmatch(r"\N{MINUS SIGN}?[0-9]+,[0-9]+", one)) for one in words) > 2
    assert ENGLISH.findall(" ".join(words)) == []


def test_pooled_trials_say_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    # What a trial's row quotes of its paper stays as it was written.
    english, dutch = (show(capsys, "meta", "serum-mg", "--lang", lang) for lang in ("en", "nl"))
    assert list_numbers(dutch) == list_numbers(english)
    assert "95 %-interval" in dutch


@pytest.mark.parametrize("command", ["simulate", "trial", "claims", "synapse"])
def test_help_is_in_the_language(capsys: pytest.CaptureFixture[str], command: str) -> None:
    dutch = show(capsys, command, "--help", "--lang", "nl")
    assert "Taal van tabellen en berichten" in dutch
    assert "Language of tables" in show(capsys, command, "--help")


def test_errors_repeat_numbers_as_they_are_typed() -> None:
    # A limit can be copied to the command, which takes no comma.
    error = InputError("cli.length_too_long", given="1000 years", limit=2.5)
    assert error.describe("nl") == (
        "Een run van '1000 years' is langer dan door te rekenen is. Geef hoogstens 2.5 jaar."
    )


def test_what_is_typed_wrong_is_told_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--lang", "nl", "--dose"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Fout [cli.option_without_value]: De optie --dose heeft een waarde")
    assert "--dose TEKST" in told


def test_texts_have_the_sign_of_their_language() -> None:
    values = {"given": 1.834, "limit": 1.5}
    key = "simulate.plasma_caution.sentence"
    assert "1.83 mmol/L" in text(key, lang="en", **values)
    assert "1,83 mmol/L" in text(key, lang="nl", **values)
    # A word has points of its own, and a language without texts is English.
    assert text("cli.written", lang="nl", given="runs/a.b") == "Geschreven naar runs/a.b."
    assert localise("1.5", "xx") == "1.5"


def test_english_names_of_products_are_those_of_the_tables() -> None:
    for product in list_products():
        assert name_product(product.id, "en") == product.name
        assert name_product(product.id, "nl")
        for part in product.ingredients:
            assert name_ingredient(part.name, "en") == part.name
