"""A word and a function mean the same bare and as a text, in every option of every layer."""

from __future__ import annotations

from dataclasses import replace

import pytest

import netdsl
from netdsl import All, Automatic, Inherited, Span
from netdsl.errors import SettingError
from netdsl.functions import Function, Statistic
from netdsl.spec import Layer, option
from netdsl.spec.classes import arrays, options, ports
from tests.properties.samples import BY_LAYER

WORDS = (All, Automatic, Inherited)


def as_text(value):
    """The value with every word and every function in it as a text."""
    if any(value is word for word in WORDS) or isinstance(value, Function | Statistic):
        return repr(value)
    if isinstance(value, tuple):
        return tuple(map(as_text, value))
    if isinstance(value, Span):
        return Span(value.first, as_text(value.last), value.step)
    return value


def has_text(value):
    """Whether `as_text` finds something in the value, also where it compares equal."""
    if isinstance(value, tuple):
        return any(map(has_text, value))
    if isinstance(value, Span):
        return value.last is All
    return any(value is word for word in WORDS) or isinstance(value, Function | Statistic)


def given(layer):
    """The options, arrays and ports of a layer in which there is a word or a function."""
    cls = type(layer)
    names = (*options(cls), *arrays(cls), *ports(cls))
    states = layer.state_names
    return [name for name in names if name not in states and has_text(getattr(layer, name))]


CASES = [
    pytest.param(sample.layer, name, id=f"{sample} {name}")
    for samples in BY_LAYER.values()
    for sample in samples
    for name in given(sample.layer)
]


@pytest.mark.parametrize(("layer", "name"), CASES)
def test_a_setting_as_text_makes_an_equal_layer(layer, name):
    text = as_text(getattr(layer, name))

    again = replace(layer, **{name: text})

    assert again == layer
    assert getattr(again, name) == getattr(layer, name)
    assert repr(again) == repr(layer)


def test_every_word_and_both_kinds_of_functions_are_tried():
    tried = {(type(layer).__name__, name) for layer, name in (case.values for case in CASES)}

    assert {
        ("AggregationLayer", "Function"),
        ("AggregationLayer", "Levels"),
        ("ElementwiseLayer", "Function"),
        ("NormalizationLayer", "AggregationLevels"),
        ("PartLayer", "Part"),
        ("ReshapeLayer", "Dimensions"),
        ("ResizeLayer", "Sizes"),
        ("LinearLayer", "Weights"),
        ("LinearLayer", "Output"),
        ("LinearLayer", "LearningRateMultipliers"),
    } <= tried


NAMED = [
    pytest.param(sample.layer, name, id=f"{sample} {name}")
    for samples in BY_LAYER.values()
    for sample in samples
    for name in options(type(sample.layer))
    if isinstance(getattr(netdsl, str(getattr(sample.layer, name)), None), Function | Statistic)
]


@pytest.mark.parametrize(("layer", "name"), NAMED)
def test_a_function_makes_the_layer_that_its_name_makes(layer, name):
    function = getattr(netdsl, str(getattr(layer, name)))

    assert replace(layer, **{name: function}) == layer
    assert replace(layer, **{name: function.name}) == layer


def test_functions_of_windows_are_tried_too():
    assert "PoolingLayer" in {type(case.values[0]).__name__ for case in NAMED}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("ParametricRampLayer('All')", "ParametricRampLayer(All)"),
        ("NormalizationLayer('All', 'Same')", "NormalizationLayer(All, 'Same')"),
        ("PartLayer('All')", "PartLayer(All)"),
        ("PartLayer(['All', 2])", "PartLayer([All, 2])"),
        ("PartLayer(Span(2, 'All'))", "PartLayer(Span(2, All))"),
        ("ResizeLayer(['All', 4])", "ResizeLayer([All, 4])"),
        ("ReshapeLayer(['Inherited', 'Automatic'])", "ReshapeLayer([Inherited, Automatic])"),
        ("ReshapeLayer([6, 'All'])", "ReshapeLayer([6, All])"),
        ("LinearLayer('Automatic')", "LinearLayer()"),
        ("LinearLayer(['Automatic', 2])", "LinearLayer([Automatic, 2])"),
        ("LinearLayer(3, Input='Automatic')", "LinearLayer(3)"),
        ("LinearLayer(3, Input=['Automatic', 2])", "LinearLayer(3, Input=[Automatic, 2])"),
        ("LinearLayer(3, Weights='Automatic')", "LinearLayer(3)"),
        ("LinearLayer(LearningRateMultipliers='Automatic')", "LinearLayer()"),
        ("NetChain([Ramp], Input='Automatic')", "NetChain([Ramp])"),
        ("ThreadingLayer(Plus, 'Automatic')", "ThreadingLayer(Plus)"),
        ("ThreadingLayer(Plus, ['Automatic', 1])", "ThreadingLayer(Plus, [Automatic, 1])"),
        ("ThreadingLayer(Plus, InputPorts='Automatic')", "ThreadingLayer(Plus)"),
        ("CatenateLayer(InputPorts={'a': 'Automatic', 'b': 3})",
         "CatenateLayer(InputPorts={'a': Automatic, 'b': 3})"),
        ("ReplicateLayer('Automatic')", "ReplicateLayer(Automatic)"),
        ("FlattenLayer(All)", "FlattenLayer()"),
        ("FlattenLayer('All')", "FlattenLayer()"),
        ("FlattenLayer('Infinity')", "FlattenLayer()"),
        ("FlattenLayer(float('inf'))", "FlattenLayer()"),
    ],
)  # fmt: skip
def test_a_text_means_the_word(text, bare):
    assert eval(text, vars(netdsl)) == eval(bare, vars(netdsl))


@pytest.mark.parametrize(
    "text", ["'all'", "'Inherit'", "['Inherited', 2]", "'Blank'", "[1, 'All']"]
)
def test_another_text_is_refused_as_it_was_given(text):
    with pytest.raises(SettingError) as error:
        eval(f"ParametricRampLayer({text})", vars(netdsl))
    assert error.value.facts["got"][1:-1] in text


def test_a_text_that_is_a_name_stays_one():
    assert netdsl.PlaceholderLayer("All").Tag == "All"
    assert netdsl.PlaceholderLayer("Automatic").Tag == "Automatic"
    assert netdsl.PlaceholderLayer("a", "All").Info == "All"


def test_an_option_that_nothing_reads_knows_the_words_if_its_default_is_one():
    class TextLayer(Layer):
        Word: object = option(default=All, doc="a word")
        Text: object = option(default="a", doc="a text")

    try:
        layer = TextLayer("Automatic", "Automatic")
        assert layer.Word is Automatic
        assert layer.Text == "Automatic"
    finally:
        from netdsl.spec import registry

        del registry["TextLayer"]
