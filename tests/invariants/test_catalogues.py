"""Oracle: code and catalogue name the same texts, and every language says the same things."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator

import pytest

from invariants.source_tree import PACKAGE, name_place, read_trees, walk_calls

LOCALES = PACKAGE / "locales"
CODE = re.compile(r"[a-z]+(\.[a-z0-9_]+)+")
FILES = {".ant", ".json", ".nc", ".tsv", ".toml"}  # people.tsv is no text
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


def read_prefix(node: ast.expr) -> str:
    """Return the fixed beginning of an f-string, or the empty string."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def walk_errors() -> Iterator[tuple[str, ast.Call, list[str]]]:
    """Yield place, call and codes of every error made with its code written out."""
    for path, call in walk_calls("InputError", "ComputationError"):
        for choice in list_choices(call.args[0]):
            if isinstance(choice, ast.Constant):
                yield name_place(path, call), call, [str(choice.value)]
            elif isinstance(choice, ast.JoinedStr):
                stems = {key.rpartition(".")[0] for key in ENGLISH}
                prefix = read_prefix(choice)
                yield name_place(path, call), call, [s for s in stems if s.startswith(prefix)]


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
        if None not in given:  # no ** in the call
            asked = list_placeholders(*(ENGLISH.get(key, "") for key in wanted))
            missing += [f"{place}: {{{name}}}" for name in sorted(asked - given)]
    assert missing == []


def test_every_text_asked_for_exists() -> None:
    rooms = {key.split(".")[0] for key in ENGLISH}
    known = set(ENGLISH) | {key.rpartition(".")[0] for key in ENGLISH}
    missing = [
        f"{name_place(path, node)}: {node.value}"
        for path, tree in read_trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if CODE.fullmatch(node.value) and node.value.split(".")[0] in rooms
        if node.value not in known and f".{node.value.rpartition('.')[2]}" not in FILES
    ]
    assert missing == []


def list_words() -> set[str]:
    """Return the strings of the code and the cells of the tables: what a key may be made of."""
    words = {
        node.value
        for tree in read_trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for table in PACKAGE.rglob("*.tsv"):
        words |= set(re.split(r"[\t\n]", table.read_text(encoding="utf-8")))
    return words


def test_every_text_is_used() -> None:
    words = list_words()
    prefixes = {
        prefix
        for tree in read_trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and "." in (prefix := read_prefix(node))
    }

    def is_used(key: str) -> bool:
        stem, _, part = key.rpartition(".")
        if key in words or (part in PARTS and stem in words):
            return True
        ends = [key.removeprefix(prefix) for prefix in prefixes if key.startswith(prefix)]
        return any(end in words or end.split(".")[0] in words for end in ends)

    assert [key for key in ENGLISH if not is_used(key)] == []


@pytest.mark.parametrize("lang", OTHER_LANGUAGES)
def test_languages_say_the_same_things(lang: str) -> None:
    texts = read_texts(lang)
    assert texts.keys() == ENGLISH.keys()
    for key, text in texts.items():
        assert list_placeholders(text) == list_placeholders(ENGLISH[key]), key
