"""How a table that rich draws begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


def start_table(title: str, heads: Sequence[str]) -> Table:
    """Return a table without rows, in the house's style.

    Examples
    --------
    >>> len(start_table("Block", ["Voltage, mV", "Open fraction"]).columns)
    2
    """
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title or None, box=box.SIMPLE, pad_edge=False)
    for head in heads:
        table.add_column(head)
    return table
