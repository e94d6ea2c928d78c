"""The whole text of a function in C99: its helpers, arguments, memory and body."""

from __future__ import annotations

import re
from typing import Any

from netdsl.formula.code.c_code import CWriter
from netdsl.formula.code.c_helpers import HELPERS
from netdsl.formula.code.literals import literals
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import function_word
from netdsl.formula.code.steps import Step

ABOUT = """/* {output} of {inputs}: arrays of doubles, row by row, and counts from 0.
   Returns 0, or 1 if there is no memory.
   {dims} */"""


def c_code(program: Program, values: dict[str, Any]) -> str:
    """Return C99 that includes nothing but math.h, and stdlib.h where arrays are made."""
    writer = CWriter(program)
    names = writer.names
    output_name = program.output.name
    output = names.of("array", output_name)
    function = names.of("function of", function_word(program.output.name))
    few = literals(program, values)
    before, behind = _memory(writer)
    writer.blocks()
    helpers = [text for name, text in HELPERS.items() if name in writer.used]
    heads = _heads(writer, [name for name in program.arrays if name not in few])
    given = [*program.inputs, *(name for name in program.arrays if name not in few), output_name]
    shown = ABOUT.format(
        output=output,
        inputs=", ".join(map(_word(writer), program.inputs)),
        dims="\n   ".join(_dims(writer, name) for name in given),
    )
    include = "#include <math.h>\n" + "#include <stdlib.h>\n" * bool(before or "abs" in writer.used)
    body = [*_literals(writer, few), *_unused(writer), *before, *writer.lines, *behind]
    text = "\n".join(
        [shown, f"int {function}({', '.join(heads)})", "{", *body, "    return 0;", "}"]
    )
    return "\n\n".join([include.rstrip("\n"), *helpers, text]) + "\n"


def _word(writer: CWriter) -> Any:
    return lambda name: writer.names.of("array", name)


def _dims(writer: CWriter, name: str) -> str:
    """Return the line that tells the dimensions of an array."""
    sizes = " x ".join(map(writer.whole, writer.program.dims[name]))
    return f"{_word(writer)(name)}: {sizes or 'a number'}"


def _heads(writer: CWriter, arrays: list[str]) -> list[str]:
    """Return the arguments: arrays, sizes, and where the output goes."""
    word = _word(writer)
    given = [f"const double *{word(name)}" for name in (*writer.program.inputs, *arrays)]
    sizes = [f"int {writer.names.of('size', size.name)}" for size in writer.program.sizes]
    return [*given, *sizes, f"double *{word(writer.program.output.name)}"]


def _literals(writer: CWriter, few: dict[str, Any]) -> list[str]:
    return [
        f"    static const double {_word(writer)(name)}[] = "
        f"{{{', '.join(repr(float(number)) for number in value.ravel())}}};"
        for name, value in few.items()
    ]


def _unused(writer: CWriter) -> list[str]:
    """Return lines that name each argument, so that no compiler warns of one that is not used."""
    used = set(re.findall(r"\w+", "\n".join(writer.lines)))
    words = [_word(writer)(name) for name in writer.program.inputs]
    words += [writer.names.of("size", size.name) for size in writer.program.sizes]
    return [f"    (void){word};" for word in words if word not in used]


def _memory(writer: CWriter) -> tuple[list[str], list[str]]:
    """Return the lines that take memory for the arrays that are made, and give it back."""
    output = writer.program.output
    steps = [step for step in writer.program.steps() if step.sizes and step is not output]
    if not steps:
        return [], []
    counts = [_count(writer, step) for step in steps]
    word = _word(writer)
    lines = [
        f"    double *const memory = malloc(sizeof(double)*({' + '.join(counts)}));",
        "    if (memory == NULL) {",
        "        return 1;",
        "    }",
    ]
    place = "memory"
    for step, count in zip(steps, counts, strict=True):
        lines.append(f"    double *{word(step.name)} = {place};")
        place = f"{word(step.name)} + {count}"
    return lines, ["    free(memory);"]


def _count(writer: CWriter, step: Step) -> str:
    sizes = [*step.sizes]
    if step.first is not None:
        sizes[0] += 1
    factors = [writer.whole(size) for size in sizes if size != 1]
    inner = "*".join(factor if factor.isalnum() else f"({factor})" for factor in factors)
    return f"(size_t){inner}" if factors else "1"
