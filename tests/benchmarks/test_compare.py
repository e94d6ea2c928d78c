"""Who is timed: only those whose first numbers agree."""

from types import SimpleNamespace

import pytest

from benchmarks import timing
from benchmarks.compare import Effort, Question, compare
from benchmarks.peers import BASE
from benchmarks.worker import LostError

QUESTION = Question("training", "xor", 0, 1e-3)
EFFORT = Effort(3, 0.01)


class Fake:
    """A contender that answers from a list, and notes what it was asked."""

    def __init__(self, title, numbers, turns=(), fails=""):
        self.peer = SimpleNamespace(title=title)
        self.numbers, self.turns, self.fails = numbers, iter(turns), fails
        self.asked = []

    def ask(self, what, *given):
        self.asked.append(what)
        if what == self.fails:
            raise LostError("no result within 180 s")
        if what == "prepare":
            return self.numbers
        return next(self.turns) if what == "turn" else 1


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    monkeypatch.setattr(timing.time, "sleep", lambda seconds: None)


def compared(*fakes):
    return {
        row.title: row
        for row in compare({fake.peer.title: fake for fake in fakes}, QUESTION, EFFORT)
    }


def test_ratios_are_paired_by_round():
    own = Fake("own", [1.0, 2.0005], [1.0, 8.0, 2.0])
    base = Fake(BASE, [1.0, 2.0], [2.0, 16.0, 5.0])

    rows = compared(own, base)

    assert rows["own"].seconds == 2.0
    assert rows["own"].ratio == timing.spread([0.5, 0.5, 0.4])
    assert rows["own"].apart == pytest.approx(0.00025)
    assert rows[BASE].ratio == timing.Spread(1, 1, 1)


def test_losses_that_differ_are_not_timed():
    own = Fake("own", [1.0, 2.01], [1.0] * 3)

    rows = compared(own, Fake(BASE, [1.0, 2.0], [2.0] * 3))

    assert rows["own"].note == "losses differ: 5e-03"
    assert rows["own"].seconds is None
    assert own.asked == ["prepare"]


def test_a_question_may_have_a_base_and_words_of_its_own():
    question = Question("shapes", "integers", 0, 0.0, "other", "sizes")
    fakes = [
        Fake("own", [7.0], [1.0] * 3),
        Fake(BASE, [8.0], [1.0] * 3),
        Fake("other", [7.0], [4.0] * 3),
    ]

    own, base, other = compare({fake.peer.title: fake for fake in fakes}, question, EFFORT)

    assert (own.ratio.median, other.ratio.median) == (0.25, 1)
    assert base.note == "sizes differ: 1e-01"


@pytest.mark.parametrize("fails", ["prepare", "calibrate", "turn"])
def test_one_that_is_lost_keeps_its_row(fails):
    rows = compared(Fake("own", [1.0], [1.0] * 3, fails=fails), Fake(BASE, [1.0], [2.0, 3.0, 4.0]))

    assert rows["own"].note == "no result within 180 s"
    assert rows["own"].seconds is None
    assert rows[BASE].seconds == 3.0


def test_without_the_base_there_are_times_and_no_ratios():
    rows = compared(Fake("own", [1.0], [1.0] * 3), Fake("other", [3.0], [1.0] * 3))

    assert (rows["own"].seconds, rows["own"].ratio) == (1.0, None)
    assert rows["other"].note.startswith("losses differ")
