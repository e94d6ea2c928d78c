"""Tables: what stands in their cells, as text and as Markdown."""

import pytest

from benchmarks import report, targets
from benchmarks.compare import Row
from benchmarks.growth import Chain, Growth
from benchmarks.page import Page
from benchmarks.shapes import Answer
from benchmarks.timing import Spread

ROWS = [
    Row("netdsl", 0.00012, Spread(0.0432, 0.0401, 0.25), 1e-7),
    Row("PyTorch eager", 0.0028, Spread(1, 1, 1), 0.0),
    Row("torch.compile", note="losses differ: 5e-03"),
]
GROWN = [Growth(length, 0.5, 0.75, 0.5, 0.1, 4_096, 8_192_000) for length in (500, 1000)]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (2.5, "2.50 s"),
        (0.9996, "1000 ms"),
        (0.0125, "12.5 ms"),
        (0.00012, "120 us"),
        (4.56e-6, "4.56 us"),
    ],
)
def test_times_have_three_digits(seconds, shown):
    assert report.duration(seconds) == shown


def test_a_comparison_shows_times_ratios_and_the_part_of_the_peak():
    assert report.comparison(ROWS, "one step", operations=7.2e6, peak=1e11) == [
        ["", "one step", "ratio", "quartiles", "of the peak"],
        ["netdsl", "120 us", "0.043", "0.04 to 0.25", "60%"],
        ["PyTorch eager", "2.80 ms", "1.00", "1.00 to 1.00", "3%"],
        ["torch.compile", "losses differ: 5e-03", "", "", ""],
    ]


def test_text_has_its_columns_below_each_other():
    table = [["", "time", "ratio"], ["a", "12 ms", ""], ["long", "3 s", "1.00"]]

    assert report.text(table).splitlines() == [
        "       time  ratio",
        "a     12 ms",
        "long    3 s   1.00",
    ]


def test_markdown_has_a_rule_below_the_head():
    assert report.markdown([["", "time"], ["a", "3 s"]]).splitlines() == [
        "|  | time |",
        "| --- | ---: |",
        "| a | 3 s |",
    ]


def test_targets_are_judged_where_they_were_measured():
    missing = [Row("netdsl", note="no result within 180 s"), ROWS[1]]

    sections = {"xor": ROWS, "lenet": missing, "cold import": ROWS}
    found = targets.judged(sections, {"xor": 0.25, "lenet": None, "cold import": 0}, GROWN)

    assert report.targets(found) == [
        ["", "target", "reached", "met", "other work"],
        ["XOR, training step", "0.06", "0.043", "yes", "0.2"],
        ["LeNet, training step", "0.85", "no result within 180 s", "-", ""],
        ["1,000 LinearLayers ready, seconds", "1.5", "1.75", "no", ""],
    ]


def test_seconds_and_chains_have_targets_too():
    sections = {"shapes, integers": [Row("ONNX", 0.002), Row("netdsl, ready net", 0.05)]}
    chains = [Chain(1000, 0.1, 0.1, 0.05), Chain(10_000, 1.0, 1.0, 0.75)]

    found = targets.judged(sections, {"shapes, integers": 0.1}, [], chains)

    assert report.targets(found)[1:] == [
        ["Shapes of ResNet-152, integers, seconds", "0.06", "0.05", "yes", "0.1"],
        ["Shapes of 10,000 LinearLayers, seconds", "1", "0.75", "yes", ""],
        ["Shapes of 10,000 LinearLayers, over those of 1,000", "13", "15.00", "no", ""],
    ]


def test_tables_of_shapes():
    answers = {"netdsl": Answer("ceiling(h/32)", 1538, 1538), "JAX": "failed: no symbols"}

    assert report.chains([Chain(2000, 0.5, 0.25, 0.1)])[1] == [
        *("2,000", "500 ms", "250 ms", "100 ms", "50.0 us")
    ]
    assert report.answers(answers)[1:] == [
        ["netdsl", "ceiling(h/32)", "1,538 of 1,538"],
        ["JAX", "failed: no symbols", ""],
    ]
    assert report.models({"vgg19": (Answer("82", 250, 253), 0.0005)})[1] == [
        *("vgg19", "82", "250 of 253", "500 us")
    ]


def test_the_page_keeps_the_order_of_its_chapters():
    page = Page({"Cores": "2"}, 2e11)
    page.add("growth", "", lambda: report.growth(GROWN))
    page.add("training", "XOR", lambda: report.comparison(ROWS, "one step", 7.2e6, page.peak))
    page.peak = 3e11

    text = page.text(["JAX: jax not installed; pip install .[bench]"])

    chapters = [line for line in text.splitlines() if line.startswith("#")]
    assert chapters == ["# Benchmarks", "## The machine", "## Training steps", "## Growth"]
    assert "| Matrix product | 300 GFLOP/s" in text
    assert "| netdsl | 120 us | 0.043 | 0.04 to 0.25 | 20% |" in text
    assert "- JAX: jax not installed" in text
    assert "| 1,000 | 500 ms | 750 ms | 500 ms | 1.75 s | 100 ms | 4 | 8,192 |" in text
