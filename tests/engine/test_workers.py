"""Threads that share the work: errors come out, interrupts leave nothing behind, forks work."""

import multiprocessing
import threading
import time

import numpy as np
import pytest

from netdsl import LinearLayer, NetInitialize, SettingError
from netdsl.engine.plan import Plan
from netdsl.engine.tracer import Tracer
from netdsl.engine.workers import Team, cores, split, team


def large():
    """A plan whose work two threads share."""
    xp = Tracer(None, training=False)
    x = xp.program.inputs["x"] = xp.input((600_000,))
    return Plan(xp.program, [xp.tanh(x) * 2.0], {}, np.float32, threads=2)


def test_an_error_in_a_thread_is_raised():
    several, done = Team(3), []

    with pytest.raises(ZeroDivisionError):
        several.run([[lambda: done.append(1)], [lambda: 1 / 0], [lambda: done.append(2)]])

    assert sorted(done) == [1, 2]
    several.run([[lambda: done.append(3)], [lambda: done.append(4)], []])
    assert sorted(done) == [1, 2, 3, 4]


def test_an_interrupt_waits_for_the_other_threads():
    several, done = Team(2), []

    def slow():
        time.sleep(0.05)
        done.append(1)

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        several.run([[interrupted], [slow]])

    assert done == [1]


def test_two_plans_at_once():
    plans = [large(), large()]
    x = np.linspace(-1, 1, 600_000).astype(np.float32)
    found = [None, None]

    def use(at):
        found[at] = [plans[at].run({"x": x * (at + 1)})[0] for _ in range(5)]

    threads = [threading.Thread(target=use, args=(at,)) for at in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for at in (0, 1):
        for got in found[at]:
            np.testing.assert_allclose(got, 2 * np.tanh(x * (at + 1)), rtol=1e-5)


def _in_child(queue):
    queue.put(float(large().run({"x": np.ones(600_000, np.float32)})[0].sum()))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    large().run({"x": np.ones(600_000, np.float32)})
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(queue,))

    child.start()
    got = queue.get(timeout=30)
    child.join(timeout=30)

    assert got == pytest.approx(600_000 * 2 * np.tanh(1), rel=1e-5)


def test_stretches_of_equal_length():
    assert [list(part) for part in split(range(5), 2)] == [[0, 1], [2, 3, 4]]
    assert [list(part) for part in split(range(2), 7)] == [[0], [1]]
    assert team(2) is team(2)
    assert cores() >= 1


def test_threads_are_asked_for_by_the_device():
    net = NetInitialize(LinearLayer(2, Input=3))
    x = np.ones(3)

    for device in ("CPU", ["CPU", {"Threads": 1}], ("CPU", {"Threads": np.int64(3)})):
        np.testing.assert_array_equal(net(x, TargetDevice=device), net(x))
    for wrong in (0, -1, 1.5, True, "2"):
        with pytest.raises(SettingError) as error:
            net(x, TargetDevice=["CPU", {"Threads": wrong}])
        assert "Threads" in error.value.facts["setting"]
    with pytest.raises(SettingError) as error:
        net(x, TargetDevice=["CPU", {"Thread": 2}])
    assert error.value.facts["nearest"] == "Threads"
