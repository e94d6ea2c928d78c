"""What a person names on a command line: a file or an expression, and sizes."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Final

from netdsl.errors import NetError, nearest
from netdsl.files.calls import ALIKE
from netdsl.files.names import known
from netdsl.files.reader import read_net
from netdsl.files.text import LARGEST, decoded, refuse_length
from netdsl.nets.shorthand import as_net
from netdsl.spec import Coder, Net
from netdsl.symbols import Automatic

_PATH = re.compile(r"""[^()\[\]{}"'\s]*(?:/[^()\[\]{}"']*|\.[A-Za-z]\w*)""")
_WORD = re.compile(r"\s*[^\W\d]\w*\s*")
_COMMA: Final = re.compile(r"\s*,\s*|\s+x\s+")
_ITEM: Final = r"\s*(?:[+-]?[0-9]+|[^\W\d]\w*|\?)\s*"
_IN_BRACKETS = re.compile(rf"\s*[(\[]({_ITEM}(?:,{_ITEM})*),?\s*[)\]]\s*")
OPEN: Final = ("?", "_", "Automatic")


class UsageError(Exception):
    """A command is called in a way that cannot be meant."""


def net_named(argument: str) -> Any:
    """Return what a file, an expression or, for "-", standard input describes.

    >>> net_named("[3, Tanh]")
    NetChain([LinearLayer(3), ElementwiseLayer(Tanh)])
    """
    if not argument.strip():
        raise UsageError("NET is empty; give a file, an expression or -")
    if argument == "-":
        return _whole(_read_from(decoded(sys.stdin.buffer.read(LARGEST + 1)), "standard input"))
    path = Path(argument)
    if _is_there(path):
        return _whole(_read_from(_contents(path), argument))
    if _PATH.fullmatch(argument):
        raise UsageError(f"{argument}: no such file")
    argument = _spelt(argument)
    if _WORD.fullmatch(argument) and argument.strip() not in known():
        meant = nearest(argument.strip(), known(), ALIKE)
        hint = f"; nearest: {meant}" if meant else ""
        raise UsageError(f"{argument}: no such file, and no layer of this name{hint}")
    return _whole(read_net(argument))


def _spelt(argument: str) -> str:
    """Return an argument as UTF-8 says, where the locale of the shell says nothing of it."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _whole(found: Any) -> Any:
    """Return a net, a coder or a class of them; what stands for a net in a list becomes one."""
    is_done = isinstance(found, Net | Coder)
    is_class = isinstance(found, type) and issubclass(found, Net | Coder)
    return found if is_done or is_class else as_net(found, at="NET", in_chain=False)


def _is_there(path: Path) -> bool:
    try:
        return path.exists() and not (path.is_dir() and str(path) in known())
    except (OSError, ValueError):  # an expression is no possible name of a file
        return False


def _contents(path: Path) -> str:
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            refuse_length()
        with path.open("rb") as file:
            return decoded(file.read(LARGEST + 1))
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except NetError as error:
        raise error.having(file=str(path)) from None


def _read_from(text: str, name: str) -> Any:
    try:
        return read_net(text)
    except NetError as error:
        raise error.having(file=name) from None


def sizes_named(text: str) -> Any:
    """Return the sizes that a text of a command line gives: `3,h,?` or `Varying,Integer`.

    >>> sizes_named("3,h,?"), sizes_named("Varying,Integer"), sizes_named("c x 5")
    ((3, 'h', Automatic), ('Varying', 'Integer'), ('c', 5))

    Brackets around these are left out: `(3, h, w)`. What else has brackets, or quotes, is read as
    notation, `("n", 3)` or `NetEncoder("Boolean")`.
    """
    text = _spelt(text)
    bare = _IN_BRACKETS.fullmatch(text)
    text = bare[1] if bare else text
    if re.search(r"""[(\["']""", text):
        return read_net(text)
    if text.strip() == "Automatic":
        return Automatic
    items = _COMMA.split(text.strip())
    if not all(items):
        raise UsageError(f"sizes are separated by single commas, such as 3,h,w: {text!r}")
    return tuple(map(_size, items))


def _size(item: str) -> Any:
    if item in OPEN:
        return Automatic
    return int(item) if re.fullmatch(r"[+-]?[0-9]{1,40}", item) else item
