"""Every wrong net is told what messages.md says: `python -m tests.errors.test_messages --write`.

That command, run in the root of the repository, writes messages.md anew; read the difference.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netdsl import NetError
from tests.errors.wrong_nets import NETS, Wrong

FILE = Path(__file__).with_name("messages.md")
HEAD = """# What wrong nets are told

Written by `python -m tests.errors.test_messages --write` from `wrong_nets.py` beside it; change
the nets or the library, not this file. Each part gives the mistake, the net and the whole message.

<!-- fmt: off -->
"""
OF_THIS_MACHINE = re.compile(r"\b0x[0-9a-f]{4,}|\.py\b|(?<!\w)/(?:home|root|tmp|usr|work)\b")
"""Addresses in memory and paths of files, which no message may show."""

each_net = pytest.mark.parametrize("wrong", NETS, ids=lambda wrong: wrong.name)


def mistake(wrong: Wrong) -> str:
    """What went wrong, in words: the first line of the docstring."""
    return inspect.cleandoc(wrong.build.__doc__ or "").partition("\n")[0]


def code(build: Callable[[], Any]) -> str:
    """The body of a function, without its docstring and marks for the formatter."""
    source = textwrap.dedent(inspect.getsource(build))
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    body = source.splitlines()[function.body[1].lineno - 1 :]
    return textwrap.dedent("\n".join(line.removesuffix("  # fmt: skip") for line in body))


def error_of(wrong: Wrong) -> NetError:
    """The error that a wrong net ends in."""
    with pytest.raises(NetError) as error:
        wrong.build()
    return error.value


def part(wrong: Wrong, error: NetError) -> str:
    """One part of messages.md, from its heading to the end of the message."""
    message = f"{type(error).__name__}: {error}"
    return (
        f"## {mistake(wrong)}\n\n`{wrong.name}`\n\n"
        f"```python\n{code(wrong.build)}\n```\n\n```text\n{message}\n```\n"
    )


def parts(text: str) -> list[tuple[str, str]]:
    """The names and the texts of the parts of messages.md, in order."""
    found = [f"## {body.rstrip()}\n" for body in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]
    return [(body.split("`", 2)[1], body) for body in found]


def has(text: str, word: str) -> bool:
    """Whether a word stands in a text and is not a stretch of a longer word or number."""
    before, after = (
        r"(?<!\w)" if word[0].isalnum() else "",
        r"(?!\w)" if word[-1].isalnum() else "",
    )
    return re.search(before + re.escape(word) + after, text) is not None


@each_net
def test_the_message_is_the_one_written_down(wrong):
    error = error_of(wrong)

    assert part(wrong, error) == dict(parts(FILE.read_text("utf-8"))).get(wrong.name)


@each_net
def test_the_message_says_where_and_what(wrong):
    error = error_of(wrong)

    assert [word for word in wrong.words if not has(str(error), word)] == []


@pytest.mark.parametrize(
    "wrong", [each for each in NETS if each.nearest], ids=lambda each: each.name
)
def test_the_message_says_what_would_mend_it(wrong):
    assert wrong.nearest in str(error_of(wrong).facts.get("nearest", ""))


@each_net
def test_the_message_shows_nothing_of_this_machine(wrong):
    assert OF_THIS_MACHINE.findall(str(error_of(wrong))) == []


def test_every_net_has_one_part_and_every_part_a_net():
    assert [name for name, _ in parts(FILE.read_text("utf-8"))] == [wrong.name for wrong in NETS]


def test_every_mistake_is_told_in_words_and_once():
    told = [mistake(wrong) for wrong in NETS]

    assert all(line.endswith(".") for line in told)
    assert len(set(told)) == len(told)


def write() -> int:
    """Write messages.md; return how many nets have no part, since nothing is wrong with them."""
    found: list[str] = []
    for wrong in NETS:
        try:
            wrong.build()
        except NetError as error:
            found.append(part(wrong, error))
        else:
            print(f"{wrong.name}: no error")
    FILE.write_text("\n".join([HEAD, *found]), "utf-8")
    return len(NETS) - len(found)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python -m tests.errors.test_messages --write")
    sys.exit(min(write(), 1))
