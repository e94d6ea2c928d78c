"""The tree of a text, made by Python's grammar alone, with long lists of numbers taken out."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any, Final, NoReturn

from netdsl.files.arithmetic import BITS, TOO_LARGE
from netdsl.files.numbers import least_beside_lists, without_lists
from netdsl.files.text import NotationError, Source

LONGEST: Final = 2_000_000
"""The most characters beside long lists of numbers: their tree takes a hundred times as much."""

INSTEAD: Final[dict[type[ast.AST], tuple[str, str]]] = {
    ast.Attribute: ("The notation has no dots between names.", "a name by itself"),
    ast.BoolOp: ("Conditions are joined by & and |.", "for instance (x > 0) & (x < 1)"),
    ast.IfExp: ("A choice is written as If.", "If(condition, then, otherwise)"),
    ast.JoinedStr: ("A text is written as it is.", '"..." without an f before it'),
    ast.ListComp: ("A list is written out.", "[..., ...]"),
    ast.GeneratorExp: ("A list is written out.", "[..., ...]"),
    ast.DictComp: ("A dict is written out.", '{"name": ..., ...}'),
    ast.SetComp: ("A list is written out.", "[..., ...]"),
    ast.Starred: ("What is given is written out, without a star.", "each argument"),
    ast.Subscript: ("No part is taken of anything.", "the part itself"),
    ast.NamedExpr: ("Nothing is given a name.", "the value itself"),
    ast.Set: ("A list is written in square brackets.", "[..., ...]"),
}
"""What is said of Python that is not the notation, and what is expected there."""

_INDENT = re.compile(r"\A((?:[^\S\n]*(?:#[^\n]*)?\n)*)[^\S\n]+")


def tree_of(text: str) -> tuple[ast.expr, dict[str, Any], Source]:
    """Return the tree of an expression, the lists that names in it stand for, and the text."""
    if least_beside_lists(text) > LONGEST:
        _refuse_length()
    text = _INDENT.sub(r"\1", text.replace("\r\n", "\n"))
    source = Source(tuple(text.split("\n")))
    rest, lists = without_lists(text)
    if len(rest) - rest.count(" ") - rest.count("\n") > LONGEST:
        _refuse_length()
    return _parsed(rest, source), lists, source


def _refuse_length() -> NoReturn:
    raise NotationError(
        "The text is too long.",
        expected=f"up to {LONGEST:,} characters beside long lists of numbers",
    )


def _parsed(text: str, source: Source) -> ast.expr:
    """Return the tree of an expression; the places of errors are those of the source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Python, about texts such as "\d"
        try:
            return ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise _broken(text, error, source) from None
        except ValueError:
            got = "a NUL character" if "\0" in text else "half a surrogate pair"
            raise NotationError("The text is not in the notation.", got=got) from None


def _broken(text: str, error: SyntaxError, source: Source) -> NotationError:
    line, first = error.lineno or 1, max(error.offset or 1, 1) - 1
    if "integer string conversion" in error.msg:
        return source.at(line, first, 1, TOO_LARGE, expected=f"up to {BITS} bits")
    if not text.strip():
        return NotationError("There is no net in the text.", expected="for instance LinearLayer(3)")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return source.at(line, first, 1, "The text is not in the notation.", because=error.msg)
    return source.at(
        line, first, 1, "A net is one expression; this is a program.", expected="NetChain([...])"
    )
