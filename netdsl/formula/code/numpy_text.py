"""The whole text of a function on numpy: its imports, helpers, arguments, checks and body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import sympy

from netdsl.formula.code.literals import literals
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import function_word
from netdsl.formula.code.numpy_code import NumpyWriter
from netdsl.formula.code.numpy_helpers import HELPERS
from netdsl.formula.code.steps import Step

MAPPED = ("erf", "erfc", "gamma", "lgamma")


def numpy_code(program: Program, values: dict[str, Any]) -> str:
    """Return Python that imports nothing but numpy, apart from functions that the net calls."""
    writer = NumpyWriter(program)
    function = _function(writer)
    heads = _heads(writer, values)
    checks = _checks(writer)
    writer.blocks()
    writer.emit(f"return {_result(writer)}")
    helpers = [text.strip("\n") for name, text in HELPERS.items() if name in writer.used]
    imports = ["import math"] * bool(writer.used.intersection(MAPPED)) + ["import numpy as np"]
    body = [*checks, *writer.top, *writer.lines]
    head = ['@np.errstate(all="ignore")', f"def {function}({', '.join(heads)}):"]
    parts = ["\n".join(imports), *helpers, "\n".join([*head, *body])]
    return "\n\n\n".join(parts) + "\n"


@dataclass(frozen=True)
class Called:
    """The name of a function in its text, and of each argument by its name in the net."""

    function: str
    words: dict[str, str]
    hosts: dict[str, Any]


def function_name(program: Program) -> Called:
    """Return what the function and its arguments are called in the text."""
    writer = NumpyWriter(program)
    words = {name: writer.names.of("array", name) for name in (*program.inputs, *program.arrays)}
    function = _function(writer)
    return Called(
        function, words, {writer.called(step.host): step.host.host.call for step in hosts(program)}
    )


def _function(writer: NumpyWriter) -> str:
    return writer.names.of("function of", function_word(writer.program.output.name))


def hosts(program: Program) -> list[Step]:
    """Return the steps that call a Python function."""
    return [step for step in program.steps() if step.host is not None]


def _heads(writer: NumpyWriter, values: dict[str, Any]) -> list[str]:
    program = writer.program
    few = literals(program, values)
    heads = [writer.names.of("array", name) for name in program.inputs]
    more = [
        writer.names.of("array", name) + (f"={few[name].tolist()!r}" if name in few else "")
        for name in program.arrays
    ]
    more += dict.fromkeys(writer.called(step.host) for step in hosts(program))
    return [*heads, "*", *more] if more else heads


def _checks(writer: NumpyWriter) -> list[str]:
    """Return the lines that see to the dimensions of the arguments and take sizes from them."""
    lines = list[str]()
    names, known = writer.names, set[Any]()
    arguments = [*writer.program.inputs, *writer.program.arrays]
    # What has a size as it is goes before what has it in an expression.
    arguments.sort(key=lambda name: any(_is_made(dim) for dim in writer.program.dims[name]))
    for name in arguments:
        dims = writer.program.dims[name]
        is_known = [dim.free_symbols <= known for dim in dims]
        pairs = list(zip(dims, is_known, strict=True))
        sizes = [writer.exact(dim) if settled else "None" for dim, settled in pairs]
        array = names.of("array", name)
        lines.append(f"    {array} = shaped({', '.join([repr(name), array, *sizes])})")
        if (kind := writer.program.integers.get(name)) is not None:
            writer.used.add("integers")
            lines.append(f"    integers({name!r}, {array}, {kind.first}, {kind.last})")
        for axis, (dim, settled) in enumerate(pairs):
            if not settled and not dim.free_symbols <= known:
                lines += [_size(writer, f"{array}.shape[{axis}]", dim)]
                known |= dim.free_symbols
    return lines


def _is_made(dim: Any) -> bool:
    return bool(dim.free_symbols) and not dim.is_Symbol


def _size(writer: NumpyWriter, text: str, dim: Any) -> str:
    """Return the line that takes a size from a dimension."""
    (size,) = dim.free_symbols
    got = sympy.Symbol("got", integer=True)
    found = [got] if dim == size else sympy.solve(sympy.Eq(dim, got), size)
    value = re.sub(r"\bgot\b", text, writer.exact(found[0]))
    return f"    {writer.names.of('size', size.name)} = {value}"


def _result(writer: NumpyWriter) -> str:
    output = writer.program.output
    name = writer.names.of("array", output.name)
    return f"np.array({name}, dtype=float)" if output.sizes else f"float({name})"
