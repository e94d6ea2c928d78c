"""Shapes in both directions, for every layer: facts are taken from its samples and taken away."""

from __future__ import annotations

import itertools
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np
import pytest

from netdsl import (
    AggregationLayer,
    All,
    Automatic,
    CompiledLayer,
    CrossEntropyLossLayer,
    CTCLossLayer,
    ExtractLayer,
    LinearLayer,
    NetArrayLayer,
    PortType,
    ReshapeLayer,
    Restricted,
    SequenceLastLayer,
    Span,
    StandardDeviation,
    SummationLayer,
    Variance,
)
from netdsl.errors import ShapeError
from netdsl.spec import Layer
from netdsl.spec.shapes import Shapes
from tests.properties.samples import BY_LAYER, LENGTHS, SAMPLES, Sample

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=str)

DET = "netdsl.functions.determinant:det"
DETERMINANT = CompiledLayer(DET, f"{DET}_gradient", Input=(3, 3))
NOT_CHECKED = [
    ("rank of Input", LinearLayer, "an input of which nothing is said is taken for a vector"),
    ("rank of Output", LinearLayer(Output=(2, 3), Input=3), "so is its output, of size 6"),
    ("forwards", LinearLayer(Output=(2, 3), Input=3), "only the output says its size"),
    ("names", CompiledLayer, "what a function gives is known for numbers alone"),
    ("refusal", CompiledLayer("numpy.linalg:norm", Input=(3, 2)), "its output is a number"),
    ("refusal", DETERMINANT, "so is this one's"),
    ("forwards", ExtractLayer, "how deep positions go is a size of Position"),
    ("forwards", NetArrayLayer, "it has no input"),
    ("refusal", AggregationLayer("Total", All, Input=(2, 3)), "its output is a number"),
    ("refusal", AggregationLayer(StandardDeviation, Span(-2), Input=(3, 4)), "so is this one's"),
    ("refusal", AggregationLayer(Variance, All, Input=("Varying", 2)), "and this one's"),
    ("refusal", SummationLayer, "its output is a number"),
    ("size of Input", CrossEntropyLossLayer("Index", Input=3), "more classes than the targets"),
    ("size of Input", CrossEntropyLossLayer("Index", Input=(2, 5)), "name are allowed, though"),
    ("size of Input", CrossEntropyLossLayer("Index", Input=("Varying", 3)), "as many are assumed"),
    ("refusal", CrossEntropyLossLayer("Index", Input=3), "no other port has a size"),
    ("refusal", CTCLossLayer, "no other port has a size"),
    (
        "refusal",
        ExtractLayer(Input=(3, 4), Position=(2, Restricted("Integer", 3))),
        "no output size depends on it",
    ),
    ("refusal", ReshapeLayer((), Input=(1, 1)), "of how many ones it is made is open"),
    ("refusal", SequenceLastLayer(Input=4), "the length is open"),
    ("refusal", SequenceLastLayer(Input=(4, Restricted("Integer", 5))), "the length is open"),
]
"""What need not hold of a layer or of one sample, and why."""

EXACT = {
    "ConstantPlusLayer": "entry by entry",
    "ConstantTimesLayer": "entry by entry",
    "DeconvolutionLayer": "a stride for each entry of the input",
    "ElementwiseLayer": "entry by entry",
    "EmbeddingLayer": "the last dimension is that of the vectors",
    "LocalResponseNormalizationLayer": "entry by entry",
    "LongShortTermMemoryLayer": "its weights say the size of the vectors",
    "NormalizationLayer": "entry by entry",
    "ParametricRampLayer": "entry by entry",
    "SoftmaxLayer": "entry by entry",
    "TotalLayer": "all of one shape",
    "TransposeLayer": "a permutation",
    "UnitVectorLayer": "the last dimension is that of the vectors",
}
"""Layers whose inputs follow from their outputs and arrays; those with windows of stride 1 too."""


def is_meant(sample: Sample, by: Any) -> bool:
    return type(sample.layer) is by if isinstance(by, type) else sample.layer == by


def is_checked(what: str, sample: Sample) -> bool:
    return not any(what == name and is_meant(sample, by) for name, by, _ in NOT_CHECKED)


def test_what_is_not_checked_is_there():
    for _, by, _ in NOT_CHECKED:
        assert any(is_meant(sample, by) for sample in SAMPLES), by
    assert all(BY_LAYER[name] for name in EXACT)


# ---- facts of a sample -------------------------------------------------------------------------
# A fact is the type of a port, or the dimensions of an array, by name.

Facts = dict[str, Any]
Bounds = tuple[int, int, int]


def sized(sample: Sample) -> Layer:
    """The layer of a sample with numbers for names and for lengths that vary."""
    lengths, known, given = iter(LENGTHS), {}, {}
    for name in sample.layer.input_names:
        kind = sample.layer.port(name)
        dims = tuple(
            dim if isinstance(dim, int) else known.setdefault(dim, next(lengths, 3))
            for dim in kind.dims
        )
        given[name] = replace(kind, dims=dims).spec()
    return sample.layer.with_ports(given)


def facts_of(sample: Sample) -> Facts:
    """All that is true of a layer: the types of its ports, the dimensions of its arrays."""
    layer = sized(sample)
    ports = {name: layer.port(name) for name in (*layer.input_names, *layer.output_names)}
    return {**ports, **{name: layer.shapes.array((), name) for name in layer.array_fields}}


def told(sample: Sample, facts: Facts) -> Layer:
    """The layer with its settings, and of ports and arrays only what the facts say."""
    layer = sample.layer
    ports = dict.fromkeys((*layer.input_names, *layer.output_names), Automatic)
    arrays = dict.fromkeys(layer.array_fields, Automatic)
    given = {
        name: fact.spec() if isinstance(fact, PortType) else np.zeros(fact)
        for name, fact in facts.items()
    }
    return layer.with_ports({**ports, **arrays, **given})


def known(layer: Layer) -> dict[str, list[Bounds] | None]:
    """What is known of each port and array: its sizes from .. to, in steps; None without a rank."""
    shapes = Shapes(layer.describe)
    layer.declare(shapes, ())
    shapes.solver.solve()
    found: dict[str, list[Bounds] | None] = {}
    for slot in shapes.slots:
        roots = [var.root() for var in slot.row.root().known or ()]
        bounds = [(var.low, var.high, var.step if var.low < var.high else 1) for var in roots]
        found[slot.place.name] = None if slot.row.root().known is None else bounds
    return found


def dims(fact: Any) -> tuple[int, ...]:
    return fact.dims if isinstance(fact, PortType) else fact


def only(facts: Facts, *names: str) -> Facts:
    return {name: facts[name] for name in names}


def without(facts: Facts, *names: str) -> Facts:
    return {name: fact for name, fact in facts.items() if name not in names}


def numbers(bounds: list[Bounds] | None) -> tuple[int, ...] | None:
    """The sizes where all of them are known."""
    if bounds is None or any(low < high for low, high, _ in bounds):
        return None
    return tuple(low for low, _, _ in bounds)


def see_that_truth_is_among(found: Any, facts: Facts) -> None:
    for name, fact in facts.items():
        if found[name] is not None:
            assert len(found[name]) == len(dims(fact)), name
            for (low, high, step), size in zip(found[name], dims(fact), strict=True):
                assert low <= size <= high, name
                assert (size - low) % step == 0, name


def see_that_no_more_is_known(fewer: Any, more: Any) -> None:
    for name, bounds in fewer.items():
        if bounds is not None:
            assert more[name] is not None, name
            for (low, high, step), (least, most, by) in zip(bounds, more[name], strict=True):
                assert low <= least <= most <= high, name
                assert least == most or by % step == 0, name
                assert (least - low) % step == 0, name


def assumed(sample: Sample) -> tuple[str, ...]:
    """The ports of which a layer assumes a rank where nothing says it."""
    ports = (*sample.layer.input_names, *sample.layer.output_names)
    return tuple(name for name in ports if not is_checked(f"rank of {name}", sample))


def smaller_sets(sample: Sample, facts: Facts) -> list[Facts]:
    """Sets of facts that leave one or more out; of many facts one, or all but one."""
    free = [name for name in facts if name not in assumed(sample)]
    counts = range(1, len(free) + 1) if len(free) < 5 else (1, len(free) - 1)
    left_out = itertools.chain(*(itertools.combinations(free, count) for count in counts))
    return [without(facts, *names) for names in left_out]


def opened(facts: Facts) -> list[Facts]:
    """The facts with one size of one port left open."""
    return [
        {**facts, name: replace(fact, dims=(*fact.dims[:at], Automatic, *fact.dims[at + 1 :]))}
        for name, fact in facts.items()
        if isinstance(fact, PortType)
        for at in range(len(fact.dims))
    ]


# ---- forwards ----------------------------------------------------------------------------------


def from_inputs(sample: Sample) -> tuple[Facts, Facts]:
    """All facts, and those from which the others must follow forwards."""
    facts = facts_of(sample)
    ends = sample.layer.input_names
    if not is_checked("forwards", sample):
        ends = (*ends, *sample.layer.output_names)
    return facts, only(facts, *ends)


@each_sample
def test_inputs_say_all_the_rest(sample):
    facts, given = from_inputs(sample)

    found = known(told(sample, given))

    assert {name: numbers(found[name]) for name in facts} == {
        name: dims(fact) for name, fact in facts.items()
    }


@each_sample
def test_what_followed_may_be_said_as_well(sample):
    facts, given = from_inputs(sample)

    assert known(told(sample, facts)) == known(told(sample, given))


@each_sample
def test_names_are_carried_through(sample):
    facts, given = from_inputs(sample)
    sizes: dict[str, int] = {}
    for name in sample.layer.input_names:
        kind = given[name]
        letters = [f"{name}{at}" for at in range(len(kind.dims))]
        sizes.update(zip(letters, kind.dims, strict=True))
        given[name] = replace(kind, dims=tuple(letters))

    shapes = told(sample, given).shapes

    for name, fact in facts.items():
        found = shapes.port((), name).dims if isinstance(fact, PortType) else shapes.array((), name)
        if name in sample.layer.input_names or is_checked("names", sample):
            assert tuple(with_numbers(dim, sizes) for dim in found) == dims(fact), name
        else:
            assert found is None


def with_numbers(dim: Any, sizes: dict[str, int]) -> Any:
    if isinstance(dim, int) or dim is Automatic:
        return dim
    if isinstance(dim, str):
        return sizes[dim]
    return int(dim.subs({symbol: sizes[symbol.name] for symbol in dim.free_symbols}))


# ---- backwards ---------------------------------------------------------------------------------


@each_sample
@pytest.mark.parametrize("with_arrays", [False, True], ids=["bare", "with arrays"])
def test_the_true_input_is_among_those_that_give_the_output(sample, with_arrays):
    facts = facts_of(sample)
    arrays = sample.layer.array_fields if with_arrays else ()

    found = known(told(sample, only(facts, *sample.layer.output_names, *arrays)))

    see_that_truth_is_among(found, without(facts, *assumed(sample)))


@pytest.mark.parametrize("sample", BY_LAYER["LinearLayer"], ids=str)
def test_weights_say_how_large_the_input_is(sample):
    facts = facts_of(sample)

    found = known(told(sample, only(facts, "Output", "Weights")))

    assert numbers(found["Input"]) == (prod(dims(facts["Input"])),)


def is_exact(layer: Layer) -> bool:
    if type(layer).__name__ in ("ConvolutionLayer", "PoolingLayer"):
        strides = layer.Stride if isinstance(layer.Stride, tuple) else (layer.Stride,)
        return set(strides) == {1}
    return type(layer).__name__ in EXACT


@pytest.mark.parametrize("sample", [one for one in SAMPLES if is_exact(one.layer)], ids=str)
def test_what_has_an_inverse_goes_back_exactly(sample):
    facts = facts_of(sample)

    given = only(facts, *sample.layer.output_names, *sample.layer.array_fields)
    found = known(told(sample, given))

    for name in sample.layer.input_names:
        assert numbers(found[name]) == dims(facts[name])


@each_sample
def test_what_followed_backwards_may_be_said_as_well(sample):
    facts = facts_of(sample)
    given = only(facts, *sample.layer.output_names, *sample.layer.array_fields)
    found = known(told(sample, given))
    exact = {name: numbers(found[name]) for name in sample.layer.input_names}

    more = {name: PortType(sizes) for name, sizes in exact.items() if sizes is not None}

    assert known(told(sample, {**given, **more})) == found


# ---- fewer facts, wrong facts ------------------------------------------------------------------


@each_sample
def test_fewer_facts_never_exclude_the_truth_nor_say_more(sample):
    facts = facts_of(sample)
    everything = known(told(sample, facts))

    for fewer in smaller_sets(sample, facts):
        found = known(told(sample, fewer))
        see_that_truth_is_among(found, facts)
        see_that_no_more_is_known(found, everything)
        for still_fewer in opened(fewer):
            less = known(told(sample, still_fewer))
            see_that_truth_is_among(less, facts)
            see_that_no_more_is_known(less, found)


@each_sample
def test_a_size_that_contradicts_the_others_is_refused(sample):
    facts = facts_of(sample)
    refused = 0

    for name, fact in facts.items():
        others = without(facts, name)
        is_known = numbers(known(told(sample, others))[name]) == dims(fact)
        if not is_known or not is_checked(f"size of {name}", sample):
            continue
        for at in range(len(dims(fact))):
            wrong = (*dims(fact)[:at], dims(fact)[at] + 1, *dims(fact)[at + 1 :])
            said = replace(fact, dims=wrong) if isinstance(fact, PortType) else wrong
            with pytest.raises(ShapeError) as error:
                told(sample, {**others, name: said})
            assert {"layer", "expected", "got"} <= set(error.value.facts)
            refused += 1
    has_sizes = any(map(dims, facts.values()))
    assert bool(refused) == (has_sizes and is_checked("refusal", sample))
