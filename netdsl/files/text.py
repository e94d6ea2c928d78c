"""The text of a net: what it may be, and how an error shows the place that it is about."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, Self

from netdsl.errors import NetError
from netdsl.spec.fields import short

LARGEST = 100_000_000
"""The most characters that a text may have."""

FAILURES = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What may be raised on arguments that nobody thought of."""

SHOWN = 70
"""The most characters of a line that an error shows."""


class NotationError(NetError):
    """A text is not in the notation; `excerpt` is the line, with a mark under the place."""

    excerpt: tuple[str, ...] = ()

    def showing(self, excerpt: tuple[str, ...]) -> Self:
        """The same error with the place in the text."""
        self.excerpt = excerpt
        return self

    def having(self, **facts: Any) -> Self:
        """The same error with more facts; a fact that it has already stays."""
        return super().having(**facts).showing(self.excerpt)

    def __str__(self) -> str:
        return "\n".join((super().__str__(), *(f"    {line}".rstrip() for line in self.excerpt)))


def decoded(data: bytes) -> str:
    """Return the text that the bytes of a file are; what is no text raises a NotationError."""
    if len(data) > LARGEST:
        refuse_length()
    expected = "text in UTF-8"
    if data.startswith((b"\x80", b"\x1f\x8b", b"PK\x03\x04", b"\x89HDF", b"\x93NUMPY")):
        raise NotationError("This is a file of another kind.", expected=expected, got="binary data")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotationError(
            "The file holds no text.",
            expected=expected,
            got=f"byte {error.start + 1} is none of it",
        ) from None


def refuse_length() -> NoReturn:
    """Refuse a text that is too long to be read."""
    raise NotationError("The text is too long.", expected=f"up to {LARGEST:,} characters")


@dataclass(frozen=True)
class Source:
    """A text, for the places in it; `lines` and columns count from 1."""

    lines: tuple[str, ...]

    def refused(self, node: Any, sentence: str, **facts: Any) -> NotationError:
        """Return the error about a part of the tree."""
        line = self.lines[node.lineno - 1]
        first = column(line, node.col_offset)
        is_one = node.end_lineno == node.lineno
        last = column(line, node.end_col_offset) if is_one else len(line)
        return self.at(node.lineno, first, last - first, sentence, **facts)

    def at(self, line: int, first: int, count: int, sentence: str, **facts: Any) -> NotationError:
        """Return the error about characters of a line, `first` of which counts from 0."""
        where = {"line": line, "column": first + 1}
        excerpt = marked(self.lines[line - 1] if line <= len(self.lines) else "", first, count)
        return NotationError(sentence, **facts, **where).showing(excerpt)

    def attempt(self, node: ast.expr, sentence: str, make: Callable[[], Any]) -> Any:
        """Return what a part of the tree makes; an error of it tells the line, or the place.

        An error of Python's becomes one with this sentence.
        """
        try:
            return make()
        except NetError as error:
            raise (error.having(line=node.lineno) if len(self.lines) > 1 else error) from None
        except FAILURES as error:
            said = "it needs too much memory" if isinstance(error, MemoryError) else str(error)
            raise self.refused(node, sentence, because=short(said)[1:-1]) from None

    def text(self, node: ast.expr) -> str:
        """Return the text of a part of the tree, on one line."""
        span = list(self.lines[node.lineno - 1 : (node.end_lineno or node.lineno)])
        span[-1] = span[-1][: column(span[-1], node.end_col_offset or 0)]
        span[0] = span[0][column(span[0], node.col_offset) :]
        return " ".join(" ".join(span).split())


def column(line: str, offset: int) -> int:
    """Return how many characters the first bytes of a line are, which Python counts in UTF-8."""
    return (
        offset
        if line.isascii()
        else len(line.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore"))
    )


def marked(line: str, first: int, count: int) -> tuple[str, str]:
    """Return a line, or what is around a place in it, and a mark for the line below it.

    >>> print(*marked("LinearLayer(x)", 12, 1), sep="\\n")
    LinearLayer(x)
                ^
    """
    start = max(0, min(first - SHOWN // 2, len(line) - SHOWN))
    before = "..." if start else ""
    after = "..." if len(line) > start + SHOWN else ""
    shown = "".join(mark if mark.isprintable() else " " for mark in line[start : start + SHOWN])
    width = max(1, min(count, start + SHOWN - first))
    return before + shown + after, " " * (len(before) + first - start) + "^" * width
