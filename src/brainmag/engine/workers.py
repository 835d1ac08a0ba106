"""Running chunks of subjects on all processors, with a way to stop them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from brainmag.engine.vectors import LANES
from brainmag.errors import InputError

# The name other compiled Python code knows it by.
_THREADS_VARIABLE = "NUMBA_NUM_THREADS"
MOST_THREADS = 1024


def count_processors() -> int:
    """Return how many threads to use: $NUMBA_NUM_THREADS, or the processors there are for us.

    Raises
    ------
    InputError
        ``engine.bad_thread_count``.
    """
    given = os.environ.get(_THREADS_VARIABLE, "")
    if given:
        if not (given.isdecimal() and 1 <= int(given) <= MOST_THREADS):
            raise InputError(
                "engine.bad_thread_count",
                given=given,
                variable=_THREADS_VARIABLE,
                highest=MOST_THREADS,
            )
        return int(given)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def divide_subjects(subjects: int, chunk: int) -> list[tuple[int, int]]:
    """Return first subject and number of subjects of every chunk.

    A chunk is rounded up to whole blocks of vector lanes.

    Examples
    --------
    >>> divide_subjects(20, 10)
    [(0, 16), (16, 4)]
    """
    width = -(-max(chunk, 1) // LANES) * LANES
    return [(first, min(width, subjects - first)) for first in range(0, subjects, width)]


def run_chunks(
    work: Callable[[int, int], None],
    chunks: Sequence[tuple[int, int]],
    *,
    stop: Callable[[], None],
    threads: int | None,
    on_progress: Callable[[int, int], None] | None,
) -> bool:
    """Do the work of all chunks; return False when Ctrl-C ended it early.

    Parameters
    ----------
    work : callable
        Called with first subject and number of subjects; releases the interpreter.
    chunks : sequence of (int, int)
        First subject and number of subjects of each.
    stop : callable
        Makes work that is going on return soon.
    threads : int or None
        How many chunks at once; None for one per processor.
    on_progress : callable or None
        Called with subjects done and subjects in all after every chunk.
    """
    total = sum(count for _, count in chunks)
    done = 0
    executor = ThreadPoolExecutor(max_workers=threads or count_processors())
    waiting: dict[Future[None], int] = {}
    try:
        for first, count in chunks:
            waiting[executor.submit(work, first, count)] = count
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                future.result()
                done += waiting.pop(future)
                if on_progress is not None:
                    on_progress(done, total)
    except KeyboardInterrupt:
        return False
    finally:
        stop()
        executor.shutdown(cancel_futures=True)
    return True
