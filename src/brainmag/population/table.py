# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow ships no type information.
"""People and their figures as a Parquet table: one row each; what is told over time as a list."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag import __version__
from brainmag.engine import Status
from brainmag.simulate import Run
from brainmag.trajectories import PEAKS, read_units

Array = NDArray[np.float64]

# Parts of a result that each observable has, and what of a person is kept.
LEVELS = ("baseline", "end", "end_day")
# Attributes of a person, with their units.
PERSON = {
    "age": "year",
    "sex": "f or m",
    "height": "cm",
    "weight": "kg",
    "creatinine": "mg/dL",
    "egfr": "mL/min per 1.73 m2",
    "diet_mg": "mg/day",
    "status": "standard score",
}
# The unit of ledgers, stores and doses.
AMOUNT = "mmol"
SERIES = "series"
OUTCOME = "outcome"
NUMBER = "number"
_TIMES = b"times_h"
# A light squeeze: a heavier one takes longer than the run.
_SQUEEZE: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": False,
    "write_statistics": False,
    "write_page_checksum": True,
}


def name_column(part: str, name: str) -> str:
    """Return the column that holds one figure.

    Examples
    --------
    >>> name_column("end", "plasma_mg")
    'end_plasma_mg'
    """
    return f"{part}_{name}"


def encode_people(run: Run) -> bytes:
    """Return the people of a run, without the nominal subject, as a Parquet file.

    Figures are in double precision, series in single: that is finer than the solver's tolerance.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    units = read_units()
    arrays, fields = [], []
    for column, values, unit in _list_columns(run):
        array = pa.array(np.ascontiguousarray(values))
        arrays.append(array)
        fields.append(pa.field(column, array.type, metadata={"unit": unit}))
    times = run.trajectories.times
    for position, name in enumerate(run.names):
        values = run.trajectories.series[1:, :, position].astype(np.float32)
        array = pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), len(times))
        arrays.append(array)
        column = name_column(SERIES, name)
        fields.append(pa.field(column, array.type, metadata={"unit": units[name]}))
    facts = {"brainmag": __version__, _TIMES: json.dumps(times.tolist())}
    sink = io.BytesIO()
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=facts))
    # Bytes of like weight side by side: smooth numbers squeeze better so.
    split: Any = [
        f"{field.name}.list.element" if pa.types.is_fixed_size_list(field.type) else field.name
        for field in fields
        if pa.types.is_floating(field.type) or pa.types.is_fixed_size_list(field.type)
    ]
    pq.write_table(table, sink, use_byte_stream_split=split, **_SQUEEZE)
    return sink.getvalue()


def _list_columns(run: Run) -> Iterator[tuple[str, NDArray[Any], str]]:
    """Give name, values and unit of every column that holds one figure a person."""
    if run.people is None:
        raise ValueError("a run of draws, not of people")
    units = read_units()
    outcomes = ", ".join(f"{int(one)} {one.name.lower()}" for one in Status)
    yield NUMBER, run.people.numbers, "number within the population, from 1"
    yield OUTCOME, run.status[1:], outcomes
    for name, unit in PERSON.items():
        yield name_column("person", name), getattr(run.people, name), unit
    for name in run.names:
        for part in LEVELS:
            yield name_column(part, name), run.read(part, name)[1:], units[name]
    for name in PEAKS:
        yield name_column("highest", name), run.read("highest", name)[1:], units[name]
    for name in run.trajectories.ledgers:
        part = "growth" if name.endswith(("_ledger", "_stores")) else "last"
        unit = AMOUNT if name.endswith(("_ledger", "_stores")) else units.get(name, "1")
        yield name_column(part, name), run.read(part, name)[1:], unit
    for name in ("magnesium", "threonate"):
        yield name_column("given", name), run.read("given", name)[1:], AMOUNT


def read_columns(files: Iterable[Path], columns: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return columns of several files, one after the other.

    The library is given open files: it would not take a path that is no text, or begins with ``~``.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415

    wanted = list(columns)
    parts: dict[str, list[NDArray[Any]]] = {column: [] for column in wanted}
    for path in files:
        with path.open("rb") as file:
            table = pq.ParquetFile(file).read(wanted, use_threads=False)
        for column in wanted:
            parts[column].append(table.column(column).to_numpy())
    return {column: np.concatenate(found) for column, found in parts.items()}


def read_times(path: Path) -> Array:
    """Return the times, h, at which the series of a file are told."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with path.open("rb") as file:
        return np.array(json.loads(pq.read_schema(file).metadata[_TIMES]))


def read_series(path: Path, name: str) -> NDArray[np.float32]:
    """Return one observable over time for the people of a file, shape (people, times)."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    column = name_column(SERIES, name)
    with path.open("rb") as file:
        lists = pq.ParquetFile(file).read([column], use_threads=False).column(column)
    rows = lists.combine_chunks()
    return rows.flatten().to_numpy().reshape(len(rows), -1)
