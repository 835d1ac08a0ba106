"""Invariant: processors with other vector units give the same bits."""

from __future__ import annotations

import platform
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from brainmag.engine import Solution, cache, model, solve
from problems.engine import DOSED_CHAIN, compile_all, dose_chain, spread_subjects


def run_chain() -> Solution:
    chain = compile_all(DOSED_CHAIN)
    values = spread_subjects(chain, 9, "gfr", "Vp", "kpe")
    return solve(
        chain,
        initial=chain.initial_states(values),
        parameters=values,
        start=0.0,
        stop=72.0,
        events=dose_chain(chain, 3),
        output_times=np.linspace(0.0, 72.0, 50),
    )


class NoFeatures:
    def flatten(self) -> str:
        return ""


# Two, four and eight numbers at once; the first has no fused multiply-add of its own.
@pytest.mark.parametrize("processor", ["x86-64", "x86-64-v3"])
def test_same_bits(processor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip("these processors cannot be imitated on this machine")
    if processor == "x86-64-v3" and not llvm.get_host_cpu_features().get("fma"):
        pytest.skip("this machine has no fused multiply-add")
    here = run_chain()
    driver = cache.read_bundle(f"driver-{cache.hash_content(model._describe_foundation())}")
    assert driver is not None
    monkeypatch.setenv("BRAINMAG_CACHE", str(tmp_path))
    monkeypatch.setattr(model, "_compile_driver", lambda: driver)
    monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: processor)
    monkeypatch.setattr(llvm, "get_host_cpu_features", NoFeatures)
    there = run_chain()
    assert len(list(tmp_path.iterdir())) == 2
    np.testing.assert_array_equal(there.outputs, here.outputs)
    np.testing.assert_array_equal(there.final_states, here.final_states)
    np.testing.assert_array_equal(there.steps, here.steps)
