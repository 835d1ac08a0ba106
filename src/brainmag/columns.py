# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow ships no type information.
"""Columns of numbers as a Parquet file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.files import write_whole


def read_columns(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a file by name, in its order."""
    from pyarrow import parquet  # noqa: PLC0415

    table = parquet.read_table(path)
    return {str(name): table[name].to_numpy().astype(np.float64) for name in table.column_names}


def write_columns(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write columns of one length; the file appears whole or not at all.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_columns(Path(folder, "x.parquet"), {"a": np.array([1.0, 2.0])})
    ...     read_columns(Path(folder, "x.parquet"))
    {'a': array([1., 2.])}
    """
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    table = pa.table(dict(columns))

    def write(staged: Path) -> None:
        parquet.write_table(table, staged, compression="zstd")

    write_whole(path.parent, {path.name: write})
