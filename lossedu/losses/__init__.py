"""Every loss of the course, each one object with value, gradient, curvature, best constant, traits and formula."""
# ruff: noqa: F401  (what is imported here is exported)

import inspect

from lossedu.losses import (
    crossentropy,
    embedding,
    likelihood,
    margin,
    overlap,
    preference,
    regression,
    scoring,
    sequence,
)
from lossedu.losses.base import Loss, Traits
from lossedu.losses.conventions import conventions_table
from lossedu.losses.crossentropy import (
    BinaryCrossEntropy,
    BinaryCrossEntropyLogits,
    CrossEntropy,
    CrossEntropyLogits,
    bce,
    bce_logits,
    binary_cross_entropy,
    cross_entropy,
    cross_entropy_logits,
    ignore_label,
    one_hot,
    smooth_labels,
)
from lossedu.losses.embedding import (
    Contrastive,
    CosineDistance,
    InfoNCE,
    Triplet,
    contrastive,
    cosine,
    cosine_distance,
    info_nce,
    triplet,
)
from lossedu.losses.joint import JointLoss
from lossedu.losses.likelihood import Gamma, GaussianNLL, Poisson, Tweedie, gamma, gaussian_nll, poisson, tweedie
from lossedu.losses.margin import (
    Exponential,
    Hinge,
    Logistic,
    ModifiedHuber,
    MulticlassHinge,
    Perceptron,
    Savage,
    SquaredHinge,
    ZeroOne,
    exponential,
    hinge,
    logistic,
    modified_huber,
    multiclass_hinge,
    perceptron,
    savage,
    squared_hinge,
    zero_one,
)
from lossedu.losses.overlap import Dice, Tversky, dice, tversky
from lossedu.losses.preference import DPO, dpo
from lossedu.losses.regression import (
    AbsoluteError,
    Cauchy,
    EpsilonInsensitive,
    Huber,
    LogCosh,
    PercentageError,
    PseudoHuber,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
    SquaredLogError,
    Tukey,
    absolute_error,
    cauchy,
    epsilon_insensitive,
    huber,
    log_cosh,
    mae,
    mape,
    mse,
    msle,
    percentage_error,
    pinball,
    pseudo_huber,
    quantile,
    squared_epsilon_insensitive,
    squared_error,
    squared_log_error,
    tukey,
)
from lossedu.losses.scoring import Brier, Focal, KLDivergence, brier, focal, kl, kl_divergence
from lossedu.losses.sequence import Perplexity, TokenCrossEntropy, perplexity, token_cross_entropy

# Every loss by its name: the families follow each other, and each keeps the order of its file.
FAMILIES = (regression, margin, crossentropy, scoring, likelihood, embedding, overlap, sequence, preference)
catalogue = {thing.name: thing for family in FAMILIES for thing in vars(family).values()
             if isinstance(thing, (Loss, JointLoss))}

__all__ = sorted(name for name, thing in globals().items()
                 if name[0] != "_" and name != "FAMILIES" and not inspect.ismodule(thing))
