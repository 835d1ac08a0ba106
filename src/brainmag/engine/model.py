"""Compiling a model and asking it for states and read-outs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from platform import python_version

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import cache, machine
from brainmag.engine.arrays import WorkSizes, allocate_work, check_matrix
from brainmag.engine.cache import Bundle
from brainmag.engine.machine import LoadedCode

Reals = NDArray[np.float64]

# Who turns a text into machine code; another version of one may give other last bits.
COMPILERS = ("antimony", "llvmlite", "numba", "python-libsbml")


@dataclass(frozen=True)
class CompiledModel:
    """A model ready to run.

    Attributes
    ----------
    name : str
        Name the text gives the model.
    states, parameters, outputs : tuple of str
        Names; their order is the order of the columns of all arrays.
    units : dict
        Unit the text declares for a quantity, for those that have one.
    defaults : dict
        Value the text gives each parameter, NaN where it gives none.
    key : str
        Hash of everything the compiled code depends on.
    text : str
        The model itself, for code that is made for another device.
    drivers : tuple of str
        States that may be run ahead of the others.
    """

    name: str
    states: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    units: dict[str, str]
    defaults: dict[str, float]
    key: str
    text: str = field(repr=False)
    drivers: tuple[str, ...]
    sizes: WorkSizes = field(repr=False)
    code: LoadedCode = field(repr=False, compare=False)

    def initial_states(self, parameters: Reals) -> Reals:
        """Return the states at the start.

        Parameters
        ----------
        parameters : array, shape (S, P)
            One row per subject.

        Returns
        -------
        array, shape (S, N)
            What the text's initial assignments and initial values say; NaN where it says nothing.

        Raises
        ------
        InputError
            ``engine.wrong_shape``.
        """
        values = check_matrix("parameters", parameters, self.parameters)
        states = np.empty((len(values), len(self.states)))
        order = np.arange(len(values))
        sizes, reals, wholes = allocate_work(self.sizes)
        self.code.functions["start_subjects"](
            *(
                0,
                len(values),
                len(values),
                order.ctypes.data,
                sizes.ctypes.data,
                values.ctypes.data,
            ),
            *(reals.ctypes.data, wholes.ctypes.data, states.ctypes.data),
        )
        return states

    def evaluate(self, states: Reals, parameters: Reals, time: float | Reals) -> Reals:
        """Return the read-outs of given states.

        Parameters
        ----------
        states : array, shape (S, N)
            One row per subject.
        parameters : array, shape (S, P)
            One row per subject.
        time : float or array, shape (S,)
            Time the states belong to, for read-outs that depend on it.

        Returns
        -------
        array, shape (S, K)
            The outputs, in the order of :attr:`outputs`.

        Raises
        ------
        InputError
            ``engine.wrong_shape``.
        """
        values = check_matrix("parameters", parameters, self.parameters)
        points = check_matrix("states", states, self.states, rows=len(values))
        times = np.ascontiguousarray(np.broadcast_to(time, len(values)), dtype=np.float64)
        outputs = np.empty((len(values), len(self.outputs)))
        order = np.arange(len(values))
        sizes, reals, wholes = allocate_work(self.sizes)
        self.code.functions["evaluate_subjects"](
            *(0, len(values), len(values), order.ctypes.data, sizes.ctypes.data, times.ctypes.data),
            *(points.ctypes.data, values.ctypes.data, reals.ctypes.data),
            *(wholes.ctypes.data, outputs.ctypes.data),
        )
        return outputs


def compile_model(
    source: str | Path,
    *,
    outputs: Sequence[str],
    drivers: Sequence[str] = (),
    on_compile: Callable[[], None] | None = None,
) -> CompiledModel:
    """Compile an Antimony or SBML model, or take it from the cache of models compiled before.

    Variables with a rate rule (``x' = ...``) and species that reactions change are states;
    constants without a rule are parameters, whose values are given to
    :func:`brainmag.engine.solve`; variables with an assignment rule (``:=``) are read-outs or
    intermediate quantities. The state of a species is what its name means in the model, and its
    amount where its compartment changes size.

    Parameters
    ----------
    source : str or Path
        One complete model: its text, or the file that holds it.
    outputs : sequence of str
        States, assigned variables and reactions to record.
    drivers : sequence of str
        Fast states that drive others and get nothing back: all that is stiff. They and what they
        depend on are run ahead with steps of their own, and the others follow by an explicit
        method, which saves time where these are slow or costly (and takes long where they are
        stiff). Results change within the tolerance only; sums the model conserves stay conserved.
    on_compile : callable, optional
        Called when the model is not in the cache and compilation begins.

    Returns
    -------
    CompiledModel

    Raises
    ------
    InputError
        ``engine.events_for_many`` for a model with events of its own, ``engine.no_states``,
        ``engine.unknown_output``, ``engine.unknown_state`` (a driver), ``engine.scalar_only``,
        and what reading a model raises.

    Examples
    --------
    >>> model = compile_model("model decay; x = 1; x' = -k*x; k = 0.5; end", outputs=["x"])
    >>> model.states, model.parameters, model.defaults["k"]
    (('x',), ('k',), 0.5)
    """
    if isinstance(source, Path):
        from brainmag.engine.reading.document import load_text  # noqa: PLC0415  (slow to import)

        text = load_text(source)
    else:
        text = source
    foundation = cache.hash_content(_describe_foundation())
    key = cache.hash_content([foundation, text, *outputs, "driven by", *drivers])
    driver = cache.read_bundle(f"driver-{foundation}")
    kernel = cache.read_bundle(f"model-{key}")
    if driver is None or kernel is None:
        if on_compile is not None:
            on_compile()
        kernel = _compile_kernel(text, outputs, drivers)
        driver = driver or _compile_driver()
        cache.write_bundle(f"driver-{foundation}", driver)
        cache.write_bundle(f"model-{key}", kernel)
    facts = kernel.facts
    return CompiledModel(
        name=facts["name"],
        states=tuple(facts["states"]),
        parameters=tuple(facts["parameters"]),
        outputs=tuple(facts["outputs"]),
        units=facts["units"],
        defaults=facts["defaults"],
        key=key,
        text=text,
        drivers=tuple(drivers),
        sizes=WorkSizes(**facts["sizes"]),
        code=machine.load([driver.object_file, kernel.object_file], driver.facts),
    )


def _describe_foundation() -> list[str]:
    """Return what all compiled code depends on besides the model."""
    engine = files("brainmag.engine")
    modules = [
        item
        for folder in (engine, engine / "reading", engine / "kernel", engine / "cuda")
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".py")
    ]
    sources = [module.read_text(encoding="utf-8") for module in modules]
    versions = [f"{name} {version(name)}" for name in COMPILERS]
    return [*sources, *versions, python_version(), *machine.describe_processor().values()]


def _compile_kernel(text: str, outputs: Sequence[str], drivers: Sequence[str]) -> Bundle:
    """Return the machine code of a model's own functions, and what is to be known about it."""
    # These imports are slow, and a model compiled before does not need them.
    from brainmag.engine.kernel.build import build_kernel  # noqa: PLC0415
    from brainmag.engine.reading.document import read_text  # noqa: PLC0415
    from brainmag.engine.reading.sbml import read_equations  # noqa: PLC0415

    system = read_equations(read_text(text), outputs)
    kernel = build_kernel(system, drivers)
    facts = {
        "name": system.name,
        "states": system.states,
        "parameters": system.parameters,
        "outputs": system.outputs,
        "units": system.units,
        "defaults": system.defaults,
        "sizes": {
            "parameters": len(system.parameters),
            "constants": kernel.constants,
            "outputs": len(system.outputs),
            "inputs": kernel.inputs,
            "states": kernel.states,
            "scratch": kernel.scratch,
        },
    }
    return Bundle(facts, machine.assemble([kernel.code]))


def _compile_driver() -> Bundle:
    """Return the machine code that is the same for all models, and its entry points."""
    from brainmag.engine.kernel.driver import describe_driver  # noqa: PLC0415

    codes, entries = describe_driver()
    return Bundle(entries, machine.assemble(codes))
