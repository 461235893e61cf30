"""Same input, different answers: what libraries say where a loss leaves room for a convention.

Each answer is kept with the expression that gives it. The tests run every expression whose library is installed, so
this table is a measurement. In an expression, `np` is numpy, `F` is `torch.nn.functional`, `jnp` is `jax.numpy`, and
the names of this package stand for themselves.
"""

from dataclasses import dataclass
from math import inf, nan

# The releases of the other libraries that gave these answers. Another release may answer differently, so a test fails
# where one is installed that is not named here.
RELEASES = {"scikit-learn": "1.9", "PyTorch": "2.13", "Keras": "3.15", "JAX": "0.10", "optax": "0.2"}
LIBRARIES = ("lossedu", *RELEASES)


@dataclass(frozen=True)
class Answer:
    """What one library says.

    Attributes
    ----------
    library : str
        One of `LIBRARIES`.
    code : str
        The expression that was asked.
    says : float or str
        The number it gave, or the name of the error it raised.
    why : str
        The convention behind it, in a few words.
    """

    library: str
    code: str
    says: float | str
    why: str = ""


@dataclass(frozen=True)
class Convention:
    """A question that libraries answer in different ways, the input it is asked for, and their answers."""

    question: str
    given: str
    answers: tuple[Answer, ...]


def ask(question: str, given: str, *answers: tuple[str, str, float | str, str]) -> Convention:
    """A convention from rows of (library, code, says, why)."""
    return Convention(question, given, tuple(Answer(*answer) for answer in answers))


CONVENTIONS = (
    ask("What is the slope of |r| at its kink?", "r = 0",
        ("lossedu", "mae.derivative(0.0, 0.0)", 0, "subgradient of least size"),
        ("PyTorch", "torch.func.grad(torch.abs)(torch.tensor(0.0))", 0, "subgradient of least size"),
        ("JAX", "jax.grad(jnp.abs)(0.0)", 1, "slope from the right"),
        ("scikit-learn", "AbsoluteError().gradient(np.zeros(1), np.zeros(1))", -1, "slope from the left")),
    ask("What is the slope of max(0, 1 - a) at its kink?", "a = 1",
        ("lossedu", "hinge.derivative(1.0, 1.0)", 0, "subgradient of least size"),
        ("PyTorch", "torch.func.grad(lambda a: torch.relu(1 - a))(torch.tensor(1.0))", 0, "relu: slope 0 at 0"),
        ("PyTorch", "torch.func.grad(lambda a: torch.clamp(1 - a, min=0))(torch.tensor(1.0))", -1,
         "clamp: its edge still counts as inside"),
        ("PyTorch", "torch.func.grad(lambda a: torch.maximum(1 - a, torch.tensor(0.0)))(torch.tensor(1.0))", -0.5,
         "maximum: a tie is shared"),
        ("optax", "jax.grad(lambda a: optax.hinge_loss(a, 1.0))(1.0)", -0.5, "maximum: a tie is shared")),
    ask("What does a forecast of 0 cost when the class came?", "y = 1, p = 0",
        ("lossedu", "bce([1.0], [0.0])", inf, "nothing is clipped"),
        ("PyTorch", "F.binary_cross_entropy(torch.tensor([0.0]), torch.tensor([1.0]))", 100,
         "the logarithm is cut off at -100"),
        ("Keras", "keras.losses.binary_crossentropy(np.array([1.0]), np.array([0.0]))", 16.118095,
         "p is clipped to 1e-7"),
        ("scikit-learn", "log_loss([1], [0.0], labels=[0, 1])", 36.043653,
         "float64: p is clipped to its rounding unit, 2.2e-16"),
        ("scikit-learn", "log_loss([1], np.array([0.0], np.float32), labels=[0, 1])", 15.942385,
         "float32: p is clipped to its rounding unit, 1.2e-7")),
    ask("By what is a weighted sum divided?", "losses 1 and 1, weights 0 and 1",
        ("lossedu", "mse([0, 0], [1, 1], weight=[0, 1])", 1, "the sum of the weights"),
        ("scikit-learn", "mean_squared_error([0, 0], [1, 1], sample_weight=[0, 1])", 1, "the sum of the weights"),
        ("PyTorch", "F.mse_loss(torch.ones(2), torch.zeros(2), weight=torch.tensor([0.0, 1.0]))", 1,
         "mse_loss: the sum of the weights"),
        ("PyTorch", "F.huber_loss(torch.ones(2), torch.zeros(2), weight=torch.tensor([0.0, 1.0]))", 0.25,
         "huber_loss, where each loss is ½: the number of samples"),
        ("Keras", "keras.losses.MeanSquaredError()(np.zeros((2, 1)), np.ones((2, 1)), sample_weight=np.array([0, 1]))",
         0.5, "the number of samples")),
    ask("By what is a sum with class weights divided?", "labels 0 and 1 with the weights 1 and 3, each loss log 2",
        ("lossedu", "cross_entropy_logits([0, 1], np.zeros((2, 2)), weight=sample_weights([0, 1], [1, 3]))", 0.693147,
         "the sum of the weights, 4"),
        ("lossedu", "bce_logits([0, 1], [0.0, 0.0], weight=sample_weights([0, 1], {0: 1, 1: 3}))", 0.693147,
         "the same for two classes"),
        ("PyTorch", "F.cross_entropy(torch.zeros(2, 2), torch.tensor([0, 1]), weight=torch.tensor([1.0, 3.0]))",
         0.693147, "labels: the sum of the weights, 4"),
        ("PyTorch", "F.cross_entropy(torch.zeros(2, 2), torch.eye(2), weight=torch.tensor([1.0, 3.0]))", 1.386294,
         "the same as rows: the number of samples, 2"),
        ("PyTorch", "F.binary_cross_entropy_with_logits(torch.zeros(2), torch.tensor([0.0, 1.0]), "
         "pos_weight=torch.tensor(3.0))", 1.386294, "pos_weight: the number of entries, 2"),
        ("PyTorch", "F.multilabel_soft_margin_loss(torch.zeros(1, 2), torch.tensor([[0.0, 1.0]]), "
         "weight=torch.tensor([1.0, 3.0]))", 1.386294, "several labels: the number of entries, 2"),
        ("Keras", "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([0, 1]), np.zeros((2, 2)), "
         "sample_weight=np.array([1, 3]))", 1.386294, "the number of samples, 2"),
        ("scikit-learn", "log_loss([0, 1], [0.5, 0.5], sample_weight=compute_sample_weight({0: 1, 1: 3}, [0, 1]))",
         0.693147, "the sum of the weights, 4")),
    ask("What weighs the rare class when weights are balanced?", "labels 0, 0, 0, 1",
        ("lossedu", "sample_weights([0, 0, 0, 1])[3]", 2, "4 samples over 2 classes times 1 of the class"),
        ("scikit-learn", "compute_sample_weight('balanced', [0, 0, 0, 1])[3]", 2,
         "4 samples over 2 classes times 1 of the class")),
    ask("Do class weights reach a soft label?", "label ½, ½ with the class weights 1 and 3; logits 0 and log 3",
        ("lossedu", "cross_entropy_logits([[0.5, 0.5]], [[0.0, np.log(3)]], weight=[2])", 0.836988,
         "no: a weight belongs to the sample"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, np.log(3)]]), torch.tensor([[0.5, 0.5]]), "
         "weight=torch.tensor([1.0, 3.0]))", 1.12467, "yes: each class in the row has its own"),
        ("lossedu", "2 * cross_entropy_logits([[0.25, 0.75]], [[0.0, np.log(3)]])", 1.12467,
         "the same: the weight 2, and a label that has moved")),
    ask("May a masked entry hold NaN?", "predictions 1 and 1, targets 0 and NaN, weights 1 and 0",
        ("lossedu", "mse([0, np.nan], [1, 1], weight=[1, 0])", 1, "yes: under a weight of 0 anything may stand"),
        ("lossedu", "mse.gradient([0, np.nan], [1, 1], weight=[1, 0])[1]", 0, "and its gradient is 0"),
        ("PyTorch", "F.mse_loss(torch.ones(2), torch.tensor([0.0, torch.nan]), weight=torch.tensor([1.0, 0.0]))", nan,
         "0·NaN"),
        ("Keras", "keras.losses.MeanSquaredError()(np.array([[0.0], [np.nan]]), np.ones((2, 1)), "
         "sample_weight=np.array([1, 0]))", nan, "0·NaN"),
        ("optax", "optax.squared_error(jnp.ones(2), jnp.array([0.0, jnp.nan])).mean(where=jnp.array([True, False]))",
         1, "the mean leaves it out"),
        ("optax", "jax.grad(lambda p: optax.squared_error(p, jnp.array([0.0, jnp.nan]))"
         ".mean(where=jnp.array([True, False])))(jnp.ones(2))[1]", nan, "but not its gradient"),
        ("scikit-learn", "mean_squared_error([0, np.nan], [1, 1], sample_weight=[1, 0])", "ValueError",
         "NaN is refused")),
    ask("May a column be compared with a row?", "shapes (2, 1) and (2,), the same numbers 1 and 2",
        ("lossedu", "mse([1.0, 2.0], [[1.0], [2.0]])", "ValueError", "shapes must be the same"),
        ("PyTorch", "F.mse_loss(torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0]))", 0.5,
         "all 4 pairs, with a warning"),
        ("optax", "optax.huber_loss(jnp.array([[1.0], [2.0]]), jnp.array([1.0, 2.0])).mean()", 0.25,
         "huber_loss: all 4 pairs, silently"),
        ("optax", "optax.squared_error(jnp.array([[1.0], [2.0]]), jnp.array([1.0, 2.0])).mean()", "ValueError",
         "squared_error: shapes must be the same"),
        ("Keras", "keras.losses.MeanSquaredError()(np.array([1.0, 2.0]), np.array([[1.0], [2.0]]))", 0,
         "the column is squeezed"),
        ("scikit-learn", "mean_squared_error(np.array([1.0, 2.0]), np.array([[1.0], [2.0]]))", 0,
         "the row becomes a column")),
    ask("Do small integers wrap around?", "uint8 numbers 0 and 200, squared error",
        ("lossedu", "mse(np.array([0], np.uint8), np.array([200], np.uint8))", 40000, "integers become float64"),
        ("scikit-learn", "mean_squared_error(np.array([0], np.uint8), np.array([200], np.uint8))", 40000,
         "integers become float64"),
        ("Keras", "keras.losses.mean_squared_error(np.array([0], np.uint8), np.array([200], np.uint8))", 64,
         "40000 modulo 256"),
        ("Keras", "keras.losses.MeanSquaredError()(np.array([0], np.uint8), np.array([200], np.uint8))", 40000,
         "the class converts, the function does not"),
        ("optax", "optax.squared_error(jnp.array([0], jnp.uint8), jnp.array([200], jnp.uint8))", "TypeError",
         "floats only")),
    ask("What is the label -1 of three classes?", "label -1, logits 0, 1, 2",
        ("lossedu", "cross_entropy_logits([-1], [[0.0, 1.0, 2.0]])", "ValueError", "labels run from 0 to 2"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, 1.0, 2.0]]), torch.tensor([-1]))", "IndexError",
         "labels run from 0 to 2"),
        ("optax", "optax.softmax_cross_entropy_with_integer_labels(jnp.array([0.0, 1.0, 2.0]), -1)", 0.407606,
         "the last class"),
        ("scikit-learn", "log_loss([-1], [[0.2, 0.3, 0.5]], labels=[0, 1, 2])", "ValueError",
         "labels must be among those named")),
    ask("Does a class that is ruled out spoil a one-hot target?", "target 1, 0; logits 0, -∞",
        ("lossedu", "cross_entropy_logits([[1.0, 0.0]], [[0.0, -np.inf]])", 0, "0·∞ is taken as 0"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, -torch.inf]]), torch.tensor([[1.0, 0.0]]))", nan, "0·∞"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, -torch.inf]]), torch.tensor([0]))", 0, "integer label"),
        ("Keras", "keras.losses.CategoricalCrossentropy(from_logits=True)(np.eye(2)[:1], np.array([[0.0, -np.inf]]))",
         nan, "0·∞"),
        ("optax", "optax.softmax_cross_entropy(jnp.array([0.0, -jnp.inf]), jnp.array([1.0, 0.0]))", nan, "0·∞"),
        ("optax", "optax.softmax_cross_entropy_with_integer_labels(jnp.array([0.0, -jnp.inf]), 0)", 0,
         "integer label")),
    ask("Is a negative width refused?", "Huber, residual 1, delta = -1",
        ("lossedu", "Huber(delta=-1.0)", "ValueError", "delta must be positive"),
        ("PyTorch", "F.huber_loss(torch.tensor([1.0]), torch.tensor([0.0]), delta=-1.0)", "RuntimeError",
         "delta must be positive"),
        ("optax", "optax.huber_loss(jnp.array(1.0), jnp.array(0.0), delta=-1.0)", -1.5, "not looked at"),
        ("Keras", "keras.losses.huber(np.array([0.0]), np.array([1.0]), delta=-1.0)", -1.5, "not looked at"),
        ("scikit-learn", "HuberLoss(delta=-1.0)(np.zeros(1), np.ones(1))", -1.5, "not looked at")),
    ask("Is there a ½ before the square?", "residual 3",
        ("lossedu", "mse(0.0, 3.0)", 9, "no"),
        ("PyTorch", "F.mse_loss(torch.tensor(3.0), torch.tensor(0.0))", 9, "no"),
        ("optax", "optax.squared_error(3.0, 0.0)", 9, "squared_error: no"),
        ("optax", "optax.l2_loss(3.0, 0.0)", 4.5, "l2_loss: yes"),
        ("scikit-learn", "HalfSquaredError()(np.zeros(1), np.full(1, 3.0))", 4.5, "HalfSquaredError: yes")),
    ask("Where is the bend of a Huber loss, and how steep is it beyond?", "residual 3, threshold 2",
        ("lossedu", "Huber(delta=2.0)(0.0, 3.0)", 4, "½r² to the bend, then slope δ"),
        ("PyTorch", "F.huber_loss(torch.tensor(3.0), torch.tensor(0.0), delta=2.0)", 4,
         "huber_loss: ½r² to the bend, then slope δ"),
        ("PyTorch", "F.smooth_l1_loss(torch.tensor(3.0), torch.tensor(0.0), beta=2.0)", 2,
         "smooth_l1_loss: divided by β, then slope 1")),
    ask("Mean over what?", "a 2 × 2 square of residuals 3, 0, 0, 0",
        ("lossedu", "mse(np.zeros((2, 2)), [[3.0, 0.0], [0.0, 0.0]])", 2.25, "over all entries"),
        ("PyTorch", "F.mse_loss(torch.tensor([[3.0, 0.0], [0.0, 0.0]]), torch.zeros(2, 2))", 2.25, "over all entries"),
        ("Keras", "keras.losses.mean_squared_error(np.zeros((2, 2)), np.array([[3.0, 0.0], [0.0, 0.0]]))[0]", 4.5,
         "over the last axis: one number a row"),
        ("optax", "optax.squared_error(jnp.array([[3.0, 0.0], [0.0, 0.0]]))[0, 0]", 9, "none: one number an entry")),
    ask("Sum or mean?", "residuals 1 and 3",
        ("lossedu", "mse(np.zeros(2), [1.0, 3.0])", 5, "1/n: the mean"),
        ("PyTorch", "F.mse_loss(torch.tensor([1.0, 3.0]), torch.zeros(2), reduction='sum')", 10,
         "the sum, if asked for"),
        ("scikit-learn", "mean_squared_error(np.zeros(2), [1.0, 3.0])", 5, "1/n: the mean"),
        ("scikit-learn", "HalfSquaredError()(np.zeros(2), np.array([1.0, 3.0]))", 2.5,
         "HalfSquaredError: the mean, with a ½")),
    ask("Mean of a divergence: over rows or over entries?", "truth 1, 0 and forecast ½, ½, twice",
        ("lossedu", "kl([[1.0, 0.0]] * 2, [[0.5, 0.5]] * 2)", 0.693147, "over rows"),
        ("PyTorch", "F.kl_div(torch.full((2, 2), 0.5).log(), torch.tensor([[1.0, 0.0]] * 2), reduction='mean')",
         0.346574, "mean: over entries, with a warning"),
        ("PyTorch", "F.kl_div(torch.full((2, 2), 0.5).log(), torch.tensor([[1.0, 0.0]] * 2), reduction='batchmean')",
         0.693147, "batchmean: over rows"),
        ("optax", "optax.kl_divergence(jnp.log(jnp.full((2, 2), 0.5)), jnp.array([[1.0, 0.0]] * 2)).mean()", 0.693147,
         "over rows")),
    ask("Which comes first, the truth or the prediction?", "KL divergence of the truth 1, 0 from the forecast ½, ½",
        ("lossedu", "kl([[1.0, 0.0]], [[0.5, 0.5]])", 0.693147, "truth first"),
        ("lossedu", "kl([[0.5, 0.5]], [[1.0, 0.0]])", inf, "the other way round: another question"),
        ("Keras", "keras.losses.kl_divergence(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))", 0.693146,
         "truth first; clipped at 1e-7"),
        ("PyTorch", "F.kl_div(torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[1.0, 0.0]]), reduction='batchmean')",
         0.693147, "prediction first, and as its logarithm"),
        ("optax", "optax.kl_divergence(jnp.log(jnp.array([0.5, 0.5])), jnp.array([1.0, 0.0]))", 0.693147,
         "prediction first, and as its logarithm")),
    ask("Nats or bits?", "a fair coin",
        ("lossedu", "bce([1.0], [0.5])", 0.693147, "natural logarithm: nats"),
        ("scikit-learn", "log_loss([1], [0.5], labels=[0, 1])", 0.693147, "natural logarithm: nats"),
        ("lossedu", "bce([1.0], [0.5]) / np.log(2)", 1, "divided by log 2: bits")),
    ask("Probabilities or logits?", "label 0; the two numbers 0.9 and 0.1",
        ("lossedu", "cross_entropy([0], [[0.9, 0.1]])", 0.105361, "probabilities, by name"),
        ("lossedu", "cross_entropy_logits([0], [[0.9, 0.1]])", 0.371101, "logits, by name"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.9, 0.1]]), torch.tensor([0]))", 0.371101, "logits, always"),
        ("Keras", "keras.losses.sparse_categorical_crossentropy(np.array([0]), np.array([[0.9, 0.1]]))", 0.105361,
         "probabilities, unless from_logits"),
        ("optax", "optax.softmax_cross_entropy_with_integer_labels(jnp.array([0.9, 0.1]), 0)", 0.371101,
         "logits, by name"),
        ("scikit-learn", "log_loss([0], [[0.9, 0.1]], labels=[0, 1])", 0.105361, "probabilities, always")),
    ask("Must probabilities sum to 1?", "label 0; the two numbers 1.8 and 0.2",
        ("lossedu", "cross_entropy([0], [[1.8, 0.2]])", "ValueError", "yes"),
        ("Keras", "keras.losses.categorical_crossentropy(np.array([[1.0, 0.0]]), np.array([[1.8, 0.2]]))", 0.105361,
         "no: divided by their sum, silently"),
        ("scikit-learn", "log_loss([0], [[1.8, 0.2]], labels=[0, 1])", "ValueError", "yes")),
    ask("Label or one-hot row?", "class 0; logits 1, 0",
        ("lossedu", "cross_entropy_logits([0], [[1.0, 0.0]])", 0.313262, "a label"),
        ("lossedu", "cross_entropy_logits([[1.0, 0.0]], [[1.0, 0.0]])", 0.313262, "or a row: the shape tells"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 0.0]]))", 0.313262,
         "a label or a row: the shape tells"),
        ("optax", "optax.softmax_cross_entropy(jnp.array([1.0, 0.0]), jnp.array([1.0, 0.0]))", 0.313262,
         "a row; another function takes labels")),
    ask("Which axis holds the classes?", "one sentence of 3 tokens, 2 classes",
        ("lossedu", "cross_entropy_logits([[0, 1, 0]], np.zeros((1, 3, 2)))", 0.693147, "the last"),
        ("lossedu", "cross_entropy_logits([[0, 1, 0]], np.zeros((1, 2, 3)))", "ValueError", "the last"),
        ("PyTorch", "F.cross_entropy(torch.zeros(1, 2, 3), torch.tensor([[0, 1, 0]]))", 0.693147, "the second"),
        ("PyTorch", "F.cross_entropy(torch.zeros(1, 3, 2), torch.tensor([[0, 1, 0]]))", "RuntimeError", "the second")),
    ask("How is a sample without a label left out?", "labels 0 and -100; logits 0, 0 and 9, 0",
        ("lossedu", "cross_entropy_logits([0, -100], [[0.0, 0.0], [9.0, 0.0]], weight=[1, 0])", 0.693147,
         "by a weight of 0, and any mark"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, 0.0], [9.0, 0.0]]), torch.tensor([0, -100]))", 0.693147,
         "by ignore_index, which is -100 unless given"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, 0.0], [9.0, 0.0]]), torch.tensor([0, -100]), "
         "reduction='none').mean()", 0.346574, "but a mean of your own counts it as a loss of 0"),
        ("Keras", "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-100)"
         "(np.array([0, -100]), np.array([[0.0, 0.0], [9.0, 0.0]]))", 0.693147, "by ignore_class"),
        ("optax", "optax.softmax_cross_entropy_with_integer_labels(jnp.array([[0.0, 0.0], [9.0, 0.0]]), "
         "jnp.array([0, -100])).mean()", nan, "in no way: the mark is read as a class"),
        ("scikit-learn", "log_loss([0, -100], [[0.5, 0.5], [0.9, 0.1]], labels=[0, 1], sample_weight=[1, 0])",
         "ValueError", "labels must be among those named")),
    ask("What is the mean when every label is ignored?", "one sample, without a label",
        ("lossedu", "cross_entropy_logits([0], [[0.0, 1.0]], weight=[0.0])", "ValueError", "0/0 has no answer"),
        ("PyTorch", "F.cross_entropy(torch.tensor([[0.0, 1.0]]), torch.tensor([-100]))", nan, "0/0"),
        ("Keras", "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-100)"
         "(np.array([-100]), np.array([[0.0, 1.0]]))", 0, "no loss at all")),
)


def as_text(says: float | str) -> str:
    """An answer as one reads it: numbers to six digits, ∞ and NaN by name, the error it raised."""
    if isinstance(says, str):
        return f"raises {says}"
    return {inf: "∞", -inf: "-∞"}.get(says, "NaN" if says != says else f"{says:.6g}")


def conventions_table(question: str | None = None) -> str:
    """The table in Markdown: all of it, or the answers to one question.

    Parameters
    ----------
    question : str, optional
        A question of `CONVENTIONS`; without it, all questions follow each other.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        When there is no such question.

    Examples
    --------
    >>> print(conventions_table("Must probabilities sum to 1?"))
    | library | answer | because |
    |:--|--:|:--|
    | lossedu | raises ValueError | yes |
    | Keras | 0.105361 | no: divided by their sum, silently |
    | scikit-learn | raises ValueError | yes |
    """
    if question is None:
        return "\n\n".join(f"**{c.question}** ({c.given})\n\n{conventions_table(c.question)}" for c in CONVENTIONS)
    for convention in CONVENTIONS:
        if convention.question == question:
            rows = (f"| {a.library} | {as_text(a.says)} | {a.why} |" for a in convention.answers)
            return "\n".join(["| library | answer | because |", "|:--|--:|:--|", *rows])
    asked = "\n".join(c.question for c in CONVENTIONS)
    raise KeyError(f"no convention answers {question!r}; the questions are:\n{asked}")
