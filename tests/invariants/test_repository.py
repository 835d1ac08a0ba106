"""Oracle: the rules of docs/house.md and CONTRIBUTING.md that a machine can check."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from statistics import median, quantiles

from invariants.source_tree import (
    PACKAGE,
    ROOT,
    list_files,
    list_public_definitions,
    name_place,
    read_trees,
    walk_functions,
)

# From the ground up; a room knows the rooms below it, not those above it or beside it.
FLOORS = (
    {"clock", "files", "locales", "summary"},
    {"errors"},
    {"columns", "sealed", "table_file", "tables"},
    {"sources"},
    {"biology", "engine"},
    {"intake", "people"},
    {"scenario", "trajectories"},
    {"simulate"},
    {"making", "result", "synapse"},
    {"population"},
    {"advice", "balance", "grades", "intake_record", "manifest"},
    {"document"},
    {"report"},
    {"record"},
    {"inference"},
    {"trials"},
    {"evidence"},
    {"netcdf", "run_content"},
    {"run_folder"},
    {"storage"},
    {"commands"},
    {"app"},
    {"cli"},
    {"__main__"},
)
# The engine's own rooms, and which of the others each may look into.
ENGINE_ROOMS = {
    "reading": set[str](),
    "kernel": set[str](),
    "cuda": {"kernel", "reading"},
    "once": {"reading"},
}
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

TEXT = {".md", ".py", ".toml", ".tsv", ".ant", ".lock", ".yaml", ".svg", ".css", ""}
# Names that XML calls namespaces: they look like addresses, and nothing is fetched from them.
NAMESPACES = ("www.w3.org/", "www.sbml.org/sbml/", "purl.org/dc/", "creativecommons.org/ns#")
ADDRESS = re.compile(r"https?://(\S*)")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")


def test_files_are_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in read_trees()]
    assert median(lengths) <= 150
    assert max(lengths) <= 500


def test_functions_are_short() -> None:
    lengths = [(node.end_lineno or 0) - node.lineno + 1 for _, node in walk_functions()]
    assert quantiles(lengths, n=10)[-1] <= 45


def test_public_names_have_docstrings() -> None:
    bare = [
        f"{name_place(path, node)} {node.name}"
        for path, node in list_public_definitions()
        if not ast.get_docstring(node)
    ]
    assert bare == []


def test_every_room_has_a_floor() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in read_trees()}
    assert rooms - {"__init__"} <= set(FLOOR)


def list_imported_rooms(tree: ast.Module) -> set[str]:
    """Return the rooms that a module imports, wherever in it the import stands."""
    rooms: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "brainmag":
            rooms |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("brainmag."):
            rooms.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            rooms |= {name[1] for name in names if name[0] == "brainmag" and len(name) > 1}
    return rooms & set(FLOOR)


def test_rooms_import_downward_only() -> None:
    upward: list[str] = []
    for path, tree in read_trees().items():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room in FLOOR:
            others = list_imported_rooms(tree) - {room}
            upward += [f"{name_place(path)} -> {o}" for o in others if FLOOR[o] >= FLOOR[room]]
    assert upward == []


def test_the_rooms_of_the_engine_look_where_they_may() -> None:
    engine = PACKAGE / "engine"
    assert {path.parent.name for path in engine.glob("*/__init__.py")} == set(ENGINE_ROOMS)
    astray: list[str] = []
    for path, tree in read_trees().items():
        room = path.parent.name
        if path.parent.parent == engine and room in ENGINE_ROOMS:
            modules = [
                node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
            ]
            others = {name.split(".")[2] for name in modules if name.startswith("brainmag.engine.")}
            forbidden = (others & set(ENGINE_ROOMS)) - {room} - ENGINE_ROOMS[room]
            astray += [f"{name_place(path)} -> {other}" for other in forbidden]
    assert astray == []


def test_declared_dependencies_are_the_imported_ones() -> None:
    imported: set[str] = set()
    for tree in read_trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
    imported -= sys.stdlib_module_names | {"brainmag"}
    owners = packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    declared = {read_name(requirement) for requirement in asked}
    assert {owners[name][0].lower() for name in imported} == declared


def read_name(requirement: str) -> str:
    """Return the distribution that a requirement is about."""
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return found[0].lower()


def read_pins(lock: str) -> set[str]:
    """Return the ``name==version`` of a lock, with their markers."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return set(re.findall(r"^([\w.-]+==[^\\\n]*?) *\\$", text, re.MULTILINE))


def test_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    runs = {read_name(line) for line in project["project"]["dependencies"] + groups["build"]}
    develops = runs | {read_name(line) for line in groups["dev"] + groups["judges"]}
    pins = read_pins("requirements-dev.lock")
    assert runs <= {read_name(pin) for pin in read_pins("requirements.lock")}
    assert develops <= {read_name(pin) for pin in pins}
    # A tool may need on every system what the product needs on one.
    narrower = read_pins("requirements.lock") - pins
    assert {pin.partition(" ;")[0] for pin in narrower} <= pins
    measured = runs | {read_name(line) for line in groups["bench"]}
    assert measured <= {read_name(pin) for pin in read_pins("requirements-bench.lock")}


def test_texts_name_no_address_and_no_machine() -> None:
    named: list[str] = []
    for path in list_files():
        if path.suffix in TEXT and path.name != "LICENSE":  # the licence names its own address
            text = path.read_text(encoding="utf-8")
            found = [name for name in ADDRESS.findall(text) if not name.startswith(NAMESPACES)]
            named += [f"{name_place(path)}: {name}" for name in found + MACHINE_PATH.findall(text)]
    assert named == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{name_place(page)}: {target}"
        for page in list_files()
        if page.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
