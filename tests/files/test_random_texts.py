"""Texts that were changed at random are read, or end in a NetError."""

import ast
import random
import re
from contextlib import suppress

import pytest

from netdsl import NetError
from netdsl.files import read_net
from tests.properties.samples import BY_LAYER

SOURCES = [repr(samples[0].layer) for samples in BY_LAYER.values() if samples]
SOURCES += [
    "NetChain([3, Tanh, ElementwiseLayer(lambda x: If(x > 0, x**2, Tanh(x)/3))], Input=2)",
    'NetGraph({"a": 3, "b": ThreadingLayer(lambda x, y: Max(x, y))}, [(["a", NetPort("q")], "b")])',
    "FunctionLayer(lambda x: Dot(x, x) + Exp(x))",
]
VALUES = """-1|0|None|()|[]|{}|"x"|lambda x: x|lambda: 1|S(2)|S(1)/3
float("nan")|float("inf")|range(9)|True|NetPort("a")|10**30|1e308|1e400|Mod|If|[[1,2],[3]]|LinearLayer
"Varying"|Automatic|All|Ramp|Mean|NormalDistribution|LinearLayer(2)|NetChain([2])|{"a": 1}
{1: 2}|Span(1, 2)|Scaled(2)
-0.0|pi|Restricted("Integer", 3)|Blank|Inherited|NetArray("w")|NetEncoder("Boolean")
[None]|1.5|""|"é"
NetPort("a") >> "b"|lambda x: Dot(x, x)|lambda x: Sqrt(x - 5)|Dot|x.y|x[0]|*x""".replace("\n", "|")
WORDS = re.compile(r"\w+|[^\w\s]|\s+")


def other_words(source: str, chance: random.Random) -> str:
    """The text with a word lost, put in or exchanged."""
    words = WORDS.findall(source)
    at = chance.randrange(len(words))
    new = chance.choice([[], [words[at], chance.choice(words)], [chance.choice(VALUES.split("|"))]])
    return "".join((*words[:at], *new, *words[at + 1 :]))


def other_value(source: str, chance: random.Random) -> str:
    """The text with another value at one place."""
    tree = ast.parse(source, mode="eval")
    spots = [
        (holder, name, at)
        for holder in ast.walk(tree)
        for name, part in ast.iter_fields(holder)
        for at, item in (enumerate(part) if isinstance(part, list) else [(None, part)])
        if isinstance(item, ast.expr) and name != "func"
    ]
    holder, name, at = chance.choice(spots)
    new = ast.Name(chance.choice(VALUES.split("|")))
    if at is None:
        setattr(holder, name, new)
    else:
        getattr(holder, name)[at] = new
    return ast.unparse(tree)


@pytest.mark.parametrize("change", [other_words, other_value])
def test_nothing_but_a_net_error_comes_of_a_text(change):
    chance, read = random.Random(7), 0
    for _ in range(300):
        source = change(chance.choice(SOURCES), chance)
        with suppress(NetError):
            read_net(source)
            read += 1
    assert 0 < read < 300
