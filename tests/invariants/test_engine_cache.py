"""Invariant: the cache changes how long a model takes, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from brainmag.engine import COMPILERS, CompiledModel, cache, compile_model, model
from brainmag.engine.cache import find_cache_folder

TEXT = "model kept; x' = -k*x; x = 2*k; y := 3*x; k = 0.25; end"


def compile_counting(
    text: str = TEXT, outputs: tuple[str, ...] = ("x",)
) -> tuple[int, CompiledModel]:
    """Return how often the model was compiled, and the model."""
    calls: list[int] = []
    model = compile_model(text, outputs=outputs, on_compile=lambda: calls.append(1))
    return len(calls), model


def name_driver() -> str:
    return f"driver-{cache.hash_content(model._describe_foundation())}"


def read_driver() -> cache.Bundle:
    sound = cache.read_bundle(name_driver())
    assert sound is not None
    return sound


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache that holds the driver, which takes long, and nothing else."""
    compile_model(TEXT, outputs=["x"])
    (tmp_path / name_driver()).write_bytes((find_cache_folder() / name_driver()).read_bytes())
    monkeypatch.setenv("BRAINMAG_CACHE", str(tmp_path))
    return tmp_path


def assert_works(kept: CompiledModel) -> None:
    assert kept.initial_states(np.array([[0.5]])).tolist() == [[1.0]]
    assert kept.evaluate(np.array([[7.0]]), np.array([[0.5]]), 0.0).tolist() == [[7.0]]


@pytest.mark.usefixtures("folder")
def test_compiled_once() -> None:
    first, kept = compile_counting()
    again, same = compile_counting()
    assert (first, again) == (1, 0)
    assert (kept.key, kept.states, kept.defaults, kept.units) == (
        same.key,
        same.states,
        same.defaults,
        same.units,
    )
    assert_works(same)


@pytest.mark.usefixtures("folder")
def test_another_text_or_output_is_another_model() -> None:
    compile_counting()
    assert compile_counting(TEXT.replace("0.25", "0.5"))[0] == 1
    assert compile_counting(outputs=("y",))[0] == 1
    assert compile_counting(outputs=("x", "y"))[0] == 1


@pytest.mark.parametrize("name", COMPILERS)
def test_another_version_of_a_compiler_makes_another_model(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = model._describe_foundation()
    told = model.version
    monkeypatch.setattr(model, "version", lambda one: "0.0" if one == name else told(one))
    assert model._describe_foundation() != usual


@pytest.mark.parametrize("kind", ["driver", "model"])
@pytest.mark.parametrize("damage", ["empty", "torn", "altered"])
def test_a_damaged_file_is_replaced(
    folder: Path, kind: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_counting()
    sound = read_driver()
    (path,) = folder.glob(f"{kind}-*")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "empty": b"",
            "torn": whole[:middle],
            "altered": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        }[damage]
    )
    if kind == "driver":
        # Compiling it takes ten seconds; that it is asked for is what matters.
        monkeypatch.setattr(model, "_compile_driver", lambda: sound)
    compiled, again = compile_counting()
    assert compiled == 1
    assert_works(again)
    assert path.read_bytes() == whole
    assert compile_counting()[0] == 0


@pytest.mark.usefixtures("folder")
def test_a_file_under_the_name_of_another_model_is_not_that_model() -> None:
    _, one = compile_counting()
    other = TEXT.replace("2*k", "7*k")
    _, second = compile_counting(other)
    kept = find_cache_folder()
    (kept / f"model-{second.key}").write_bytes((kept / f"model-{one.key}").read_bytes())
    compiled, again = compile_counting(other)
    assert compiled == 1
    assert again.initial_states(np.array([[0.5]])).tolist() == [[3.5]]


def test_what_a_killed_process_left_goes(folder: Path) -> None:
    _, kept = compile_counting()
    (folder / f"model-{kept.key}").unlink()
    left = folder / f".model-{kept.key}-abc"
    left.write_bytes(b"half")
    compile_counting()
    assert not left.exists()


def test_without_a_home_everything_works(monkeypatch: pytest.MonkeyPatch) -> None:
    def know_nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    compile_counting()
    sound = read_driver()
    monkeypatch.setattr(model, "_compile_driver", lambda: sound)
    monkeypatch.setattr(Path, "home", know_nobody)
    for name in ("BRAINMAG_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    compiled, result = compile_counting()
    assert compiled == 1
    assert_works(result)


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_counting()
    sound = read_driver()
    monkeypatch.setattr(model, "_compile_driver", lambda: sound)
    obstacle = tmp_path / "file"
    obstacle.write_text("not a folder")
    monkeypatch.setenv("BRAINMAG_CACHE", str(obstacle / "cache"))
    compiled, result = compile_counting()
    assert compiled == 1
    assert_works(result)
    assert compile_counting()[0] == 1
    assert obstacle.read_text() == "not a folder"


def test_no_file_is_left_half_written(folder: Path) -> None:
    compile_counting()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def run_python(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - the interpreter running this test
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_processes_may_compile_the_same_model_at_once(folder: Path) -> None:
    code = f"""
from brainmag.engine import compile_model
import numpy as np
model = compile_model({TEXT!r}, outputs=["x"])
print(model.initial_states(np.array([[0.5]]))[0, 0])
"""
    processes = [run_python(code) for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [out.strip() for out, _ in answers] == ["1.0"] * 4, answers
    assert compile_counting()[0] == 0
    assert len(list(folder.iterdir())) == 2


@pytest.mark.usefixtures("folder")
def test_a_kept_model_needs_no_compiler() -> None:
    compile_counting()
    code = f"""
import sys
from brainmag.engine import compile_model
compile_model({TEXT!r}, outputs=["x"])
print([name for name in ("antimony", "libsbml", "numba", "sympy") if name in sys.modules])
"""
    out, err = run_python(code).communicate(timeout=60)
    assert (out.strip(), err) == ("[]", "")
