"""A queue in which everybody who asks has a turn, however much the others ask."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Turns(Generic[Item]):
    """What waits, by who asked; who has been served goes to the end.

    Examples
    --------
    >>> turns = Turns[str]()
    >>> for who, what in [("a", "a1"), ("a", "a2"), ("b", "b1")]:
    ...     turns.put(who, what)
    >>> [turns.take() for _ in range(4)]
    ['a1', 'b1', 'a2', None]
    """

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[Item]] = OrderedDict()

    def put(self, who: str, item: Item) -> None:
        """Let something wait, behind all that somebody has asked before."""
        self._waiting.setdefault(who, deque()).append(item)

    def take(self) -> Item | None:
        """Return whose turn it is, or None where nothing waits."""
        if not self._waiting:
            return None
        who, items = self._waiting.popitem(last=False)
        item = items.popleft()
        if items:
            self._waiting[who] = items
        return item

    def list_waiting(self) -> list[Item]:
        """Return all that waits."""
        return [item for items in self._waiting.values() for item in items]

    def drop(self, item: Item) -> None:
        """Let something wait no longer."""
        for who, items in list(self._waiting.items()):
            if item in items:
                items.remove(item)
                if not items:
                    del self._waiting[who]
