"""How coders are called for, and what they are as values."""

import copy
import pickle

import pytest

from netdsl.coders import NetDecoder, NetEncoder
from netdsl.errors import NetError, SettingError
from netdsl.spec import Coder
from netdsl.symbols import Automatic

ANIMALS = ("cat", "dog", "emu")

SAMPLES = [
    NetEncoder("Boolean"),
    NetEncoder("Boolean", (2, 3)),
    NetEncoder("Boolean", ("Varying", Automatic)),
    NetEncoder("Scalar", Dimensions=2),
    NetEncoder("Class", ANIMALS),
    NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=(2, 4), Multilabel=True),
    NetEncoder("Class", (0.5, 2, None, ("a", True), b"x")),
    NetDecoder("Scalar"),
    NetDecoder("Boolean"),
    NetDecoder("Boolean", InputDepth=2),
    NetDecoder("Class"),
    NetDecoder("Class", ANIMALS),
    NetDecoder("Class", ANIMALS, InputDepth=3, Multilabel=True),
    NetDecoder("Class", InputDepth=2),
]


@pytest.mark.parametrize("coder", SAMPLES, ids=repr)
def test_repr_and_pickle_rebuild(coder):
    for again in (eval(repr(coder)), pickle.loads(pickle.dumps(coder)), copy.deepcopy(coder)):
        assert again == coder
        assert hash(again) == hash(coder)
        assert repr(again) == repr(coder)


def test_samples_differ():
    assert len(set(SAMPLES)) == len(SAMPLES)


@pytest.mark.parametrize(
    "coder",
    [
        NetEncoder(["Class", ["cat", "dog", "emu"], "IndicatorVector", {"Dimensions": 2}]),
        NetEncoder(("Class", ANIMALS), "IndicatorVector", Dimensions=(2,)),
        NetEncoder("Class", ANIMALS, "UnitVector", {"Dimensions": [2]}),
        NetEncoder("Class", Labels=ANIMALS, Form="IndicatorVector", Dimensions=2),
    ],
)
def test_call_forms_agree(coder):
    assert coder == NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=(2,))


def test_equal_numbers_make_different_coders():
    assert NetEncoder("Class", [0, 1]) != NetEncoder("Class", [False, True])
    assert NetEncoder("Class", [0, 1]) != NetEncoder("Class", [0.0, 1.0])


def test_encoder_is_no_decoder():
    assert NetEncoder("Boolean") != NetDecoder("Boolean")
    assert isinstance(NetEncoder("Boolean"), NetEncoder)
    assert not isinstance(NetEncoder("Boolean"), NetDecoder)


def test_parameters_can_be_read():
    encoder = NetEncoder("Class", ANIMALS, "IndicatorVector", Dimensions=2)

    assert encoder.Type == "Class"
    assert encoder.Labels == ANIMALS
    assert encoder.Form == "IndicatorVector"
    assert encoder.Dimensions == (2,)
    assert encoder.Multilabel is False
    assert encoder.Output == (2, 3)
    assert NetDecoder("Class", ANIMALS, InputDepth=2).Input == (Automatic, 3)


def test_nothing_changes():
    coder = NetDecoder("Class", ANIMALS)
    with pytest.raises(NetError) as error:
        coder.Labels = ("a", "b")
    assert error.value.facts["setting"] == "Labels"
    with pytest.raises(NetError):
        del coder.Labels


@pytest.mark.parametrize(
    ("make", "facts"),
    [
        (lambda: NetEncoder("Clas", ANIMALS), {"setting": "name", "nearest": "Class"}),
        (lambda: NetDecoder("Bolean"), {"setting": "name", "nearest": "Boolean"}),
        (lambda: NetEncoder(), {"setting": "name", "got": "none"}),
        (lambda: NetEncoder([]), {"setting": "name"}),
        (lambda: NetEncoder(3), {"setting": "name"}),
        (lambda: NetEncoder("Class"), {"setting": "Labels"}),
        (
            lambda: NetEncoder("Class", ANIMALS, Lables=3),
            {"setting": "Lables", "nearest": "Labels"},
        ),
        (lambda: NetEncoder("Class", ANIMALS, {"Frm": 3}), {"setting": "Frm", "nearest": "Form"}),
        (lambda: NetEncoder("Class", ANIMALS, Labels=ANIMALS), {"setting": "Labels"}),
        (lambda: NetEncoder("Boolean", {"Dimensions": 2}, Dimensions=2), {"setting": "Dimensions"}),
        (lambda: NetEncoder("Boolean", 2, 3), {"got": "2 arguments"}),
        (lambda: NetEncoder("Boolean", "Integer"), {"setting": "Dimensions"}),
        (lambda: NetEncoder("Boolean", (2, -3)), {"setting": "Dimensions", "got": "-3"}),
        (lambda: NetEncoder("Class", ANIMALS, "Indx"), {"setting": "Form", "nearest": "Index"}),
        (lambda: NetEncoder("Class", ANIMALS, Multilabel=1), {"setting": "Multilabel"}),
        (lambda: NetEncoder("Class", ANIMALS, Multilabel=True), {"setting": "Form"}),
        (lambda: NetEncoder("Class", "cat"), {"setting": "Labels", "got": "'cat'"}),
        (lambda: NetEncoder("Class", []), {"setting": "Labels"}),
        (lambda: NetEncoder("Class", ["cat", "cat"]), {"setting": "Labels"}),
        (lambda: NetEncoder("Class", [1, True]), {"setting": "Labels", "got": "1 and True"}),
        (lambda: NetEncoder("Class", [["a"], ["b"]]), {"setting": "Labels", "got": "['a']"}),
        (lambda: NetEncoder("Class", ["a", float("nan")]), {"setting": "Labels", "got": "nan"}),
        (lambda: NetDecoder("Class", ANIMALS, InputDepth=0), {"setting": "InputDepth", "got": "0"}),
        (lambda: NetDecoder("Boolean", InputDepth=True), {"setting": "InputDepth"}),
    ],
)
def test_wrong_calls(make, facts):
    with pytest.raises(SettingError) as error:
        make()
    assert facts.items() <= error.value.facts.items()


# ---- pairs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoder", "decoder"),
    [
        (NetEncoder("Boolean"), NetDecoder("Boolean")),
        (NetEncoder("Boolean", (Automatic, Automatic)), NetDecoder("Boolean", InputDepth=2)),
        (NetEncoder("Class", ANIMALS), NetDecoder("Class", ANIMALS)),
        (
            NetEncoder("Class", ANIMALS, Dimensions=(Automatic,)),
            NetDecoder("Class", ANIMALS, InputDepth=2),
        ),
        (
            NetEncoder("Class", ANIMALS, "IndicatorVector", Multilabel=True),
            NetDecoder("Class", ANIMALS, Multilabel=True),
        ),
        (NetEncoder("Scalar"), NetDecoder("Scalar")),
    ],
)
def test_pairs(encoder, decoder):
    assert NetEncoder(decoder) == encoder
    assert NetDecoder(encoder) == decoder
    assert NetEncoder(encoder) is encoder


@pytest.mark.parametrize(
    ("decoder", "form", "encoder"),
    [
        (NetDecoder("Class", ANIMALS), "Index", NetEncoder("Class", ANIMALS)),
        (
            NetDecoder("Class", ANIMALS),
            "Probabilities",
            NetEncoder("Class", ANIMALS, "IndicatorVector"),
        ),
        (
            NetDecoder("Class", ANIMALS, Multilabel=True),
            "Binary",
            NetEncoder("Class", ANIMALS, "IndicatorVector", Multilabel=True),
        ),
        (NetDecoder("Boolean"), "Binary", NetEncoder("Boolean")),
    ],
)
def test_encoders_of_targets(decoder, form, encoder):
    assert decoder.encoder(form) == encoder


def test_numbered_classes_have_an_encoder_where_the_size_is_known():
    decoder = NetDecoder("Class")

    assert decoder.encoder("Index", size=3) == NetEncoder("Class", [1, 2, 3])
    with pytest.raises(SettingError) as error:
        NetEncoder(decoder)
    assert error.value.facts["got"] == "NetDecoder('Class')"


def test_a_pair_takes_no_parameters():
    with pytest.raises(SettingError) as error:
        NetEncoder(NetDecoder("Boolean"), Dimensions=3)
    assert error.value.facts["setting"] == "Dimensions"


def test_no_such_form_of_targets():
    with pytest.raises(SettingError) as error:
        NetDecoder("Class", ANIMALS).encoder("Indx")
    assert error.value.facts["nearest"] == "Index"


# ---- one more kind -------------------------------------------------------------------------------


@pytest.fixture
def _forget():
    known = dict(Coder.named), dict(NetDecoder.kinds)
    yield
    for registry, before in zip((Coder.named, NetDecoder.kinds), known, strict=True):
        registry.clear()
        registry.update(before)


@pytest.mark.usefixtures("_forget")
def test_a_new_kind_is_one_class():
    class _Length(NetDecoder, name="Length"):
        port_type = NetDecoder("Class").port_type

        def decoded(self, array):
            return len(array)

    assert NetDecoder("Length")([1.0, 2.0, 3.0]) == 3
    assert NetDecoder("Length")([[1.0, 2.0], [3.0, 4.0]]) == [2, 2]
    assert NetDecoder("Length")([1.0, 2.0], None).tolist() == [1, 2]
    assert repr(Coder.named["Length", True]()) == "NetDecoder('Length')"
    with pytest.raises(SettingError) as error:
        NetEncoder(NetDecoder("Length"))
    assert error.value.facts["got"] == "NetDecoder('Length')"
