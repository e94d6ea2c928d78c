"""CrossEntropyLossLayer: how surprising the targets are under given probabilities."""

from __future__ import annotations

from dataclasses import KW_ONLY

from netdsl.dims import Dims
from netdsl.errors import SettingError, nearest
from netdsl.spec import Auto, Automatic, Layer, by, option, port

FORMS = ("Index", "Probabilities", "Binary")


class CrossEntropyLossLayer(Layer):
    """Average the negative logarithm of the probability that is given to the target.

    >>> round(CrossEntropyLossLayer("Index")({"Input": [0.1, 0.3, 0.6], "Target": 3}), 4)
    0.5108

    "Index" takes the number of the right class from 1, "Probabilities" a probability for each
    class, "Binary" probabilities of True against targets from 0 to 1. The input is
    probabilities, not logits; the mean goes over all dimensions but that of the classes. Fed by
    a SoftmaxLayer or a LogisticSigmoid the loss stays exact where these saturate; elsewhere a
    probability 0 counts as the smallest normal number. A target that is no class raises a
    DataError. Source: Wolfram `CrossEntropyLossLayer`.
    """

    Form: str = option(doc="what the target is: Index, Probabilities or Binary")
    _: KW_ONLY
    Input: Dims | Auto = port(
        by(
            "Form",
            Index="*d c : Real 0..1",
            Probabilities="*d c : Real 0..1",
            Binary="*d : Real 0..1",
        ),
        default=Automatic,
    )
    Target: Dims | Auto = port(
        by("Form", Index="*d : 1..c", Probabilities="*d c : Real 0..1", Binary="*d : Real 0..1"),
        default=Automatic,
        doc="a class, probabilities of classes, or a probability of True, as Form says",
    )
    Loss: Dims | Auto = port("", default=Automatic)

    def check(self):
        if self.Form not in FORMS:
            raise SettingError(
                "There is no such form of cross-entropy.",
                layer="CrossEntropyLossLayer",
                setting="Form",
                expected=", ".join(FORMS),
                got=repr(self.Form),
                nearest=nearest(self.Form, FORMS),
            )

    def alternatives(self):
        return ({"Form": form} for form in FORMS if form != self.Form)

    def formula(self, sp, at, Input, Target):
        sizes = Input.shape if self.Form == "Binary" else Input.shape[:-1]
        spot = sp.indices(len(sizes))
        over = [(index, 0, size - 1) for index, size in zip(spot, sizes, strict=True)]
        loss = -self.entry(sp, spot, Input, Target)
        return (sp.Sum(loss, *over) if over else loss) / sp.prod(sizes)

    def entry(self, sp, spot, Input, Target):
        """Return the logarithm of the probability of one target."""
        if self.Form == "Index":
            return sp.log(Input[(*spot, Target[spot] - 1)])
        if self.Form == "Binary":
            p, t = Input[spot], Target[spot]
            return t * sp.log(p) + (1 - t) * sp.log(1 - p)
        (c,) = sp.indices(1)
        term = Target[(*spot, c)] * sp.log(Input[(*spot, c)])
        return sp.Sum(term, (c, 0, Input.shape[-1] - 1))

    def apply(self, xp, Input, Target):
        if self.Form == "Index":
            gained = xp.pick(xp.log_chance(Input), Target - 1)
        elif self.Form == "Binary":
            no = xp.log_chance(Input, of_not=True)
            gained = Target * xp.log_chance(Input) + (1 - Target) * no
        else:
            gained = xp.sum(Target * xp.log_chance(Input), (Input.ndim - 1,))
        axes = range(1, gained.ndim)
        return xp.squeeze(-xp.mean(gained, axes), axes)
