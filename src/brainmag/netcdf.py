"""Trajectories as NetCDF, for xarray and any other reader of the format."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import h5netcdf  # pyright: ignore[reportMissingTypeStubs]
import h5py  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from brainmag import __version__, locales
from brainmag.engine import Status
from brainmag.simulate import Run
from brainmag.trajectories import read_units

AXES = ("hypothesis", "draw", "time")
# A light squeeze: trajectories are smooth, and a heavier one takes longer than the run.
_SQUEEZE = {"compression": "gzip", "compression_opts": 1, "shuffle": True}


def write_trajectories(
    path: Path, runs: Mapping[str, Run], scenario: str, *, lang: str = "en"
) -> None:
    """Write the observables of every subject at every time.

    Dimensions are hypothesis, draw (0 is the nominal subject) and time (h). Values are kept in
    single precision, finer than the solver's tolerance; subjects not finished are NaN throughout.

    Parameters
    ----------
    path : Path
    runs : mapping of str to Run
        By explanation; all of one scenario.
    scenario : str
        Who takes what, in words.
    lang : str
        Language of the names.
    """
    first = next(iter(runs.values()))
    draws, times, _ = first.trajectories.series.shape
    units = read_units()
    # Neither library tells its types.
    text_type = cast(Any, h5py).string_dtype()
    # The library cannot bear a disk that fills while it writes: it writes to memory.
    content = io.BytesIO()
    with cast(Any, h5netcdf).File(content, "w") as file:
        file.attrs["brainmag"] = __version__
        file.attrs["scenario"] = scenario
        file.attrs["hypothesis"] = ", ".join(runs)
        file.attrs["seed"] = first.seed
        file.attrs["draws"] = first.draws
        file.dimensions = dict(zip(AXES, (len(runs), draws, times), strict=True))
        names = np.array(list(runs), dtype=object)
        file.create_variable("hypothesis", AXES[:1], text_type, data=names)
        drawn = file.create_variable("draw", AXES[1:2], data=np.arange(draws))
        drawn.attrs["long_name"] = locales.text("report.netcdf.draw", lang=lang)
        clock = file.create_variable("time", AXES[2:], data=first.trajectories.times)
        clock.attrs["units"] = "h"
        clock.attrs["long_name"] = locales.text("report.netcdf.time", lang=lang)
        status = np.stack([run.status for run in runs.values()])
        states = file.create_variable("status", AXES[:2], data=status)
        states.attrs["flag_values"] = np.array([int(item) for item in Status], dtype=np.int8)
        states.attrs["flag_meanings"] = " ".join(item.name.lower() for item in Status)
        for position, name in enumerate(first.trajectories.names):
            values = np.stack([_select(run, position) for run in runs.values()])
            variable = file.create_variable(name, AXES, data=values, **_SQUEEZE)
            variable.attrs["units"] = units[name]
            variable.attrs["long_name"] = locales.text(f"observables.{name}.label", lang=lang)
    path.write_bytes(content.getbuffer())


def _select(run: Run, position: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return one observable, shape (draws, times)."""
    values = run.trajectories.series[:, :, position].astype(np.float32)
    values[run.status != Status.FINISHED] = np.nan
    return values
