"""A formula as a Python function on numpy, and as code in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy.printing.codeprinter import PrintMethodNotImplementedError

from netdsl.errors import DataError, NetError, SettingError, UninitializedError, nearest
from netdsl.formula.code.c_text import c_code
from netdsl.formula.code.julia_code import julia_code
from netdsl.formula.code.loops import Program, program_of
from netdsl.formula.code.numpy_text import function_name, numpy_code
from netdsl.formula.code.wolfram_code import wolfram_code

if TYPE_CHECKING:
    from netdsl.formula.result import Formula

LANGUAGES: dict[str, Callable[[Program, dict[str, Any]], str]] = {
    "numpy": numpy_code,
    "c": c_code,
    "julia": julia_code,
    "wolfram": wolfram_code,
}
REFUSED = {
    "shaped": "An argument has other dimensions than in the formula.",
    "integers": "The data contain what the port does not take.",
}
"""What the text's own checks find."""

MEANT = {
    **dict.fromkeys(("python", "py", "np", "numpy", "sympy"), "numpy"),
    **dict.fromkeys(("c++", "cpp", "c", "cuda"), "c"),
    **dict.fromkeys(("mathematica", "wl", "wolfram", "wolfram language"), "wolfram"),
    **dict.fromkeys(("jl", "julia"), "julia"),
}
"""The language that is nearest to what somebody calls one."""


def code(formula: Formula, language: str) -> str:
    """Return the text of a whole function."""
    if language not in LANGUAGES:
        raise SettingError(
            "There is no such language.",
            setting="language",
            expected=" or ".join(map(repr, LANGUAGES)),
            got=repr(language),
            nearest=MEANT.get(str(language).lower()) or nearest(language, LANGUAGES),
        )
    program = program_of(formula, is_steady=language != "wolfram")
    return _written(program, formula, language)


def _written(program: Program, formula: Formula, language: str) -> str:
    try:
        return LANGUAGES[language](program, dict(formula.values))
    except PrintMethodNotImplementedError as error:
        raise NetError(
            "A function cannot be written in this language.",
            expected="functions of netdsl",
            got=language,
            because=str(error).split("\n")[0].rpartition(": ")[2],
        ) from None


class NumpyFunction:
    """A function of a net's inputs on numpy alone; `source` is its text."""

    def __init__(self, formula: Formula) -> None:
        program = program_of(formula)
        self.inputs = program.inputs
        self.arrays = program.arrays
        self.values: Mapping[str, Any] = formula.values
        self.source = _written(program, formula, "numpy")
        self._given_as = function_name(program)
        space: dict[str, Any] = {}
        # The text is made of printed expressions; names of a user's become plain words in it.
        name = f"<{self._given_as.function} of {', '.join(self._given_as.words.values())}>"
        exec(compile(self.source, name, "exec"), space)  # noqa: S102
        self._function = space[self._given_as.function]

    def __repr__(self) -> str:
        missing = [name for name in self.arrays if name not in self.values]
        return f"<function of {', '.join((*self.inputs, *missing))} on numpy>"

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Return the output of one example, an array of float64 or a number."""
        given = self._given(args, named)
        words = {self._given_as.words[name]: value for name, value in given.items()}
        try:
            return self._function(**words, **self._given_as.hosts)
        except ValueError as error:
            check = _check_of(error)
            if check not in REFUSED:
                raise
            raise self._refused(REFUSED[check], str(error)) from None

    def _refused(self, message: str, text: str) -> DataError:
        """Return the error that an argument is not what the text expects."""
        known = [name for name in self._given_as.words if text.startswith(f"{name}: expected ")]
        name = max(known, key=len)
        expected, _, got = text.removeprefix(f"{name}: expected ").rpartition(", got ")
        place = {"port" if name in self.inputs else "array": name}
        return DataError(message, **place, expected=expected, got=got)

    def _given(self, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """Return the value of every argument by its name in the net."""
        if len(args) == 1 and isinstance(args[0], Mapping):  # as nets take several inputs
            given_here: Mapping[str, Any] = args[0]
            args, named = (), {**given_here, **named}
        known = (*self.inputs, *self.arrays)
        by_place = dict(zip(self.inputs, args, strict=False))
        wrong = [name for name in named if name not in known or name in by_place]
        if wrong or len(args) > len(self.inputs):
            raise DataError(
                "The function has other arguments.",
                expected=", ".join(known) or "none",
                got=", ".join(wrong) or f"{len(args)} arguments by place",
                nearest=nearest(wrong[0], known) if wrong else None,
            )
        given = {name: self.values[name] for name in self.arrays if name in self.values}
        given |= by_place | named
        missing = [name for name in known if name not in given]
        if missing:
            raise self._missing(missing)
        return {name: self._array(name, value) for name, value in given.items()}

    def _missing(self, names: list[str]) -> DataError | UninitializedError:
        shown = f"values for {', '.join(names)}"
        if names[0] in self.inputs:
            return DataError("Arguments are missing.", expected=shown, got="none")
        return UninitializedError(
            "Arguments are missing.",
            expected=f"{shown} by keyword, or the formula of NetInitialize(net)",
            got="none",
        )

    def _array(self, name: str, value: Any) -> Any:
        try:
            return np.asarray(value, dtype=float)
        except (TypeError, ValueError) as error:
            place = {"port" if name in self.inputs else "array": name}
            raise DataError("This is no array of numbers.", **place, because=str(error)) from None


def _check_of(error: ValueError) -> str:
    """Return the name of the function that an error comes from."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return frame.f_code.co_name
