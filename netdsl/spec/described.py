"""The docstring of a class of layers with its settings, ports and arrays below it, for help()."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from netdsl.spec.classes import arrays, default_of, in_order, many, options, ports, shown
from netdsl.spec.fields import By
from netdsl.spec.inputs import INPUTS

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer


def described(cls: type[Layer]) -> str:
    """Return the docstring of a class of layers with what it declares, a line for each.

    Every class is described as it is made, so this does no more than to put texts together.
    """
    lines = [inspect.cleandoc(cls.__doc__ or "")]
    for title, found in {
        "Settings, with their defaults:": _settings(cls),
        "Ports, with their dimensions:": _ports(cls),
        "Arrays, with their dimensions:": _arrays(cls),
    }.items():
        rows = [f"    {row}" for row in found]
        lines += ["", title, *rows] if rows else []
    return "\n".join((*lines, "", f"Information({cls.__name__}) shows them as tables."))


def _settings(cls: type[Layer]) -> Iterator[str]:
    known = options(cls)
    for field in in_order(cls):
        if field.name in known and (field.name != "LearningRateMultipliers" or arrays(cls)):
            default = default_of(cls, field.name)
            is_missing = default is dataclasses.MISSING
            text = "required" if is_missing else shown(cls, field.name, default, 4)
            yield f"{field.name} ({text}): {known[field.name].doc}"


def _ports(cls: type[Layer]) -> Iterator[str]:
    several = many(cls)
    if several is not None:
        yield f"{INPUTS} ({several.shape}): each of the inputs"
    for name, port in ports(cls).items():
        yield _row(name, port.shape, port.doc)


def _arrays(cls: type[Layer]) -> Iterator[str]:
    for name, array in arrays(cls).items():
        yield _row(name, array.shape, array.doc if array.learned else f"{array.doc}; not learned")


def _row(name: str, shape: str | By, doc: str) -> str:
    found = "; ".join(dimensions(shape))
    return ": ".join(filter(None, (f"{name} ({found})" if found else name, doc)))


def dimensions(shape: str | By) -> tuple[str, ...]:
    """Return declared dimensions, one text for each case, with the setting that decides.

    >>> from netdsl.spec import By
    >>> dimensions(By("Interleaving", {False: "c *d", True: "*d c"}))
    ('c *d (Interleaving=False)', '*d c (Interleaving=True)')
    """
    if isinstance(shape, str):
        return (shape,) if shape else ()
    if shape.setting[0].isupper():
        return tuple(f"{text} ({shape.setting}={case!r})" for case, text in shape.cases.items())
    # What decides is worked out of other settings, and has no name that a user knows.
    return tuple(dict.fromkeys(filter(None, shape.cases.values())))
