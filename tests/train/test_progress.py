"""What a training says of itself, and where."""

import sys
from types import SimpleNamespace

import pytest

from netdsl.errors import SettingError
from netdsl.layers import LinearLayer, SoftmaxLayer
from netdsl.nets.chain import NetChain
from netdsl.symbols import Automatic
from netdsl.train import NetTrain
from netdsl.train.progress import Lines, Panel, clock, fitted, read_progress

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
    assert "  error " in rounds[1]
    assert "  rate 0.5" in rounds[1]
    assert "  left 0 s" in rounds[1]
    assert end == "3 rounds were trained."
    assert "\r" not in "".join(rounds)


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


def test_a_line_drops_what_is_too_much():
    assert fitted("round 1/3  loss 0.1  rate 1", 20) == "round 1/3  loss 0.1"
    assert fitted("round 1/3", 4) == "roun"
    assert [clock(9.4), clock(75), clock(7260)] == ["9 s", "1:15 min", "2:01 h"]
