"""Oracle: code and catalogue name the same texts, and every language says the same things."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from invariants.source_tree import PACKAGE, name_place, read_trees, walk_calls

LOCALES = PACKAGE / "locales"
CODE = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
FILES = (".ant", ".html", ".json", ".nc", ".tsv", ".toml")  # people.tsv is no text
PARTS = {"sentence", "remedy", "remedy_without_match"}
OTHER_LANGUAGES = sorted(path.name for path in LOCALES.iterdir() if (path / "cli.toml").is_file())


def read_texts(lang: str) -> dict[str, str]:
    """Return every text of a language by its dotted key."""
    texts: dict[str, str] = {}

    def flatten(key: str, entry: object) -> None:
        if isinstance(entry, dict):
            for name, inner in entry.items():
                flatten(f"{key}.{name}", inner)
        else:
            assert isinstance(entry, str), key
            texts[key] = entry

    for path in sorted((LOCALES / lang).glob("*.toml")):
        flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    return texts


ENGLISH = read_texts("en")


def list_placeholders(*texts: str) -> set[str]:
    """Return the names between the braces of texts."""
    fields = [field for text in texts for _, field, _, _ in string.Formatter().parse(text)]
    return {re.split(r"[.\[]", field)[0] for field in fields if field is not None}


def list_choices(node: ast.expr) -> list[ast.expr]:
    """Return what an expression may be: both branches of a condition, else itself."""
    if isinstance(node, ast.IfExp):
        return list_choices(node.body) + list_choices(node.orelse)
    return [node]


def read_pattern(node: ast.JoinedStr) -> str:
    """Return an f-string as a regular expression, with a group for each of its values."""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "([a-z0-9_-]+)"
        for part in node.values
    )


def walk_errors() -> Iterator[tuple[str, ast.Call, list[str]]]:
    """Yield place, call and possible codes of every error whose code is written in the call."""
    stems = {key.rpartition(".")[0] for key in ENGLISH}
    for path, call in walk_calls("InputError", "ComputationError"):
        for choice in list_choices(call.args[0]):
            if isinstance(choice, ast.Constant):
                yield name_place(path, call), call, [str(choice.value)]
            elif isinstance(choice, ast.JoinedStr):
                pattern = re.compile(read_pattern(choice))
                yield name_place(path, call), call, sorted(filter(pattern.fullmatch, stems))


def test_errors_are_raised_by_code() -> None:
    sentences = [
        place
        for place, _, codes in walk_errors()
        if not codes or not all(CODE.fullmatch(code) for code in codes)
    ]
    assert sentences == []


def test_every_error_has_its_texts() -> None:
    missing: list[str] = []
    for place, call, codes in walk_errors():
        given = {keyword.arg for keyword in call.keywords}
        parts = PARTS if "nearest" in given else PARTS - {"remedy_without_match"}
        wanted = [f"{code}.{part}" for code in codes for part in sorted(parts)]
        missing += [f"{place}: {key}" for key in wanted if key not in ENGLISH]
        if None not in given and len(codes) == 1:  # no ** in the call, no choice of codes
            asked = list_placeholders(*(ENGLISH.get(key, "") for key in wanted))
            missing += [f"{place}: {{{name}}}" for name in sorted(asked - given)]
    assert missing == []


def walk_strings(kind: type[ast.expr]) -> Iterator[tuple[Path, ast.expr]]:
    """Yield every plain string, or every f-string, of the package."""
    for path, tree in read_trees().items():
        inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in ast.walk(tree):
            if isinstance(node, kind) and id(node) not in inside:
                yield path, node


def test_every_text_asked_for_exists() -> None:
    rooms = {key.split(".")[0] for key in ENGLISH}
    known = {".".join(key.split(".")[:n]) for key in ENGLISH for n in range(2, key.count(".") + 2)}
    missing = [
        f"{name_place(path, node)}: {node.value}"
        for path, node in walk_strings(ast.Constant)
        if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value))
        if str(node.value).split(".")[0] in rooms and node.value not in known
        if not str(node.value).endswith(FILES)
    ]
    assert missing == []


def test_every_text_is_used() -> None:
    words = {str(node.value) for _, node in walk_strings(ast.Constant)} | set(ENGLISH.values())
    for table in PACKAGE.rglob("*.tsv"):
        words |= set(re.split(r"[\t\n]", table.read_text(encoding="utf-8")))
    patterns = {read_pattern(node) for _, node in walk_strings(ast.JoinedStr)}
    # An f-string of values alone makes anything, so it shows nothing.
    patterns = {re.compile(pattern) for pattern in patterns if re.search("[a-z]{3}", pattern)}

    def is_made(text: str, depth: int) -> bool:
        """Whether the code holds a text, or an f-string that makes it of what the code holds."""
        made = (pattern.fullmatch(text) for pattern in patterns if depth)
        return text in words or any(
            all(is_made(group, depth - 1) for group in match.groups()) for match in made if match
        )

    def is_used(key: str) -> bool:
        parts = key.split(".")
        return any(is_made(".".join(parts[:n]), 2) for n in range(2, len(parts) + 1))

    assert [key for key in ENGLISH if not is_used(key)] == []


@pytest.mark.parametrize("lang", OTHER_LANGUAGES)
def test_languages_say_the_same_things(lang: str) -> None:
    texts = read_texts(lang)
    assert texts.keys() == ENGLISH.keys()
    for key, text in texts.items():
        assert list_placeholders(text) == list_placeholders(ENGLISH[key]), key
