"""Every loss of the course, each one object with value, gradient, curvature, best constant, traits and formula."""

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

catalogue = {loss.name: loss for loss in (
    mse, mae, huber, pseudo_huber, log_cosh, quantile, epsilon_insensitive, squared_epsilon_insensitive, msle,
    mape, cauchy, tukey,
    zero_one, perceptron, hinge, squared_hinge, modified_huber, logistic, exponential, savage,
    multiclass_hinge,
    bce, bce_logits, cross_entropy, cross_entropy_logits, brier, focal, kl,
    poisson, gamma, tweedie, gaussian_nll,
    cosine, contrastive, triplet, info_nce,
    dice, tversky,
    token_cross_entropy, perplexity,
    dpo,
)}

__all__ = [
    "AbsoluteError", "BinaryCrossEntropy", "BinaryCrossEntropyLogits", "Brier", "Cauchy", "Contrastive",
    "CosineDistance", "CrossEntropy", "CrossEntropyLogits", "DPO", "Dice", "EpsilonInsensitive", "Exponential",
    "Focal", "Gamma", "GaussianNLL", "Hinge", "Huber", "InfoNCE", "JointLoss", "KLDivergence", "LogCosh",
    "Logistic", "Loss", "ModifiedHuber", "MulticlassHinge", "PercentageError", "Perceptron", "Perplexity",
    "Poisson", "PseudoHuber", "Quantile", "Savage", "SquaredEpsilonInsensitive", "SquaredError", "SquaredHinge",
    "SquaredLogError", "TokenCrossEntropy", "Traits", "Triplet", "Tukey", "Tversky", "Tweedie", "ZeroOne",
    "absolute_error", "bce", "bce_logits", "binary_cross_entropy", "brier", "catalogue", "cauchy", "contrastive",
    "conventions_table", "cosine", "cosine_distance", "cross_entropy", "cross_entropy_logits", "dice", "dpo",
    "epsilon_insensitive", "exponential", "focal", "gamma", "gaussian_nll", "hinge", "huber", "ignore_label",
    "info_nce", "kl", "kl_divergence", "log_cosh", "logistic", "mae", "mape", "modified_huber", "mse", "msle",
    "multiclass_hinge", "one_hot", "percentage_error", "perceptron", "perplexity", "pinball", "poisson",
    "pseudo_huber", "quantile", "savage", "smooth_labels", "squared_epsilon_insensitive", "squared_error",
    "squared_hinge", "squared_log_error", "token_cross_entropy", "triplet", "tukey", "tversky", "tweedie",
    "zero_one",
]
