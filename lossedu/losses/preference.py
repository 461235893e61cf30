"""A loss of preferences: which of two answers did a person like better?"""

from __future__ import annotations

from dataclasses import dataclass

from lossedu.losses.base import Traits, parameter
from lossedu.losses.domain import POSITIVE_NUMBER
from lossedu.losses.joint import Gradients, JointLoss, ValueAndBackward
from lossedu.losses.margin import Logistic
from lossedu.losses.types import Array

__all__ = [
    "DPO", "dpo",
]


@dataclass(frozen=True)
class DPO(JointLoss):
    """Direct preference optimisation: the model must favour the chosen answer more than its reference does.

    Called with ``(chosen, rejected, reference_chosen, reference_rejected)``: four arrays of one shape, the
    log-probability that the model and the frozen reference give to the chosen and the rejected answer of each
    pair. It is the logistic loss of beta times the difference of the two log-ratios.

    Parameters
    ----------
    beta : float in (0, ∞), default 0.1
        How strongly the model is held to its reference.

    Raises
    ------
    ValueError
        When beta is not positive, or the shapes differ.

    Notes
    -----
    Gradients are given for all four inputs; a reference that is frozen has no use for its own.

    References
    ----------
    .. [1] R. Rafailov, A. Sharma, E. Mitchell, S. Ermon, C. D. Manning and C. Finn, Direct preference optimization:
       your language model is secretly a reward model, Advances in Neural Information Processing Systems 36,
       2023, arXiv:2305.18290.

    Examples
    --------
    >>> dpo = DPO(beta=0.1)
    >>> round(dpo([-10.0], [-12.0], [-11.0], [-11.0]), 6)
    0.598139
    >>> [g.round(4).tolist() for g in dpo.gradient([-10.0], [-12.0], [-11.0], [-11.0])[:2]]
    [[-0.045], [0.045]]
    """

    beta: float = parameter(0.1, POSITIVE_NUMBER)

    name = "dpo"
    formula = (r"\ell(c, r, c_0, r_0) = -\log\frac{1}{1 + \exp\left( "
               r"-\beta \left[ (c - c_0) - (r - r_0) \right] \right)}")
    inputs = ("chosen", "rejected", "reference_chosen", "reference_rejected")
    axes = 0

    @property
    def traits(self) -> Traits:
        return Traits(convex=True, strictly_convex=False, strongly_convex=False, smooth="C∞",
                      lipschitz=2 * float(self.beta), best_constant="none: the pairs pull apart without end",
                      likelihood="Bernoulli")

    def of(self, chosen: Array, rejected: Array, reference_chosen: Array,
           reference_rejected: Array) -> ValueAndBackward:
        value, slope = Logistic().of_margin(self.beta * ((chosen - reference_chosen) - (rejected - reference_rejected)))

        def backward(w: Array) -> Gradients:
            gradient = w * self.beta * slope
            return gradient, -gradient, -gradient, gradient

        return value, backward


dpo = DPO()
