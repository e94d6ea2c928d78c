"""A contender in a process of its own."""

import pytest

from benchmarks.peers import SHAPES, TRAINING, Peer
from benchmarks.worker import LostError, Worker


@pytest.fixture
def worker(request):
    made = Worker(Peer("own", request.param))
    yield made
    made.close()


@pytest.mark.parametrize("worker", ["netdsl_"], indirect=True)
def test_it_answers_and_is_timed(worker):
    losses = worker.ask("prepare", TRAINING, "xor", 0)

    assert len(losses) == 5
    assert losses == sorted(losses, reverse=True)
    assert worker.ask("calibrate", 0.001) >= 4
    assert worker.ask("turn") > 0


@pytest.mark.parametrize("worker", ["no_such_file"], indirect=True)
def test_one_that_fails_says_why(worker):
    with pytest.raises(LostError, match=r"failed: ModuleNotFoundError: .*no_such_file"):
        worker.ask("prepare", TRAINING, "xor", 0)


def test_it_tells_what_it_says_of_shapes():
    made = Worker(Peer("own", "shapes_netdsl", "ready"))
    try:
        sizes = made.ask("prepare", SHAPES, "symbols", 0)

        assert sizes[-1] == 1000
        assert made.ask("tell").text == "ceiling(h/32)"
    finally:
        made.close()
