# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Dask leaves the types of most of its arguments open.
"""Chunks computed by Dask workers, on this machine or on others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

from brainmag.engine import count_processors
from brainmag.errors import ComputationError, InputError
from brainmag.population.plan import Plan, compute_chunk

LOCAL = "local"
# Seconds to wait for a scheduler that does not answer.
PATIENCE = 20
# Chunks under way and in waiting for each worker thread: it never runs dry, and what is finished
# and not yet fetched stays small.
CHUNKS_AHEAD = 2
# Seconds after which is looked whether there is any worker.
SECONDS_TO_LOOK = 5.0
# No page to watch, and no limit of memory at which a worker would be stopped. Ctrl-C reaches all
# processes of a terminal: it is answered here alone.
LOCAL_SETTINGS: dict[str, Any] = {
    "memory_limit": 0,
    "dashboard_address": None,
    "preload": ["import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"],
}

Job = tuple[str, Plan, range]


@contextmanager
def connect(address: str) -> Generator[Any]:
    """Give a Dask client: of workers started here, or of the scheduler at an address.

    Raises
    ------
    InputError
        ``population.cluster_missing`` without Dask, ``population.cluster_unreachable``.
    """
    try:
        import dask.config  # noqa: PLC0415

        # Its reports of workers lost are for those who run it; a chunk lost is computed again.
        dask.config.set({"logging.distributed": "critical"})
        import distributed  # noqa: PLC0415
    except ImportError:
        raise InputError("population.cluster_missing") from None
    with ExitStack() as stack:
        try:
            target: Any = address
            if address == LOCAL:
                target = stack.enter_context(
                    distributed.LocalCluster(
                        n_workers=count_processors(),
                        threads_per_worker=1,
                        processes=True,
                        silence_logs=logging.CRITICAL,
                        **LOCAL_SETTINGS,
                    )
                )
            client = stack.enter_context(distributed.Client(target, timeout=PATIENCE))
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise InputError(
                "population.cluster_unreachable", given=address, reason=reason
            ) from error
        yield client


def compute_on_cluster(
    client: Any, jobs: Sequence[Job], *, on_idle: Callable[[], None] | None = None
) -> Iterator[tuple[Job, bytes]]:
    """Give each chunk with its content, in the order in which they are finished.

    A worker that is lost costs the chunks it was at; others compute them again, to the same bits.
    Workers may come and go while it runs.

    Parameters
    ----------
    client : distributed.Client
    jobs : sequence of (str, Plan, range)
        Explanation, plan and people of each chunk.
    on_idle : callable, optional
        Called again and again while there is no worker at all.

    Raises
    ------
    ComputationError
        ``population.workers_lost`` when a chunk has cost several workers,
        ``population.scheduler_lost``.
    """
    import distributed  # noqa: PLC0415

    waiting = iter(jobs)
    under_way: dict[Any, Job] = {}
    try:
        while True:
            threads = sum(client.nthreads().values())
            free = CHUNKS_AHEAD * max(1, threads) - len(under_way)
            for job in islice(waiting, max(0, free)):
                future = client.submit(compute_chunk, job[1], job[2], threads=1, pure=False)
                under_way[future] = job
            if not under_way:
                return
            if not threads and on_idle is not None:
                on_idle()
            for future in _wait_for_some(list(under_way)):
                job, content = under_way.pop(future), future.result()
                future.release()
                yield job, content
    except distributed.KilledWorker as error:
        raise ComputationError("population.workers_lost") from error
    except (distributed.CancelledError, OSError) as error:
        # Within this nothing is written: what the system says is about a lost connection.
        raise ComputationError("population.scheduler_lost") from error
    finally:
        if client.status == "running":
            client.cancel(list(under_way), force=True)


def _wait_for_some(futures: Sequence[Any]) -> list[Any]:
    """Return those that are finished, once there are any or it is time to look for workers."""
    import distributed  # noqa: PLC0415

    try:
        waited: Any = distributed.wait(futures, SECONDS_TO_LOOK, return_when="FIRST_COMPLETED")
    except distributed.TimeoutError:
        return []
    return list(waited.done)
