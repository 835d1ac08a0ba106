"""Join the biology's files into one Antimony model text, with units from the parameter table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from brainmag.tables import read_table

IMPORT = re.compile(r'^import "(?P<file>[a-z0-9_]+\.ant)"$', re.MULTILINE)
FUNCTION = re.compile(r"^function .*?^end\n", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"//[^\n]*")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@cache
def assemble_model(name: str) -> str:
    """Return the text of one assembly: functions, equations and units, no parameter values.

    Parameters
    ----------
    name : str
        ``chain`` (a body), ``dish`` (cells in a medium), ``gut_alone``, ``synapse_ms`` or
        ``synapse_ms_kampa`` (one synapse in milliseconds).

    Returns
    -------
    str
        A complete Antimony model. Parameters carry their unit from ``parameters.tsv`` and no value.

    Examples
    --------
    >>> "central_volume has litre;" in assemble_model("chain")
    True
    """
    body = _strip_comments(_expand_imports(f"{name}.ant"))
    functions = "".join(FUNCTION.findall(body))
    equations = FUNCTION.sub("", body)
    unit = {row["parameterId"]: row["unit"] for row in read_table("parameters.tsv")}
    units = "".join(f"const {name}; {name} has {unit[name]};\n" for name in list_parameters(body))
    return f"{functions}model {name}()\n{equations}{units}end\n"


def fill_values(text: str, values: Mapping[str, float], units: Mapping[str, str]) -> str:
    r"""Return a model text with values for its parameters and for the initial states.

    Parameters
    ----------
    text : str
        What `assemble_model` returns.
    values : mapping of str to float
        Value of each parameter, and of each state at time zero.
    units : mapping of str to str
        Unit of each of them; a number without its unit would turn dimensionless.

    Examples
    --------
    >>> fill_values("model m()\nx has mmol;\nend\n", {"x": 2.0}, {"x": "mmol"})
    'model m()\nx has mmol;\nx = 2.0 mmol;\nend\n'
    """
    lines = "".join(f"{name} = {value!r} {units[name]};\n" for name, value in values.items())
    return text.removesuffix("end\n") + lines + "end\n"


def list_parameters(text: str) -> tuple[str, ...]:
    """Return the parameters that a text without remarks names, in the order of the table.

    Examples
    --------
    >>> list_parameters("age := age_start + ageing*time;")
    ('age_start', 'ageing')
    """
    words = set(WORD.findall(text))
    rows = read_table("parameters.tsv")
    return tuple(row["parameterId"] for row in rows if row["parameterId"] in words)


def _expand_imports(file_name: str) -> str:
    text = files("brainmag.biology").joinpath(file_name).read_text(encoding="utf-8")
    return IMPORT.sub(lambda match: _expand_imports(match["file"]), text)


def _strip_comments(text: str) -> str:
    lines = (COMMENT.sub("", line).rstrip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)
