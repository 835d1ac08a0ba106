# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow ships no type information.
"""Columns of numbers as a Parquet file that tells when it is damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainmag.files import write_whole

# Parquet has checksums of its values; of the columns' names the hash stands beside them.
NAMES = b"names"


def read_columns(path: Path) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a file by name, in its order.

    Raises
    ------
    OSError, ValueError
        When it cannot be read, or is not what was written.
    """
    from pyarrow import parquet  # noqa: PLC0415

    table = parquet.read_table(path, page_checksum_verification=True)
    names = [str(name) for name in table.column_names]
    if (table.schema.metadata or {}).get(NAMES, _hash(names)) != _hash(names):
        raise ValueError(f"{path.name}: the names of its columns are damaged")
    return {name: table[name].to_numpy().astype(np.float64) for name in names}


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

    table = pa.table(dict(columns)).replace_schema_metadata({NAMES: _hash(columns)})

    def write(staged: Path) -> None:
        parquet.write_table(table, staged, compression="zstd", write_page_checksum=True)

    write_whole(path.parent, {path.name: write})


def _hash(names: Iterable[str]) -> bytes:
    return hashlib.sha256("\n".join(names).encode()).hexdigest().encode()
