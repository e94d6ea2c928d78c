"""What Information says of encoders and decoders."""

import json

import pytest

from netdsl import Information, NetDecoder, NetEncoder, Restricted, SettingError
from netdsl.dims import PortType
from netdsl.report.coders import CoderReport
from netdsl.spec import Coder

ENCODER = NetEncoder("Class", ["cat", "dog", "emu"])
DECODER = NetDecoder("Boolean", InputDepth=1)
MANY = NetEncoder("Class", [f"<b>{number}</b>" for number in range(200)], Dimensions=2)


class Twice(Coder):
    """Double the numbers."""

    is_decoder = False
    port_type = PortType((), "Real")


def test_as_text():
    expected = """\
NetEncoder 'Class': gives integer 1..3

Turn a label into its position among the labels, from 1, or into a vector with a 1 there.

parameter   value                  default   meaning
Labels      ('cat', 'dog', 'emu')  required  the classes, in order
Form        'Index'                'Index'   Index or IndicatorVector
Dimensions  ()                     ()        sizes of an array of things, each encoded; () for one
Multilabel  False                  False     whether each example has a list of labels"""
    assert str(Information(ENCODER)) == expected
    assert repr(Information(ENCODER)) == expected


def test_a_decoder_says_what_it_can_be_asked():
    lines = str(Information(DECODER)).splitlines()

    assert lines[0] == "NetDecoder 'Boolean': takes vector of size ?"
    assert lines[-1] == "properties: Decision, Probability, Entropy, RandomSample"


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("coder", [ENCODER, DECODER, MANY, NetDecoder("Class", [1, 2])], ids=str)
def test_no_line_is_wider_than_the_terminal(coder, width):
    assert max(map(len, Information(coder).text(width).splitlines())) <= width


def test_properties():
    values = dict.fromkeys(Information(ENCODER, "Properties"))
    assert list(values) == ["InputForm", "Parameters", "PortType", "Properties", "Type"]

    assert Information(ENCODER, ["Type", "PortType"]) == ["Class", Restricted("Integer", 3)]
    assert Information(ENCODER, "Parameters")["Labels"] == ("cat", "dog", "emu")
    assert eval(Information(ENCODER, "InputForm"), {"NetEncoder": NetEncoder}) == ENCODER
    assert Information([ENCODER, DECODER], "Type") == ["Class", "Boolean"]


def test_as_a_dict_it_is_json():
    for coder in (ENCODER, DECODER, MANY, NetDecoder("Class")):
        found = Information(coder).to_dict()
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert Information(ENCODER).to_dict()["port"] == {"dims": [], "text": "integer 1..3"}


def test_html_is_escaped():
    assert "<b>" not in Information(MANY)._repr_html_()
    assert "&lt;b&gt;" in Information(MANY)._repr_html_()


def test_a_coder_of_another_kind():
    report = CoderReport(Twice())

    assert report.text() == "NetEncoder 'Twice': gives real\n\nDouble the numbers."
    assert Information(Twice(), "Parameters") == {}


@pytest.mark.parametrize(
    ("call", "facts"),
    [
        (lambda: Information(ENCODER, "Typ"), {"call": "Information", "nearest": "Type"}),
        (lambda: Information(type(ENCODER)), {"nearest": ("NetEncoder('Class', Labels)",)}),
        (lambda: Information(Coder), {"got": "the class Coder"}),
    ],
)
def test_bad_calls(call, facts):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts.items() >= facts.items()


def test_the_class_of_all_encoders_offers_each_kind():
    with pytest.raises(SettingError) as error:
        Information(NetEncoder)
    assert "NetEncoder('Boolean')" in error.value.facts["nearest"]
