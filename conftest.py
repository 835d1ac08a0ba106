"""What holds for every test: one kernel cache for the run, and repeatable examples."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import settings

_CACHE = pytest.StashKey[str]()

# No test is timed; in continuous integration the same examples are drawn every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Give this run its own kernel cache, which its workers inherit, unless one is named."""
    if "BRAINMAG_CACHE" not in os.environ:
        config.stash[_CACHE] = tempfile.mkdtemp(prefix="brainmag-tests-")
        os.environ["BRAINMAG_CACHE"] = config.stash[_CACHE]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the kernel cache that this run made."""
    made = config.stash.get(_CACHE, None)
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)
