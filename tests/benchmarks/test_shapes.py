"""Shape inference: the architecture, its true sizes, and what every contender says of them."""

from importlib import import_module
from math import prod

import pytest

from benchmarks import growth, shapes
from benchmarks.shapes import INTEGERS, SYMBOLS, Convolution, MaxPool, Normalization

WHOLE = shapes.resnet()
WAYS = {"netdsl": ("ready", "table", "built"), "onnx": ("ready", "built"), "torch": "", "jax": ""}
EACH = [(library, way) for library, ways in WAYS.items() for way in ways or ("",)]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A ResNet of few blocks, which is as lopsided, stands for the whole one."""
    nodes = shapes.resnet((1, 2, 1, 1))
    monkeypatch.setattr(shapes, "resnet", lambda: nodes)
    return nodes


@pytest.fixture(params=EACH, ids=lambda one: " ".join(one))
def contender(request):
    library, way = request.param
    if library != "netdsl":
        pytest.importorskip(library)
    module = import_module(f"benchmarks.peers.shapes_{library}")
    return library, lambda name: module.shapes_of(name, way)


def test_resnet_152_has_its_nodes_and_published_parameters():
    arrays = shapes.array_shapes(WHOLE)
    counts = {node.name: sum(map(prod, arrays[node.name])) for node in WHOLE}
    kept = sum(counts[node.name] for node in WHOLE if isinstance(node.part, Normalization)) // 2

    assert len(WHOLE) == 514
    assert sum(counts.values()) - kept == 60_192_808


def test_sizes_by_hand():
    found = shapes.true_shapes(WHOLE, (3, 224, 260))

    assert found["conv_convolution"] == (64, 112, 130)
    assert found["conv_maxpool"] == (64, 56, 65)
    assert found["stage2_1_1_convolution"] == (128, 56, 65)
    assert found["stage2_1_2_convolution"] == found["stage2_8_2_ramp"] == (128, 28, 33)
    assert found["stage2_1_short_convolution"] == (512, 28, 33)
    assert found[shapes.last_image(WHOLE)] == (2048, 7, 9)
    assert found["top_mean"] == (2048,)
    assert shapes.windows(Convolution(1, 3, 2, 0), 7) == shapes.windows(MaxPool(3, 2, 0), 8) == 3


@pytest.mark.parametrize("name", [INTEGERS, SYMBOLS])
def test_all_contenders_say_the_same_sizes(contender, small, name):
    _, made = contender
    true = shapes.true_shapes(small, (3, shapes.HEIGHT, shapes.WIDTH)).values()

    assert made(name).first() == [size for row in true for size in row]


def test_what_is_said_of_named_sizes(contender):
    library, made = contender
    task = made(SYMBOLS)
    task.run(1)

    answer = task.told()

    if library == "onnx":
        assert answer.text.startswith("unk__")
        assert answer.said < answer.sizes
    else:
        ends = {"netdsl": "ceiling(h/32)", "torch": "- 1)//32)) + 1", "jax": ", 2) + 1"}
        assert answer.text.endswith(ends[library])
        assert answer.said == answer.sizes


def test_integers_are_all_said(contender):
    answer = contender[1](INTEGERS).told()

    assert (answer.text, answer.said) == ("7", answer.sizes)


def test_every_contender_has_the_same_nodes(contender, small):
    task = contender[1](INTEGERS)

    assert len(list(task.rows(task.ask()))) == len(small)


def test_what_is_left_open_is_no_mistake_and_what_is_wrong_is(small):
    true = list(shapes.true_shapes(small, (3, shapes.HEIGHT, shapes.WIDTH)).values())
    said = [*true[:-2], (None,), (1, 1000)]

    assert list(shapes.filled(said, small))[-3:] == [*true[-3][-1:], 2048, -1]


def test_models_of_the_package_onnx(monkeypatch):
    pytest.importorskip("onnx")
    from benchmarks.peers import shapes_onnx

    task = shapes_onnx.shapes_of(shapes.models()["squeezenet"], "ready")

    assert task.first() == [105]
    assert task.told() == shapes.Answer("105", 381, 381)
    monkeypatch.setattr(shapes, "find_spec", lambda name: None)
    assert shapes.models() == {}


def test_a_chain_is_measured():
    found = growth.measure_chain(6, times=1)

    assert found.length == 6
    assert min(found.made, found.built, found.inferred) > 0
