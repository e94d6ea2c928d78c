"""What a port takes, in words."""

import pytest

from netdsl import CrossEntropyLossLayer, Information, LinearLayer, NetChain, Ramp, SoftmaxLayer
from netdsl.dims import PortType, pattern
from netdsl.report.words import in_words, legend


@pytest.mark.parametrize(
    ("kind", "least", "last", "text"),
    [
        (PortType(), 0, "", "anything"),
        (PortType(), 2, "", "array of rank 2 or more"),
        (PortType((3, "length1")), 1, "", "matrix of size 3 x length1"),
        (PortType((), "Real"), 0, "", "real"),
        (PortType((), "Integer", 1, 9), 0, "n", "integer 1..9"),
        (PortType((), "Integer", 1), 0, "n", "integer 1..n"),
        (PortType((), "Integer", 1), 0, "", "integer 1.."),
        (
            PortType((4,), "Integer", 1),
            0,
            "the size",
            "vector of size 4, integers from 1 to the size",
        ),
        (PortType(None, "Integer"), 1, "", "integers in an array of rank 1 or more"),
        (PortType(None, "Real", 0, 1), 0, "", "reals 0..1 in an array of any rank"),
        (
            PortType(None, "Integer", 1),
            0,
            "the size",
            "integers from 1 to the size, in an array of any rank",
        ),
    ],
)
def test_words(kind, least, last, text):
    assert in_words(kind, least, last) == text


@pytest.mark.parametrize(
    ("patterns", "text"),
    [
        (["*d", "+k"], "*d: any number of dimensions d; +k: one or more dimensions k"),
        (["c +d", "c"], "+d: one or more dimensions d; equal names are equal sizes"),
        (["*Size"], "Size: the setting"),
        (["a : 1..9"], "after a colon: the entries"),
        (["2", ""], ""),
    ],
)
def test_the_legend_explains_what_occurs(patterns, text):
    assert legend([pattern(each) for each in patterns]) == text


def test_a_port_that_needs_a_dimension_says_so():
    assert str(Information(SoftmaxLayer())).count("array of rank 1 or more") == 4
    assert "(anything)" in str(Information(LinearLayer(3)))


def test_so_does_a_net_around_it():
    head = str(Information(NetChain([SoftmaxLayer(), Ramp]))).splitlines()[0]

    assert head.endswith("Input (array of rank 1 or more) -> Output (array of rank 1 or more)")


def test_integers_go_up_to_a_size_of_another_port():
    def target(**ports):
        return Information(CrossEntropyLossLayer("Index", **ports)).to_dict()["inputs"]["Target"]

    of_any_rank = "integers from 1 to the last size of Input, in an array of any rank"
    assert target()["text"] == of_any_rank
    assert of_any_rank in str(Information(CrossEntropyLossLayer("Index")))
    assert target(Input=(4, "n"))["text"] == "vector of size 4, integers 1..n"
    assert target(Input=(4, 9))["text"] == "vector of size 4, integers 1..9"
