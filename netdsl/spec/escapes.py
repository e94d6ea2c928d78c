"""Text that LaTeX would read as commands, written so that it shows the text itself."""

from __future__ import annotations

MARKS = {mark: f"\\{mark}" for mark in "&%$#_{}"}

ESCAPES = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **MARKS,
}
"""What stands for a character in text."""

MATHEMATICS = {"\\": r"\backslash{}", "~": r"{\sim}", "^": r"{\wedge}", " ": r"\ ", **MARKS}
"""What stands for a character in mathematics."""


def in_text(text: str) -> str:
    r"""Return text for LaTeX.

    >>> print(in_text("conv_1 50%"))
    conv\_1 50\%
    """
    return "".join(ESCAPES.get(mark, mark) for mark in text)


def in_mathematics(text: str) -> str:
    r"""Return text for LaTeX's math mode, inside a font.

    >>> print(in_mathematics("conv_1 50%"))
    conv\_1\ 50\%
    """
    return "".join(MATHEMATICS.get(mark, mark) for mark in text)
