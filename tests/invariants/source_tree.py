"""Reads the repository itself: its files, and the Python under src as syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "brainmag"


def list_files() -> list[Path]:
    """Return every file that belongs to the repository, in a checkout or in a source archive."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    skipped = {line.strip("/") for line in lines if line and not line.startswith("#")} | {".git"}
    return sorted(
        path
        for path in ROOT.rglob("*")
        if path.is_file() and skipped.isdisjoint(path.relative_to(ROOT).parts)
    )


@cache
def read_trees() -> dict[Path, ast.Module]:
    """Return the syntax tree of every Python file of the package."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def name_place(path: Path, node: ast.AST | None = None) -> str:
    """Return file and line as an editor opens them."""
    line = getattr(node, "lineno", None)
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def walk_functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Yield every function and method of the package."""
    for path, tree in read_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def walk_calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of a function of one of these names, however it is reached."""
    for path, tree in read_trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
                called = called.id if isinstance(called, ast.Name) else called
                if called in names:
                    yield path, node


def list_public_definitions() -> list[tuple[Path, ast.FunctionDef | ast.ClassDef]]:
    """Return the functions, classes and methods without a leading underscore."""
    found: list[tuple[Path, ast.FunctionDef | ast.ClassDef]] = []
    for path, tree in read_trees().items():
        bodies = [tree.body]
        while bodies:
            for node in bodies.pop():
                defined = isinstance(node, ast.FunctionDef | ast.ClassDef)
                if defined and not node.name.startswith("_"):
                    found.append((path, node))
                    if isinstance(node, ast.ClassDef):
                        bodies.append(node.body)
    return found
