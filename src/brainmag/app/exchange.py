"""What a server and its worker processes say to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from brainmag.errors import BrainmagError

Asked = Mapping[str, Any]
Progress = Callable[[int, int], None]
# Makes the answer of a request, as JSON.
Task = Callable[[Asked, Progress], bytes]


@dataclass(frozen=True)
class Ask:
    """Do a task; its number says which answer belongs to it."""

    number: int
    task: str
    asked: Asked
    tells: bool


@dataclass(frozen=True)
class Stop:
    """Nobody waits for what has this number, or a lower one."""

    number: int


@dataclass(frozen=True)
class Ready:
    """What is asked now is answered at once."""


@dataclass(frozen=True)
class Progressed:
    """So many steps are done."""

    number: int
    done: int
    total: int


@dataclass(frozen=True)
class Done:
    """The answer."""

    number: int
    answer: bytes


@dataclass(frozen=True)
class Failed:
    """Why there is no answer."""

    number: int
    error: BrainmagError
