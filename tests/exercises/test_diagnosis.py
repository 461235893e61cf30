"""The judge names the cause: each rule on answers to real exercises, and no rule speaks by chance."""

from __future__ import annotations

import numpy as np
import pytest

from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.judge import judge
from lossedu.exercises.relations import CAUSES, SIGNS, Context, relation
from lossedu.sandboxed.codec import as_real_arrays


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def line(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x), 2 * np.mean(r)


def forward(y, p):
    h = 1e-6
    return np.array([(np.mean((p + h * e - y)**2) - np.mean((p - y)**2)) / h for e in np.eye(len(p))])


def whole(counts, z):
    gradient = np.zeros_like(counts)
    gradient[:] = (np.exp(z) - counts) / len(counts)
    return gradient


def adam_with_exchanged_betas(w, mean, squares, gradient, t, learning_rate, beta1, beta2, epsilon):
    return exercises["adam_step"].reference(w, mean, squares, gradient, t, learning_rate, beta2, beta1, epsilon)


def first_only(X, y_true, w, b):
    for x, y in zip(X, y_true, strict=True):
        if y * (x @ w + b) <= 0:
            return w + y * x, b + y
    return w, b


def shortened(y, p):
    return np.log(p + 1e-5) * y + np.log(1 - p + 1e-5) * (1 - y)


# exercise, a wrong answer that is on no list, and what is said of it
CASES = [
    ("squared_error_mean", lambda y, p: 3 * np.mean((y - p)**2), "are 3 times the right ones"),
    ("squared_error_mean", lambda y, p: np.sum((y - p)**2) / (len(y) - 1), "divided by n - 1"),
    ("squared_error_mean", lambda y, p: np.mean((y - p)**2)**2, "squares of the right ones"),
    ("squared_error_mean", lambda y, p: np.exp(np.mean((y - p)**2)), "exponentials of the right ones"),
    ("squared_error_mean", lambda y, p: np.mean((y - p)**2) + 1, "the right ones plus 1,"),
    ("squared_error_mean", lambda y, p: int(np.mean((y - p)**2)), "cut to whole numbers"),
    ("squared_error_mean", lambda y, p: np.mean((y - p)**2, keepdims=True), "without keepdims"),
    ("squared_error_mean", lambda y, p: np.mean((y[:, None] - p)**2), "a column of shape (n, 1)"),
    ("squared_error_mean", lambda y, p: np.mean((y - p)**2) * (1 + 1e-5 * np.cos(y[0])), "Nearly right"),
    ("squared_error_mean", lambda y, p: -len(y) * np.sqrt(np.mean((y - p)**2)), "Two things are wrong"),
    ("squared_error_mean", lambda y, p: 7.5, "7.5 on every check"),
    ("squared_error_gradient", lambda y, p: 2 * (y - p), "`-len(y_true)` times the right ones"),
    ("squared_error_gradient", lambda y, p: np.abs(2 * (p - y) / len(y)), "none is negative: a sign was lost"),
    ("squared_error_gradient", lambda y, p: np.mean((p - y)**2), "another exercise, `squared_error_mean`"),
    ("squared_error_gradient", forward, "finite difference"),
    ("squared_error_gradient", lambda y, p: (2 * (p - y) / len(y)).astype(np.float16), "float16"),
    ("squared_error_best_constant", lambda y: np.full(len(y), y.mean()), "return it once"),
    ("squared_error_best_constant", lambda y: y[-1], "the last entry of `y_true`"),
    ("absolute_error_mean", lambda y, p: np.mean(np.abs(y) - np.abs(p)), "`abs` is applied to two parts"),
    ("absolute_error_gradient", lambda y, p: np.where(p == y, 2, np.sign(p - y)) / len(y), "except at the kink"),
    ("huber_mean", lambda y, p, d: np.mean(np.where(abs(p - y) <= 1, (p - y)**2 / 2, abs(p - y) - 0.5)),
     "`delta` is left out, as if it were 1"),
    ("huber_gradient", lambda y, p, d: np.clip((p - y) / len(y), -d, d), "`clip` also covers"),
    ("cauchy_gradient", lambda y, p, c: (p - y) / c / (1 + ((p - y) / c)**2) / len(y), "`1/c` times the right ones"),
    ("cauchy_gradient", lambda y, p, c: (p - y) / 1 + ((p - y) / c)**2 / len(y), "brackets is missing"),
    ("expected_brier", lambda q, p: p * (1 - q)**2 + (1 - p) * q**2, "`q` and `p` are exchanged"),
    ("surprise_mean", lambda y, p: -np.mean(y * np.log10(p) + (1 - y) * np.log10(1 - p)), "1/log 10 times"),
    ("surprise_mean", lambda y, p: -np.mean(shortened(y, p)), "1e-05 is added inside the logarithm"),
    ("hinge_gradient", lambda y, s: np.where(y * s <= 1, y, 0), "The sign is turned round: your numbers are those"),
    ("logistic_gradient", lambda X, y, w, b: exercises["logistic_gradient"].reference(X, y, w, b)[::-1],
     "what you return as part 2 should come first"),
    ("line_gradient", lambda x, y, w, b: line(x, y, w, b)[0], "only part 1 of 2"),
    ("line_gradient", lambda x, y, w, b: (*line(x, y, w, b), 0.0), "part 3 is too many"),
    ("line_gradient", lambda x, y, w, b: (line(x, y, w, b)[0], 3 * line(x, y, w, b)[1]),
     "Part 2 of 2 is wrong. Your numbers are 3 times"),
    ("softmax_rows", lambda z: softmax(z).T, "transposed"),
    ("softmax_rows", lambda z: np.log(softmax(z)), "logarithms of the right ones"),
    ("softmax_rows", lambda z: np.exp(z) / np.exp(z).sum(axis=1), "without keepdims=True"),
    ("softmax_backward", lambda P, Q: P * (Q - (P * Q).sum()), "over the whole table"),
    ("softmax_gradient", lambda labels, z: ((softmax(z) - np.eye(z.shape[1])[labels]) / len(z)).sum(axis=0),
     "summed the right numbers over axis 0"),
    ("poisson_gradient", whole, "cut to whole numbers"),
    ("affine_backward", lambda X, W, Z: (Z @ W.T, X.T @ Z, Z.sum(axis=0, keepdims=True)), "Part 3 of 3 is wrong"),
    ("adam_step", adam_with_exchanged_betas, "`beta1` and `beta2` are exchanged"),
    ("descent_step", lambda w, g, rate: w - rate**3 * g, "`learning_rate**2` times the right steps from `w`"),
    ("descent_step", lambda w, g, rate: w - g / rate, "1/`learning_rate` stands in place of `learning_rate`"),
    ("percentage_error_gradient", lambda y, p: np.mean(np.abs(p - y) / np.abs(y)), "to be differentiated"),
    ("poisson_gradient", lambda counts, z: np.mean(np.exp(z) - counts * z), "to be differentiated"),
    ("perceptron_pass", first_only, "the loop ends at the first case"),
    ("log_sum_exp", lambda z: np.log(np.exp(z).sum(axis=1) + 1e-12), "a number of 100 or more"),
    ("easy_first_mean", lambda losses, limit: losses[losses <= limit].mean(), "a selection that is empty"),
    ("interval_coverage", lambda y, low, high: np.mean((low <= y) & (y < high)), "its border the other way"),
    ("softmax_rows", lambda z: softmax(z).ravel(), "one long row"),
    ("lag_matrix", lambda y, k: (y[i:i + k] for i in range(len(y) - k)), "generator"),
    ("interval_coverage", lambda y, low, high: np.mean(low <= y <= high), "one yes or no"),
    ("relu_backward", lambda Z, H: H * np.sign(Z), "except where `Z` is negative"),
]


@pytest.mark.parametrize(("name", "answer", "says"), CASES, ids=[f"{name}-{says}" for name, _, says in CASES])
def test_the_cause_is_told(name, answer, says):
    verdict = verdict_on(answer, exercises[name])
    assert not verdict.passed and says in verdict.diagnosis and verdict.diagnosis in verdict.sentences
    assert "no mistake I know" not in str(verdict)


def test_what_is_told_does_not_hang_on_the_draw():
    for name, answer, _ in CASES[::3]:
        first, other = (verdict_on(answer, exercises[name], seed).diagnosis for seed in (0, 12))
        assert first.partition(":")[0] == other.partition(":")[0], name


@pytest.mark.parametrize("name", sorted(exercises)[::9])
def test_a_known_mistake_that_is_taken_off_the_list_is_told_alike_on_every_draw(name, monkeypatch):
    task, listed = exercises[name], list(exercises[name].mistakes)
    for sentence, function in listed[:2]:
        monkeypatch.setattr(task, "mistakes", [mistake for mistake in listed if mistake[0] != sentence])
        first, other = (verdict_on(function, task, seed).diagnosis for seed in (0, 5))
        assert first.partition(":")[0] == other.partition(":")[0], sentence


@pytest.mark.parametrize("name", sorted(exercises))
def test_nothing_is_said_of_a_right_answer(name):
    task = exercises[name]
    for answer in (task.reference, *task.alternatives):
        assert verdict_on(answer, task).diagnosis == ""
    calls = task.calls()
    right = [as_real_arrays(task.reference(*call)) for call in calls]
    if not task.claims and not any(isinstance(value, tuple) for value in right):  # where claims judge, no rule is asked
        near = [value * (1 + 1e-13) for value in right]
        assert relation(right, near, Context(task.parameters, calls, task.rtol, ""), [*CAUSES, *SIGNS]) == ""


def test_an_answer_without_meaning_has_no_cause():
    rng = np.random.default_rng(0)
    for name in sorted(exercises)[::8]:
        task = exercises[name]
        outcomes = [Outcome(noise(as_real_arrays(task.reference(*call)), rng)) for call in task.calls()]
        verdict = judge(task, task.calls(), outcomes)
        assert verdict.diagnosis == "" and not verdict.passed, name


def noise(value, rng):
    if isinstance(value, tuple):
        return tuple(noise(part, rng) for part in value)
    return np.asarray(rng.normal(size=value.shape))


def test_a_mistake_is_known_with_either_constant_and_away_from_the_kink():
    task = exercises["surprise_from_scores"]

    def kept_away(labels, logits):
        return -np.mean(np.log(softmax(logits)[np.arange(len(labels)), labels] + 1e-9))

    assert "kept away from 0" in verdict_on(kept_away, task).mistake
    turned = verdict_on(lambda y, p: np.where(p >= y, -1, 1) / len(y), exercises["absolute_error_gradient"])
    assert "sign is turned round" in turned.mistake


def test_a_constant_of_its_own_is_not_taken_for_a_missing_one():
    def with_a_number(w, squares, gradient, learning_rate, decay, epsilon):
        squares = decay * squares + (1 - decay) * gradient**2
        return w - learning_rate * gradient / (np.sqrt(squares) + 1e-8), squares

    verdict = verdict_on(with_a_number, exercises["rmsprop_step"])
    assert verdict.mistake == "" and "1e-08" in verdict.diagnosis


def test_few_digits_are_not_taken_for_another_mistake():
    def in_halves(image, other):
        return np.mean((image.astype(np.float16) - other.astype(np.float16))**2)

    assert "pixels" not in verdict_on(in_halves, exercises["pixel_error"]).diagnosis


def test_the_failing_case_can_be_run():
    def answer(y_true, y_pred):
        return np.sum(np.abs(y_true - y_pred)**3)

    task = exercises["squared_error_mean"]
    verdict = verdict_on(answer, task)
    assert answer(*verdict.case) != pytest.approx(task.reference(*verdict.case))
    assert verdict_on(task.reference, task).case is None
    assert judge(task, task.calls(), [Outcome(as_real_arrays(7.0))] * len(task.calls()), secret=True).case is None
    assert verdict == verdict_on(answer, task) and hash(verdict)
