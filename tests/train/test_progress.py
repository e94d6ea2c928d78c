"""What a training says of itself, and where."""

import re
import sys
from itertools import pairwise
from types import SimpleNamespace

import pytest

from netdsl.errors import SettingError
from netdsl.layers import LinearLayer, SoftmaxLayer
from netdsl.nets.chain import NetChain
from netdsl.symbols import Automatic
from netdsl.train import NetTrain
from netdsl.train.display import clock, fitting
from netdsl.train.history import History, Record
from netdsl.train.progress import Line, Lines, Panel, read_progress

X = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
NET = NetChain([2, SoftmaxLayer()])


def train(**options):
    options = {"MaxTrainingRounds": 3, "BatchSize": 2, **options}
    return NetTrain(NET, (X, [1, 2, 2]), "RoundLossList", **options)


def test_one_line_a_round_where_the_output_is_no_terminal(capsys):
    losses = train(ValidationSet=(X, [2, 1, 1]), LearningRate=0.5)

    *rounds, end = capsys.readouterr().out.splitlines()
    assert len(rounds) == 3
    assert rounds[0].startswith(f"round 1/3  loss {losses[0]:.4g}  validation ")
    assert "  validation error " in rounds[1]
    assert "  rate 0.5" in rounds[1]
    assert "left" not in "".join(rounds)
    assert end.startswith("3 rounds were trained; the net of round ")
    assert end.endswith(").")
    assert "\r" not in "".join(rounds)


def test_the_error_rate_without_validation(capsys):
    train(MaxTrainingRounds=10)

    *rounds, end = capsys.readouterr().out.splitlines()
    assert all(line.startswith(f"round {n:>2}/10  loss ") for n, line in enumerate(rounds, start=1))
    assert "  error " in rounds[0]
    assert "batch" not in "".join(rounds)
    assert end == "10 rounds were trained."


def test_the_net_that_is_returned(capsys):
    best, losses = NetTrain(
        NET,
        (X, [1, 2, 2]),
        ["BestValidationRound", "ValidationLossList"],
        ValidationSet=(X, [2, 1, 1]),
        MaxTrainingRounds=9,
        LearningRate=0.1,
    )

    end = capsys.readouterr().out.splitlines()[-1]
    loss = f"{losses[best - 1]:.4g}"
    assert best < 9
    assert end == (
        f"9 rounds were trained; the net of round {best} is returned (validation loss {loss})."
    )


def test_one_round_is_one_round(capsys):
    train(MaxTrainingRounds=1)

    assert capsys.readouterr().out.endswith("\n1 round was trained.\n")


def test_one_line_of_the_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "24")
    train()

    out = capsys.readouterr().out
    shown = out.split("\n")[0].split("\r")
    assert all(len(line) <= 23 for line in shown)
    assert "round 3/3  loss " in shown[-1]
    assert out.endswith("\n3 rounds were trained.\n")


def test_a_bar(capsys):
    train(TrainingProgressReporting="ProgressIndicator")

    assert capsys.readouterr().out.endswith("[####################] 100%\n")


def test_none_is_silent(capsys):
    train(TrainingProgressReporting=None)

    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_function_is_called_after_each_round():
    seen = []
    losses = train(TrainingProgressReporting=seen.append)

    assert [status["Round"] for status in seen] == [1, 2, 3]
    assert [status["RoundLoss"] for status in seen] == pytest.approx(losses)
    assert seen[-1]["AbsoluteBatch"] == seen[-1]["TotalBatches"] == 6
    assert seen[-1]["ProgressFraction"] == 1
    assert seen[0]["Batch"] == seen[0]["BatchesPerRound"] == 2
    assert seen[0]["RoundMeasurements"].keys() == {"ErrorRate"}


def test_a_panel_in_a_notebook(monkeypatch):
    pages = []
    handle = SimpleNamespace(update=pages.append)

    def show(page, display_id):
        pages.append(page)
        return handle

    display = SimpleNamespace(HTML=str, display=show)
    notebook = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None), display=display)
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    assert isinstance(read_progress(Automatic), Panel)
    train(TrainingProgressReporting=["Panel", None])

    assert "<th style='text-align:left'>loss</th>" in pages[-1]
    assert "3 rounds were trained." in pages[-1]
    assert "<polyline" in pages[-1]


def test_a_terminal_in_ipython_is_no_notebook(monkeypatch):
    shell = SimpleNamespace(get_ipython=SimpleNamespace, display=None)
    monkeypatch.setitem(sys.modules, "IPython", shell)

    assert isinstance(read_progress("Panel"), Lines)


def test_losses_that_have_no_logarithm_are_not_drawn(monkeypatch):
    pages = []
    display = SimpleNamespace(
        HTML=str, display=lambda page, display_id: SimpleNamespace(update=pages.append)
    )
    monkeypatch.setitem(
        sys.modules,
        "IPython",
        SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None), display=display),
    )
    net = LinearLayer((), Weights=[[-1.0, -1.0]], Biases=None)
    NetTrain(net, {"Input": X}, LossFunction="Output", MaxTrainingRounds=2,
             TrainingProgressReporting=[lambda status: None, "Panel"])  # fmt: skip

    assert "<svg" not in "".join(pages)


@pytest.mark.parametrize(
    ("setting", "near"), [("Pint", "Print"), (3, None), ([3], None), ("", None)]
)
def test_reports_that_there_are_not(setting, near):
    with pytest.raises(SettingError) as error:
        train(TrainingProgressReporting=setting)
    assert error.value.facts["setting"] == "TrainingProgressReporting"
    assert error.value.facts.get("nearest") == near


def history(rounds, *, elapsed=50.0):
    """A training of 100 rounds of 4 batches, with validation."""
    names = ("ErrorRate",)
    found = History(Record(names), Record(names), Record(names), 8, 4, 1e-3, 1e-3, 32, 32)
    found.total_rounds = 100
    found.start -= elapsed
    for batch in range(1, rounds * 4 + 3):
        found.batches.add(1.23456 / batch**3, [0.5 / batch], batch)
        if batch % 4 == 0:
            found.rounds.add(1.23456 / batch**3, [0.5 / batch], batch)
            found.validations.add(1.5 / batch, [0.25], batch)
    return found


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_fields_of_a_terminal_stay_in_their_places(width):
    line, seen = Line(), []

    for rounds in (1, 2, 9, 10, 40, 98, 99):
        seen.append(line.line(history(rounds, elapsed=rounds), width))
    names = [tuple(re.findall("(?:^|  )([a-z][a-z ]*[a-z]) ", shown)) for shown in seen]

    assert all(len(shown) <= width for shown in seen)
    # From line to line fields go, in one order, and none comes back.
    assert all(set(b) <= set(a) for a, b in pairwise(names))
    if width == 120:
        assert len(set(names[:6])) == 1


def test_what_goes_first():
    widths = {"round": 9, "batch": 9, "loss": 11, "validation": 17, "rate": 10, "left": 9}

    assert fitting(widths, 75) == list(widths)
    assert fitting(widths, 74) == ["round", "batch", "loss", "validation", "left"]
    assert fitting(widths, 60) == ["round", "loss", "validation", "left"]
    assert fitting(widths, 30) == ["round", "loss"]
    assert fitting(widths, 3) == ["round"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "0.001 s"), (0.3, "0.3 s"), (9.4, "9.4 s"), (9.97, "10 s"), (59.4, "59 s"),
     (75, "1:15 min"), (7260, "2:01 h")],
)  # fmt: skip
def test_times(seconds, said):
    assert clock(seconds) == said
