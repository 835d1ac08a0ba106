"""Compiling a model and asking it for states and read-outs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from brainmag.engine import cache, machine
from brainmag.engine.arrays import WorkSizes, allocate_work, check_matrix
from brainmag.engine.machine import LoadedCode

Reals = NDArray[np.float64]

_FORMAT = "1"


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
    """

    name: str
    states: tuple[str, ...]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    units: dict[str, str]
    defaults: dict[str, float]
    key: str
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
        sizes, reals, wholes = allocate_work(self.sizes)
        self.code.functions["start_subjects"](
            *(0, len(values), len(values), sizes.ctypes.data, values.ctypes.data),
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
        sizes, reals, wholes = allocate_work(self.sizes)
        self.code.functions["evaluate_subjects"](
            *(0, len(values), len(values), sizes.ctypes.data, times.ctypes.data),
            *(points.ctypes.data, values.ctypes.data, reals.ctypes.data),
            *(wholes.ctypes.data, outputs.ctypes.data),
        )
        return outputs


def compile_model(
    text: str, *, outputs: Sequence[str], on_compile: Callable[[], None] | None = None
) -> CompiledModel:
    """Compile an Antimony model, or take it from the cache of models compiled before.

    Variables with a rate rule (``x' = ...``) are states; constants without a rule are parameters,
    whose values are given to :func:`brainmag.engine.solve`; variables with an assignment rule
    (``:=``) are read-outs or intermediate quantities.

    Parameters
    ----------
    text : str
        One complete Antimony model.
    outputs : sequence of str
        States and assigned variables to record.
    on_compile : callable, optional
        Called when the model is not in the cache and compilation begins.

    Returns
    -------
    CompiledModel

    Raises
    ------
    InputError
        ``engine.text_unreadable``, ``engine.unsupported_construct``,
        ``engine.unsupported_function``, ``engine.circular_rules``, ``engine.unknown_name``,
        ``engine.unknown_output``, ``engine.no_states``.

    Examples
    --------
    >>> model = compile_model("model decay; x = 1; x' = -k*x; k = 0.5; end", outputs=["x"])
    >>> model.states, model.parameters, model.defaults["k"]
    (('x',), ('k',), 0.5)
    """
    foundation = [_FORMAT, _read_sources(), cache.describe_platform(), machine.describe_machine()]
    key = cache.hash_content([*foundation, text, *outputs])
    description = cache.read_entry(f"{key}.json")
    object_file = cache.read_entry(f"{key}.o")
    if description is None or object_file is None:
        if on_compile is not None:
            on_compile()
        description, object_file = _compile(text, outputs, cache.hash_content(foundation))
        cache.write_entry(f"{key}.o", object_file)
        cache.write_entry(f"{key}.json", description)
    facts = json.loads(description)
    return CompiledModel(
        name=facts["name"],
        states=tuple(facts["states"]),
        parameters=tuple(facts["parameters"]),
        outputs=tuple(facts["outputs"]),
        units=facts["units"],
        defaults=facts["defaults"],
        key=key,
        sizes=WorkSizes(**facts["sizes"]),
        code=machine.load(object_file, facts["entries"]),
    )


def _read_sources() -> str:
    """Return the text of the engine's own sources."""
    folder = files("brainmag.engine")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".py"))
    return "\0".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)


def _compile(text: str, outputs: Sequence[str], foundation: str) -> tuple[bytes, bytes]:
    """Return the description and the object file of a model not compiled before."""
    # These imports are slow, and needed only here.
    from brainmag.engine.build import build_kernel
    from brainmag.engine.sbml import read_antimony

    system = read_antimony(text, outputs)
    kernel = build_kernel(system)
    name = f"driver-{foundation}.json"
    stored = cache.read_entry(name)
    if stored is None:
        from brainmag.engine.driver import describe_driver

        stored = json.dumps(describe_driver()).encode()
        cache.write_entry(name, stored)
    driver = json.loads(stored)
    object_file = machine.assemble([kernel.code, *driver["codes"]])
    facts = {
        "name": system.name,
        "states": system.states,
        "parameters": system.parameters,
        "outputs": system.outputs,
        "units": system.units,
        "defaults": system.defaults,
        "sizes": {
            "states": len(system.states),
            "parameters": len(system.parameters),
            "constants": kernel.constants,
            "outputs": len(system.outputs),
            "scratch": kernel.scratch,
        },
        "entries": driver["entries"],
    }
    return json.dumps(facts).encode(), object_file
