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
FILES = (".ant", ".css", ".html", ".json", ".nc", ".tsv", ".toml")  # people.tsv is no text
PARTS = {"sentence", "remedy", "remedy_without_match"}
OTHER_LANGUAGES = sorted(
    path.name
    for path in LOCALES.iterdir()
    if path.is_dir() and path.name not in ("en", "__pycache__")
)
# What is typed is the same in every language: options, tables of a file, names of files, code.
TYPED = re.compile(r"--[a-z][a-z-]*|\[\[\w+\]\]|[a-z_/]+\.(?:md|tsv|json|xml|yaml)|`[^`]+`")
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
# Texts that tell what to type may hold a number with a point.
TELLS_TO_TYPE = re.compile(r"\.(remedy|remedy_without_match|help)$")


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
    # A key has no blanks: "no change" is told by no-change.
    words |= {word.casefold().replace(" ", "-") for word in words}
    patterns = {read_pattern(node) for _, node in walk_strings(ast.JoinedStr)}
    # An f-string of values alone makes anything, so it shows nothing.
    patterns = {re.compile(pattern) for pattern in patterns if re.search("[a-z]{3}", pattern)}

    words |= list_words_of_pages()

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


def list_words_of_pages() -> set[str]:
    """Return the keys that templates name, and what scripts name of their own sections."""
    words: set[str] = set()
    for template in PACKAGE.rglob("templates/*.html"):
        content = template.read_text(encoding="utf-8")
        words |= set(re.findall(r't\("([a-z]+\.[a-z0-9_.]+[a-z0-9])"', content))
        for start in re.findall(r't\("([a-z]+\.[a-z0-9_.]+[._])" ~', content):
            words |= {key for key in ENGLISH if key.startswith(start)}
    for script in (PACKAGE / "app" / "static").glob("*.js"):
        content = script.read_text(encoding="utf-8")
        asked = [re.escape(key) for key in re.findall(r'text\("([a-z0-9_.]+)"', content)]
        # A choice of two names both; what stands in ${} is any word.
        asked += [re.escape(key) for key in re.findall(r'[?:] "([a-z0-9_.]+)"', content)]
        for key in re.findall(r"text\(`([^`]+)`", content):
            asked.append("[a-z0-9_]+".join(map(re.escape, re.split(r"\$\{[^}]*\}", key))))
        asked += [f"{re.escape(part)}\\..+" for part in re.findall(r"page\.texts\.(\w+)", content)]
        patterns = [re.compile(rf"pages\.(?:script|{script.stem})\.{one}") for one in asked]
        shared = script.stem not in {key.split(".")[1] for key in ENGLISH if key[:6] == "pages."}
        if shared:
            patterns = [re.compile(rf"pages\.[a-z]+\.{one}") for one in asked]
        words |= {key for key in ENGLISH if any(one.fullmatch(key) for one in patterns)}
    return words


def test_what_a_script_reads_is_its_own_or_everybodys() -> None:
    known = {key.split(".")[1] for key in ENGLISH if key.startswith("pages.")}
    shared = {key.split(".")[2] for key in ENGLISH if key.startswith("pages.script.")}
    for section in known - {"script"}:
        own = {key.split(".")[2] for key in ENGLISH if key.startswith(f"pages.{section}.")}
        assert own & shared <= {"unit"}, section


def list_fields(text: str) -> set[tuple[str, str, str]]:
    """Return what stands between the braces of a text: name, how it is shown, and how written."""
    parsed = string.Formatter().parse(text)
    return {(field, how or "", spec or "") for _, field, spec, how in parsed if field is not None}


def test_there_is_another_language() -> None:
    assert "nl" in OTHER_LANGUAGES


@pytest.mark.parametrize("lang", OTHER_LANGUAGES)
def test_languages_say_the_same_things(lang: str) -> None:
    files = {path.name for path in (LOCALES / lang).glob("*.toml")}
    assert files == {path.name for path in (LOCALES / "en").glob("*.toml")}
    texts = read_texts(lang)
    assert [key for key in ENGLISH if key not in texts] == []
    assert [key for key in texts if key not in ENGLISH] == []
    differ = [key for key in texts if list_fields(texts[key]) != list_fields(ENGLISH[key])]
    assert differ == []


@pytest.mark.parametrize("lang", OTHER_LANGUAGES)
def test_languages_name_the_same_options_files_and_explanations(lang: str) -> None:
    texts = read_texts(lang)
    differ = [key for key, one in texts.items() if typed(one) != typed(ENGLISH[key])]
    assert differ == []
    for key, one in texts.items():
        if key.endswith(".panel") or key.startswith("report.hypothesis."):
            assert one == ENGLISH[key], key


def typed(text: str) -> set[str]:
    """Return what a text names that is the same in every language."""
    return set(TYPED.findall(text))


@pytest.mark.parametrize("lang", OTHER_LANGUAGES)
def test_languages_hold_the_same_numbers_in_their_own_form(lang: str) -> None:
    texts, sign = read_texts(lang), read_texts(lang)["language.decimal"]
    for key, one in texts.items():
        if key == "language.decimal":
            continue
        theirs, ours = (set(NUMBER.findall(text)) for text in (one, ENGLISH[key]))
        plain = {number.replace(",", ".") for number in theirs}
        assert plain == {number.replace(",", ".") for number in ours}, key
        if sign != "." and not TELLS_TO_TYPE.search(key):
            assert not any("." in number for number in theirs), key
