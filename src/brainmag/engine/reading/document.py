# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportUnknownParameterType=false
# antimony and python-libsbml ship no type information.
"""From a model's text or file, SBML or Antimony, to what it declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import libsbml

from brainmag.engine.reading.declarations import Declarations, list_declarations
from brainmag.engine.reading.faults import check_depth, check_references, tidy
from brainmag.engine.reading.imports import join_imports
from brainmag.errors import InputError

# Packages that leave the mathematics of a single model as they are once it is flattened.
_PACKAGES = frozenset({"comp", "l3v2extendedmath"})
# Packages that stand for another problem, required or not.
_OTHER_PROBLEMS = frozenset({"fbc"})
# Many times the largest models there are, bytes.
LARGEST_FILE = 64 * 2**20
# A file may do without the line that names its encoding; UTF-8 is then meant.
_HARMLESS = frozenset({libsbml.BadXMLDecl, libsbml.MissingXMLDecl, libsbml.MissingXMLEncoding})
# What Antimony calls a model that its text does not name.
_UNNAMED = "__main"


def read_text(text: str) -> Declarations:
    """Return what a model declares.

    Parameters
    ----------
    text : str
        One complete model in SBML (it begins with ``<``) or in Antimony.

    Raises
    ------
    InputError
        ``engine.text_unreadable`` for Antimony and ``engine.sbml_unreadable`` for SBML with the
        reader's own reason; ``engine.no_text``, ``engine.no_model``, ``engine.bad_encoding``,
        ``engine.sbml_level``, ``engine.package``, ``engine.not_flattened``; what
        :func:`check_depth`, :func:`check_references` and :func:`list_declarations` raise.

    Examples
    --------
    >>> declared = read_text("model m; x = 1; x' = -k*x; k = 2; end")
    >>> declared.quantities, declared.values
    (('x', 'k'), {'x': 1.0, 'k': 2.0})
    """
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        check_depth(text.encode())
        return list_declarations(_check(libsbml.readSBMLFromString(text)))
    return list_declarations(_read_antimony(text))


def read_file(path: Path) -> Declarations:
    """Return what the model in a file declares; models that it names are read beside it.

    Raises
    ------
    InputError
        ``engine.file_unreadable``, ``engine.not_text``, ``engine.not_a_plain_file``,
        ``engine.file_too_large``, and what :func:`join_imports` and :func:`read_text` raise.
    """
    text = _load(path)
    return list_declarations(_open_file(path)) if text is None else read_text(text)


def load_text(path: Path) -> str:
    """Return the model in a file as one text that stands alone, in SBML or in Antimony.

    Raises
    ------
    InputError
        As :func:`read_file`.
    """
    text = _load(path)
    return libsbml.writeSBMLToString(_open_file(path)) if text is None else text


def _load(path: Path) -> str | None:
    """Return the text of an Antimony file; None where the file holds XML."""
    try:
        if not path.is_dir() and path.exists() and not path.is_file():
            # A pipe or a device may never come to its end.
            raise InputError("engine.not_a_plain_file", given=str(path))
        if path.is_file() and path.stat().st_size > LARGEST_FILE:
            raise InputError(
                "engine.file_too_large", given=str(path), highest=LARGEST_FILE // 2**20
            )
        content = path.read_bytes()
        text = None if _is_xml(content) else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("engine.not_text", given=str(path), position=error.start) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError("engine.file_unreadable", given=str(path), reason=reason) from error
    if text is None:
        check_depth(content)
        return None
    return join_imports(text, path)


def _is_xml(content: bytes) -> bool:
    """Tell whether a file is XML, whatever its encoding."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return is_wide or content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _read_antimony(text: str) -> libsbml.SBMLDocument:
    import antimony  # noqa: PLC0415  (slow to load, and not every model needs it)

    antimony.clearPreviousLoads()
    # The reader is one for the whole process: no setting of somebody else's may show in the result.
    antimony.setBareNumbersAreDimensionless(False)
    if antimony.loadAntimonyString(text) < 0:
        raise InputError("engine.text_unreadable", reason=tidy(str(antimony.getLastError())))
    name = antimony.getMainModuleName()
    written = str(antimony.getSBMLString(name))
    check_depth(written.encode())
    document = _check(libsbml.readSBMLFromString(written))
    if name == _UNNAMED and not _list_names(document)[:1]:
        raise InputError("engine.no_text")
    # Written with its submodels as such, a model loses what it changes in them; written flat it has
    # other names for what is in them than SBML gives.
    parts = libsbml.readSBMLFromString(antimony.getCompSBMLString(name))
    if parts.isPackageEnabled("comp"):
        _flatten(parts)
        _rename_nested(document, _list_names(parts))
    return document


def _list_names(document: libsbml.SBMLDocument) -> list[str]:
    model = document.getModel()
    elements = [] if model is None else model.getListOfAllElements()
    return [element.getId() for element in elements if element.isSetId()]


def _rename_nested(document: libsbml.SBMLDocument, names: Iterable[str]) -> None:
    """Give what came from submodels the names SBML has for it: ``sub__id`` for ``sub_id``."""
    flat = _list_names(document)
    nested = {name.replace("__", "_"): name for name in names if "__" in name}
    found = [name for name in flat if name in nested and nested[name] not in flat]
    settings = libsbml.ConversionProperties()
    settings.addOption("renameSIds", True)  # noqa: FBT003
    settings.addOption("currentIds", ",".join(found))
    settings.addOption("newIds", ",".join(nested[name] for name in found))
    if found:
        document.convert(settings)


def _open_file(path: Path) -> libsbml.SBMLDocument:
    return _check(libsbml.readSBMLFromFile(str(path)))


def _check(document: libsbml.SBMLDocument) -> libsbml.SBMLDocument:
    """Return a document of one model without submodels, if it can be made of what was read."""
    if document.getLevel() == 1:
        raise InputError("engine.sbml_level", given=1)
    _refuse_packages(document)
    for position in range(document.getNumErrors()):
        error = document.getError(position)
        is_harmless = error.getErrorId() in _HARMLESS
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR and not is_harmless:
            reason = tidy(error.getMessage())
            raise InputError("engine.sbml_unreadable", line=error.getLine(), reason=reason)
    if document.getModel() is None:
        # Not even the level was read where the first line misled.
        raise InputError("engine.no_model" if document.getLevel() else "engine.bad_encoding")
    if document.isPackageEnabled("comp"):
        _flatten(document)
    model: Any = document.getModel()
    check_references(model)
    return document


def _refuse_packages(document: libsbml.SBMLDocument) -> None:
    attributes = document.getNamespaces()
    if attributes is None:
        return
    for position in range(attributes.getLength()):
        found = re.search(r"/sbml/level3/version\d+/(\w+)/version\d+$", attributes.getURI(position))
        if found is None:
            continue
        name = found[1]
        is_required = document.getPackageRequired(name)
        if name in _OTHER_PROBLEMS or (is_required and name not in _PACKAGES):
            raise InputError("engine.package", given=name)


def _flatten(document: libsbml.SBMLDocument) -> None:
    """Replace submodels by what they hold, under names that begin with theirs."""
    settings = libsbml.ConversionProperties()
    settings.addOption("flatten comp", True)  # noqa: FBT003
    settings.addOption("performValidation", False)  # noqa: FBT003
    if document.convert(settings) != libsbml.LIBSBML_OPERATION_SUCCESS:
        log = document.getErrorLog()
        messages = [log.getError(i).getMessage() for i in range(log.getNumErrors())]
        raise InputError("engine.not_flattened", reason=tidy(messages[-1] if messages else ""))
