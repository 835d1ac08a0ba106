"""Oracle: how errors read. What came along with the package and is not what it was."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from brainmag.errors import ComputationError
from brainmag.inference import posterior as pools
from brainmag.inference import reproduce
from brainmag.people import posterior
from brainmag.record import library

PACKAGE = Path(str(files("brainmag")))
TABLE = "studies/fine-1991/measurements.tsv"
# The module that reads it, its folder in the package, the file, and who asks for it.
FILES: dict[str, tuple[object, str, str, Callable[[], object]]] = {
    "posterior": (
        *(posterior, "people", "posterior/none.parquet"),
        lambda: posterior.read_posterior.__wrapped__("none"),
    ),
    "pool": (pools, "inference", "pools/none.parquet", lambda: pools.load_pool("none")),
    "weights": (reproduce, "inference", "weights.json", reproduce.read_weights),
    "release": (reproduce, "inference", "release.json", reproduce.read_release),
    "roles": (library, "record", "roles.tsv", library.read_roles.__wrapped__),
    "table": (library, "record", TABLE, library.list_figures.__wrapped__),
}


@pytest.mark.parametrize("damage", ["empty", "torn", "flipped", "gone"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_installation_is_told(
    tmp_path: Path, name: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, folder, place, read = FILES[name]
    content = (PACKAGE / folder / place).read_bytes()
    middle = len(content) // 2
    # A text may be torn, or lose a letter, without anybody seeing it: what holds it together goes.
    if mark := {"tsv": b"\t", "json": b'":'}.get(place.rpartition(".")[2]):
        middle = content.index(mark, middle)
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {"empty": b"", "torn": content[:middle], "flipped": flipped}
    if damage != "gone":
        path.write_bytes(kept[damage])
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    studies = {"fine-1991": library.load_studies()["fine-1991"]}
    monkeypatch.setattr(library, "load_studies", lambda: studies)
    if name == "table":
        monkeypatch.setattr(library, "read_roles", dict)
    with pytest.raises(ComputationError) as caught:
        read()
    assert caught.value.code == "tables.damaged_installation"
    assert place.rpartition("/")[2] in str(caught.value)
    assert "Install it again" in str(caught.value)
