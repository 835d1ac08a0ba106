"""Where a run is computed: on the processor or on a graphics card."""

from __future__ import annotations

from importlib.util import find_spec

from brainmag.errors import InputError, nearest_match

CPU, CUDA = "cpu", "cuda"
DEVICES = (CPU, CUDA)


def check_device(name: str) -> None:
    """Make sure that a device is known and that this machine has it.

    Raises
    ------
    InputError
        ``engine.unknown_device``, ``engine.no_cuda_package``, ``engine.no_cuda_device``.

    Examples
    --------
    >>> check_device("cpu")
    """
    if name not in DEVICES:
        raise InputError(
            "engine.unknown_device",
            given=name,
            nearest=nearest_match(name, DEVICES),
            allowed=", ".join(DEVICES),
        )
    if name == CUDA:
        if find_spec("numba_cuda") is None:
            raise InputError("engine.no_cuda_package")
        from brainmag.engine.cuda.launch import is_available  # noqa: PLC0415

        if not is_available():
            raise InputError("engine.no_cuda_device")


def describe_device(name: str) -> dict[str, str]:
    """Return what the numbers of a run depend on because of its device; of the processor, nothing.

    What they depend on because of the processor is in the model's key.

    Examples
    --------
    >>> describe_device("cpu")
    {}
    """
    if name == CPU:
        return {}
    from brainmag.engine.cuda.launch import describe_card  # noqa: PLC0415

    return describe_card()
