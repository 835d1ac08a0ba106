"""Invariant: a graphics card gives what the processor gives.

Here it is simulated, and its kernel compiled where the compiler for one is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from brainmag.engine import Status, devices
from brainmag.engine.arrays import PIECES
from brainmag.engine.cuda.source import write_model
from brainmag.engine.reading.document import read_text
from brainmag.engine.reading.sbml import read_equations
from brainmag.errors import InputError
from problems.device_runs import DECAY, FIELDS, READOUTS, RUNS
from problems.device_runs import FUNCTIONS as ALL_FUNCTIONS
from problems.engine import DOSED_CHAIN, STORE

TESTS = Path(__file__).parents[1]
BENCHMARK = TESTS.parent / "benchmarks" / "on_cuda.py"
SIMULATED = {"NUMBA_ENABLE_CUDASIM": "1"}
# No card is visible to this process, whatever the machine has.
HIDDEN = {"CUDA_VISIBLE_DEVICES": "-1"}

Result = dict[str, Any]

needs_package = pytest.mark.skipif(find_spec("numba_cuda") is None, reason="numba-cuda is missing")


def run_python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *words],
        env={**os.environ, "PYTHONPATH": str(TESTS), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Return what the simulated device gives, run by run."""
    folder = tmp_path_factory.mktemp("device")
    done = run_python(str(TESTS / "problems" / "device_runs.py"), str(folder), **SIMULATED)
    assert done.returncode == 0, done.stderr
    return {path.stem: dict(np.load(path)) for path in folder.iterdir()}


@needs_package
@pytest.mark.parametrize("name", RUNS)
def test_equal_to_the_processor(name: str, simulated: dict[str, Result]) -> None:
    here, there = RUNS[name]("cpu"), simulated[name]
    # The explicit method weighs its stages by up to 176, and sums them rounded otherwise here and
    # there: step sizes differ by 1e-9 of themselves, a state of size 1 in the middle of its way by
    # up to 1e-10.
    for field in ("outputs", "final_states", "reached"):
        np.testing.assert_allclose(there[field], getattr(here, field), rtol=1e-9, atol=1e-10)
    np.testing.assert_array_equal(there["status"], here.status)
    np.testing.assert_array_equal(there["steps"], here.steps)


@needs_package
def test_every_ending_occurs(simulated: dict[str, Result]) -> None:
    assert simulated["chain"]["status"].tolist() == [1, Status.NOT_FINITE, 1]
    assert Status.TOO_MANY_STEPS in simulated["few steps"]["status"]
    assert simulated["parts with few steps"]["status"] == Status.TOO_MANY_STEPS
    assert simulated["parts without a number"]["status"] == Status.NOT_FINITE
    # So many that the following part must catch up within a segment.
    assert simulated["parts"]["steps"] > 8 * PIECES
    assert simulated["exploding"]["status"] in (Status.STEP_TOO_SMALL, Status.NOT_FINITE)
    assert np.isnan(simulated["functions"]["outputs"][..., READOUTS.index("outside")]).any()
    assert np.isinf(simulated["functions"]["outputs"][..., READOUTS.index("beyond")]).any()


@needs_package
def test_neither_grid_nor_neighbours_matter(simulated: dict[str, Result]) -> None:
    for fine_name, coarse_name in (("decay", "coarse"), ("parts", "parts, coarse")):
        fine, coarse = simulated[fine_name], simulated[coarse_name]
        np.testing.assert_array_equal(coarse["final_states"], fine["final_states"])
        np.testing.assert_array_equal(coarse["outputs"][:, 0], fine["outputs"][:, -1])
    for field in FIELDS:
        for name in ("in parts", "one by one"):
            np.testing.assert_array_equal(simulated[name][field], simulated["chain"][field])


@needs_package
def test_an_interrupted_run_keeps_what_is_finished(simulated: dict[str, Result]) -> None:
    whole, part = simulated["chain"], simulated["interrupted"]
    assert part["status"].tolist() == [Status.FINISHED, *[Status.INTERRUPTED] * 2]
    np.testing.assert_array_equal(part["outputs"][0], whole["outputs"][0])
    assert np.isnan(part["outputs"][1:]).all()


@needs_package
def test_the_command_runs_on_a_device() -> None:
    words = ("simulate", "--product", "mgt", "--dose", "1 g", "--for", "12 h")
    words += ("--uncertainty", "0", "--json")
    documents: list[Any] = []
    for device in ("cpu", "cuda"):
        done = run_python("-m", "brainmag", *words, "--device", device, **SIMULATED)
        assert done.returncode == 0, done.stderr
        documents.append(json.loads(done.stdout))
        assert documents[-1]["manifest"]["device"] == device
    told = [
        {"card", "card_driver", "cuda_runtime", "numba-cuda"} & set(one["manifest"])
        for one in documents
    ]
    assert [len(names) for names in told] == [0, 4]
    here, there = ([item["median"] for item in doc["end"].values()] for doc in documents)
    np.testing.assert_allclose(there, here, rtol=1e-9)


@needs_package
def test_no_card_is_told_in_one_line() -> None:
    done = run_python("-m", "brainmag", "simulate", "--device", "cuda", "--for", "1 day", **HIDDEN)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error [engine.no_cuda_device]: No CUDA device can be used")
    assert done.stderr.count("\n") == 1


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "find_spec", lambda _name: None)
    with pytest.raises(InputError) as caught:
        devices.check_device("cuda")
    assert caught.value.code == "engine.no_cuda_package"
    assert "pip install '.[cuda]'" in str(caught.value)


def test_an_unknown_device_gets_the_nearest_name() -> None:
    with pytest.raises(InputError) as caught:
        devices.check_device("cudo")
    assert caught.value.code == "engine.unknown_device"
    assert "Did you mean 'cuda'?" in str(caught.value)


@pytest.fixture
def compile_for_card(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, Any], str]:
    """Return what makes the code of a kernel for a card that is not there."""
    pathfinder = pytest.importorskip("cuda.pathfinder")
    for library in ("nvvm", "nvrtc"):
        try:
            pathfinder.load_nvidia_dynamic_lib(library)
        except pathfinder.DynamicLibNotFoundError:
            pytest.skip(f"the CUDA library {library} is missing: pip install '.[cuda]'")
    from numba import cuda  # noqa: PLC0415
    from numba.cuda import dispatcher  # noqa: PLC0415

    # Functions called by others are compiled for the card at hand.
    card = SimpleNamespace(compute_capability=(8, 0))
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: card)
    return lambda kernel, signature: cuda.compile_ptx(kernel, signature, cc=(8, 0))[0]


@needs_package
@pytest.mark.parametrize(
    ("text", "outputs", "drivers"),
    [
        (DECAY, ["x"], []),
        (ALL_FUNCTIONS, READOUTS, []),
        (DOSED_CHAIN, ["Mp", "Cog"], []),
        (STORE, ["blood"], ["wall"]),
    ],
)
def test_the_kernel_compiles_for_a_card(
    text: str,
    outputs: Sequence[str],
    drivers: Sequence[str],
    compile_for_card: Callable[[Any, Any], str],
) -> None:
    from numba import float64, int64  # noqa: PLC0415

    from brainmag.engine.cuda.kernel import define_kernel  # noqa: PLC0415

    # What a kernel is called with.
    signature = (
        *(int64, int64, int64, int64[::1], float64[::1]),
        *(float64[:, ::1], float64[:, ::1], float64[::1], float64[:, :, ::1], float64[:, :, ::1]),
        *(float64[:, :, ::1], float64[:, ::1], float64[::1], int64[::1], int64[::1]),
    )

    source = write_model(read_equations(read_text(text), outputs), drivers)
    code = compile_for_card(define_kernel(source), signature)
    assert len(source.parts) == (2 if drivers else 1)
    assert ".visible .entry" in code
    assert "fma.rn.f64" in code


@needs_package
def test_the_benchmark_needs_a_card() -> None:
    done = run_python(str(BENCHMARK), **HIDDEN)
    assert (done.returncode, done.stdout) == (0, "no CUDA device\n")


@needs_package
def test_the_benchmark_is_of_single_precision(
    compile_for_card: Callable[[Any, Any], str],
) -> None:
    from numba import float32  # noqa: PLC0415

    define_lorenz = run_path(str(BENCHMARK))["define_lorenz"]
    code = compile_for_card(define_lorenz(10), (float32[:, ::1], float32[:, ::1]))
    assert "fma.rn.f32" in code
    assert ".f64" not in code
    # All of a trajectory stands in registers.
    assert ".local" not in code
