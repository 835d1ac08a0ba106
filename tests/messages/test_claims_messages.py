"""Oracle: how errors read. What cannot be asked of the claims."""

from __future__ import annotations

import pytest

from brainmag.cli import main

COMMANDS = {
    "claim": (("claims", "C99"), "claims.unknown_claim", "Did you mean 'C9'?"),
    "nothing near": (("claims", "zzzz"), "claims.unknown_claim", "Claims: C1, C2"),
    "no grade": (("claims", "--grade", "liu-2016"), "claims.not_a_grade", "SOURCE=none"),
    "no such grade": (("claims", "--grade", "liu-2016=d"), "claims.not_a_grade", "'liu-2016=d'"),
    "no source": (("claims", "--grade", "=c"), "claims.not_a_grade", "'=c'"),
    "unknown source": (
        ("claims", "--grade", "liu-2015=c"),
        "sources.unknown_source",
        "Did you mean 'liu-2016'?",
    ),
    "twice": (
        ("claims", "--grade", "liu-2016=c", "--grade", "liu-2016=none"),
        "claims.graded_twice",
        "one grade",
    ),
    "live": (
        ("claims", "--live", "--grade", "liu-2016=c"),
        "cli.does_not_go_with",
        "--live says nothing beside --grade",
    ),
    "lint": (
        ("claims", "--lint", "--grade", "liu-2016=c"),
        "cli.does_not_go_with",
        "--lint says nothing beside --grade",
    ),
    "lint live": (("claims", "--lint", "--live"), "cli.does_not_go_with", "beside --live"),
    "lint evidence": (("claims", "C6", "--lint", "--evidence"), "cli.does_not_go_with", "--lint"),
    "language": (("claims", "--lang", "xx"), "cli.unknown_choice", "nl"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_what_cannot_be_used_is_answered_with_what_to_do(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, code, said = COMMANDS[case]
    assert main(list(words)) == 2
    told = capsys.readouterr()
    assert code in told.err
    assert said in told.err
    assert told.out == ""


def test_errors_speak_dutch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", "C99", "--lang", "nl"]) == 2
    assert "Bedoelt u 'C9'?" in capsys.readouterr().err
