"""What a Python function computes, as a digest that is the same for functions of one code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis))
"""Values that their text tells apart."""


def code_of(function: Callable[..., Any]) -> str:
    """Return a digest of a function: of its code, and of all that it reads from around it.

    >>> def times(factor):
    ...     return lambda x: factor * x
    >>> code_of(times(2)) == code_of(times(2)), code_of(times(2)) == code_of(times(3))
    (True, False)

    A value that cannot be looked into counts by which object it is.
    """
    return blake2b(repr(_said(function, ())).encode(), digest_size=8).hexdigest()


def _said(value: Any, seen: tuple[int, ...]) -> Any:
    """Return what tells a value from another one; `seen` are those around it."""
    if isinstance(value, PLAIN):
        return type(value).__name__, repr(value)
    if id(value) in seen:
        return "again", seen.index(id(value))
    seen = (*seen, id(value))
    if isinstance(value, tuple | list | frozenset | set | dict):
        return type(value).__name__, *_items(value, seen)
    if isinstance(value, CodeType):
        return _code(value, seen)
    if isinstance(value, FunctionType):
        path = path_of(value) if len(seen) > 1 else None
        return _function(value, seen) if path is None else ("named", path)
    if isinstance(value, partial):
        return "partial", *_items([value.func, value.args, value.keywords], seen)
    if isinstance(value, ModuleType | np.ufunc):
        return type(value).__name__, value.__name__
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return "array", value.dtype.str, value.shape, value.tobytes()
    return _named(value)


def _items(value: Any, seen: tuple[int, ...]) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (tuple(_items(pair, seen)) for pair in value.items())
    else:
        found = [_said(item, seen) for item in value]
        yield from sorted(found, key=repr) if isinstance(value, set | frozenset) else found


def _function(value: FunctionType, seen: tuple[int, ...]) -> Any:
    """Return the code of a function, its defaults, and the values of the names around it."""
    cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
    known = value.__globals__
    around = {name: known[name] for name in sorted(_names(value.__code__)) if name in known}
    rest = (value.__defaults__, value.__kwdefaults__, cells, around)
    return "function", *_items((value.__code__, *rest), seen)


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  (asked of only to see whether it raises)
    except ValueError:
        return False
    return True


def _names(code: CodeType) -> set[str]:
    """Return the names that a code and those inside it read."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _code(code: CodeType, seen: tuple[int, ...]) -> Any:
    """Return a code without where it stands and what it is called."""
    names = (code.co_names, code.co_freevars, code.co_argcount, code.co_kwonlyargcount)
    return "code", code.co_code, names, code.co_flags, *_items(code.co_consts, seen)


def _named(value: Any) -> Any:
    """Return the name of a class or a builtin, which is one in each process, else the object."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    owner = getattr(value, "__self__", None)
    if owner is not None and not isinstance(owner, ModuleType):
        return "method", name, id(owner)
    if isinstance(module, str) and isinstance(name, str):
        return "named", module, name
    return "object", type(value).__qualname__, id(value)


def path_of(value: object) -> str | None:
    """Return "module:name" where that imports a value again, None for one without such a name."""
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", getattr(value, "__name__", None))
    found = sys.modules.get(str(module))
    for part in str(name).split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is value else None
