"""CTCLossLayer: how surprising labels are that have an order, but no places in a sequence."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.spec import Auto, Automatic, Layer, equal, port


class CTCLossLayer(Layer):
    """Take the negative logarithm of the chance that a sequence of probabilities spells labels.

    >>> p = [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.7, 0.2]]
    >>> round(CTCLossLayer()({"Input": p, "Target": [1, 2]}), 4)
    0.7052

    Each element of the input gives the probabilities of all classes, of which the last is the
    blank; the target is classes from 1, without it. One class is drawn from each element; equal
    neighbours are then merged, and blanks left out. Labels that cannot come out, since there are
    more of them than elements, or since equal neighbours need a blank between them, have an
    infinite loss, whose gradient is 0. Fed by a SoftmaxLayer the loss is exact where that
    saturates; elsewhere a probability 0 counts as the smallest normal number. The output is called
    Output, not Loss. Sources: Wolfram `CTCLossLayer`; Graves and others 2006.
    """

    _: KW_ONLY
    Input: Dims | Auto = port(
        "t k : Real 0..1", default=Automatic, doc="a sequence of probabilities, the blank's last"
    )
    Target: Dims | Auto = port("n : 1..c", default=Automatic, doc="a sequence of classes")
    Output: Dims | Auto = port("", default=Automatic)

    def relate(self, t, k, n, c):
        yield equal(k, c + 1)

    def formula(self, sp, at, Input, Target):
        (steps, classes), (count,) = Input.shape, Target.shape

        def symbol(s):
            odd = sp.Eq(sp.Mod(s, 2), 1)
            return sp.Piecewise((Target[sp.floor(s / 2)] - 1, odd), (classes - 1, True))

        def reached(t, s):
            stay, move, jump = (a[t - 1, s - by] for by in (0, 1, 2))
            lonely = sp.Or(sp.Eq(s, 1), sp.Eq(c[s], c[s - 2]))
            return Input[t, c[s]] * sp.Piecewise(
                (stay, sp.Eq(s, 0)), (stay + move, lonely), (stay + move + jump, True)
            )

        # Which class a place has, blanks between labels; what the paths to it are worth together.
        places = 2 * count + 1
        c = sp.sequence("c", (places,), symbol)
        a = sp.recurrence("a", (steps, places), _Beginning(sp), reached)
        return -sp.log(a[steps - 1, 2 * count - 1] + a[steps - 1, 2 * count])

    def apply(self, xp, Input, Target):
        batch, steps, _ = Input.shape
        ends = (xp.broadcast_to(xp.constant(n), (batch,)) for n in (steps, Target.shape[1]))
        return xp.ctc(xp.log_chance(Input), Target - 1, *ends)


class _Beginning:
    """Before the first step every path is at the blank before the first label."""

    def __init__(self, sp):
        self.sp = sp

    def __getitem__(self, at):
        return self.sp.Piecewise((1, self.sp.Eq(at[0], 0)), (0, True))
