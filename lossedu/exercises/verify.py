"""Is an exercise itself fit to use? Every promise it makes is tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from lossedu.exercises.check import attempt, verdict_on
from lossedu.exercises.claims import fault_of_form, unmet
from lossedu.exercises.compare import copied
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import VISIBLE_SEED, Exercise, every_exercise
from lossedu.exercises.judge import Verdict, fault, judge, short
from lossedu.exercises.mutants import Mutant, mutants, varied
from lossedu.exercises.types import Call, Function
from lossedu.sandboxed.codec import Arrays, as_real_arrays, same
from lossedu.sandboxed.load import is_starter

SEEDS = (0, 1, 2)
SECRET_SEEDS = range(1, 101)  # `lossedu verify` tries them all

# On so many variations of each input a mutant is compared with the reference before it counts as right.
VARIATIONS = 4


def verify(task: Exercise, secret_seeds: Iterable[int] = (3,)) -> list[str]:
    """What is wrong with the exercise itself: an empty list when it is fit to use.

    The starter must be untouched; the reference, its printed solution and every alternative must pass; every mistake
    must fail with its own sentence, also the one that is handed out to be repaired; every claim must be missed by a
    mistake; secret inputs must differ from the visible ones and stay secret. Every mistake and every mutant of the
    reference must fail on the visible inputs and on those of each secret seed.

    Parameters
    ----------
    task : Exercise
    secret_seeds : iterable of int
        Seeds on which mistakes and mutants are tried, beside the visible one.

    Returns
    -------
    list of str
        One sentence for each fault.

    Examples
    --------
    >>> from lossedu.exercises import find_exercise
    >>> verify(find_exercise("squared_error_mean"))
    []
    """
    if unable := list(claims_that_cannot_judge(task)):
        return unable
    return [*faults_of_words(task), *faults_of_inputs(task), *faults_of_starter(task),
            *claims_without_a_mistake(task), *(fault for seed in SEEDS for fault in faults_of_judgement(task, seed)),
            *faults_of_luck(task, [VISIBLE_SEED, *secret_seeds])]


def faults_of_words(task: Exercise) -> Iterator[str]:
    """Hints, mistakes and names that are missing or clash."""
    if not task.hints or not all(hint.strip() for hint in task.hints):
        yield "it has no hints, or an empty one"
    if not task.mistakes:
        yield "it has no mistakes, so it cannot diagnose"
    if not task.prompt:
        yield "its reference has no docstring, so it has no prompt"
    if ("unchanged" in task.prompt) != task.keeps_inputs:
        yield "its prompt must say that the arguments stay unchanged where keeps_inputs is true, and only there"
    for name in task.formerly:
        others = [other for other in every_exercise().values() if other is not task]
        if name in every_exercise() or any(name in other.formerly for other in others):
            yield f"its former name {name} belongs to another exercise too"


def faults_of_inputs(task: Exercise) -> Iterator[str]:
    """Inputs that a learner could know beforehand, or that no seed repeats."""
    first, again, other = task.calls(1), task.calls(1), task.calls(2)
    if not same(in_arrays(first), in_arrays(again)):
        yield "its inputs are not the same for the same seed"
    if task.parameters and same(in_arrays(first), in_arrays(other)):
        yield "its inputs do not depend on the seed, so visible answers could be written down"


def in_arrays(value: Any) -> Any:
    """Arguments with each number as an array, because `same` compares arrays alone."""
    if isinstance(value, (tuple, list)):
        return [in_arrays(part) for part in value]
    return np.asarray(value) if isinstance(value, (int, float)) else value


def faults_of_starter(task: Exercise) -> Iterator[str]:
    """A starter that counts as an attempt, or a solution that does not run by itself."""
    starter: dict[str, Any] = {"np": np}
    solution: dict[str, Any] = {"np": np}
    exec(task.cell, starter, starter)  # the course's own text, not a learner's
    exec(task.solution, solution)
    if not is_starter(starter[task.name], task.starter):
        yield "its starter counts as an attempt"
    if task.draft:
        found = judged(task, task.calls(), starter[task.name])
        if (found.mistake, task.draft) not in task.mistakes:
            yield f"the bug that it hands out is not told with its sentence: {found}"
    if not (verdict := verdict_on(solution[task.name], task)).passed:
        yield f"its printed solution does not pass by itself: {verdict}"


def claims_that_cannot_judge(task: Exercise) -> Iterator[str]:
    """Claims that raise an error on a strange answer, instead of saying that they do not hold."""
    for call in task.calls() if task.claims else ():
        for strange in strange_answers(as_real_arrays(task.reference(*copied(call)))):
            try:
                unmet(task, copied(call), strange)
            except Exception as error:
                yield f"its claims cannot judge {short(strange)}: {type(error).__name__}: {error}"


def claims_without_a_mistake(task: Exercise) -> Iterator[str]:
    """Claims that no listed mistake misses, so that nobody sees them fail."""
    missed = []
    for call in task.calls() if task.claims else ():
        example = as_real_arrays(task.reference(*copied(call)))
        values = [attempt(function, call).value for _, function in task.mistakes]
        missed += [unmet(task, copied(call), value) for value in values if not fault_of_form(value, example)]
    told = [found[0] for found in missed if found]
    yield from (f"no mistake misses its claim {sentence!r}" for sentence, _ in task.claims if sentence not in told)


def strange_answers(example: Arrays) -> list[Arrays]:
    """Values of the form of a right answer that nobody means: odd numbers, lengths that do not fit, a part left out."""
    if isinstance(example, tuple):
        parts = [strange_answers(part) for part in example]
        shifted = [part[5 * i:] + part[:5 * i] for i, part in enumerate(parts)]
        return [*zip(*parts, strict=True), *zip(*shifted, strict=True)]
    cut: list[Arrays] = [example[:1], np.concatenate([example, example])] if example.ndim else [-example, 0 * example]
    return [*cut, *(np.full((n,) * example.ndim, value) for n in (1, 2, 7) for value in (0.0, -1.0, 1e200, 0.5))]


def faults_of_judgement(task: Exercise, seed: int) -> Iterator[str]:
    """Right answers that fail, mistakes that pass or get another sentence, and secrets that a verdict reveals."""
    calls = task.calls(seed)
    for function in (task.reference, *task.alternatives):
        verdict = judged(task, calls, function)
        if not verdict.passed:
            yield f"a right answer fails with seed {seed}: {verdict}"
        elif any(attempt(function, call).changed_input for call in calls):
            yield f"a right answer changes its input (seed {seed})"
    for sentence, function in task.mistakes:
        verdict = judged(task, calls, function)
        if verdict.passed or verdict.mistake != sentence:
            yield f"the mistake {sentence!r} is judged {verdict.state}, told as {verdict.mistake!r} (seed {seed})"
        yield from (f"its secret verdict tells {text} (seed {seed})"
                   for text in revealed_secrets(task, calls, function))


def faults_of_luck(task: Exercise, seeds: Sequence[int]) -> Iterator[str]:
    """Wrong answers that pass on the inputs of some seed, and right ones that fail on those of another."""
    for seed in seeds:
        checks = checks_of(task, seed)
        yield from (f"a right answer fails with seed {seed}" for function in (task.reference, *task.alternatives)
                    if not passes(task, function, checks))
        yield from (f"the mistake {sentence!r} passes with seed {seed}" for sentence, function in task.mistakes
                    if passes(task, function, checks))
    fates = fates_of_mutants(task, seeds)
    yield from (f"the mutant {mutant.line!r} passes; give an input on which it fails with every seed, or say with "
                f"{task.name}.equivalent why it is right" for mutant, fate in fates.items() if fate == "passes")
    explained = {mutant.line for mutant, fate in fates.items() if fate == "explained"}
    yield from (f"{task.name}.equivalent names {line!r}, but no mutant of that line passes"
                for line in task.equivalents.keys() - explained)


def fates_of_mutants(task: Exercise, seeds: Sequence[int]) -> dict[Mutant, str]:
    """What becomes of each mutant of the reference.

    Parameters
    ----------
    task : Exercise
    seeds : sequence of int
        Whose inputs the mutants are tried on.

    Returns
    -------
    dict of Mutant to str
        "fails" on the inputs of every seed; or it passes with one of them, and is right: "explained" by
        `Exercise.equivalent`, or "equal" to the reference on variations of all inputs, which go beyond what the inputs
        themselves hold; or it "passes" though it is wrong.
    """
    found = [] if task.claims else mutants(task)  # where claims judge, whatever they let pass is right
    fates = dict.fromkeys(found, "fails")
    for seed in seeds:
        checks = checks_of(task, seed)
        fates |= {mutant: "passes" for mutant in found
                  if fates[mutant] == "fails" and passes(task, mutant.function, checks)}
    for mutant in found:
        if fates[mutant] == "passes" and mutant.line in task.equivalents:
            fates[mutant] = "explained"
        elif fates[mutant] == "passes" and all(equal_beyond(task, mutant, seed) for seed in seeds):
            fates[mutant] = "equal"
    return fates


def checks_of(task: Exercise, seed: int) -> list[tuple[Call, Arrays]]:
    """The arguments of each check, with what the reference answers."""
    with np.errstate(all="ignore"):
        return [(call, as_real_arrays(task.reference(*copied(call)))) for call in task.calls(seed)]


def passes(task: Exercise, answer: Function, checks: Sequence[tuple[Call, Arrays]]) -> bool:
    """Would the answer pass? It is tried until a check fails, and the random inputs, which come last, find most."""
    for call, want in reversed(checks):
        outcome = attempt(answer, call)
        if fault(task, call, outcome, want) or (task.keeps_inputs and outcome.changed_input):
            return False
    return True


def equal_beyond(task: Exercise, mutant: Mutant, seed: int) -> bool:
    """Does the mutant answer like the reference on variations of the inputs of a seed, where the reference answers?"""
    rng = np.random.default_rng(seed)
    tried = [varied(call, rng) for call in task.calls(seed) for _ in range(VARIATIONS)]
    wanted = [(call, attempt(task.reference, call).value) for call in tried]
    return passes(task, mutant.function, [(call, want) for call, want in wanted if want is not None])


def judged(task: Exercise, calls: Sequence[Call], function: Function, secret: bool = False) -> Verdict:
    """The verdict on a function of ours."""
    return judge(task, calls, [attempt(function, call) for call in calls], secret)


def revealed_secrets(task: Exercise, calls: Sequence[Call], function: Function) -> Iterator[str]:
    """Values that a secret verdict on `function` shows though they come from the secret inputs or the reference."""
    outcomes = [Outcome(o.value, o.state, "" if o.state == "RAISED" else o.detail)
                for o in (attempt(function, call) for call in calls)]
    said = "\n".join(s for s in judge(task, calls, outcomes, secret=True).sentences if s not in dict(task.mistakes))
    for call in calls:
        for value in (*call, as_real_arrays(task.reference(*copied(call)))):
            # A short number such as 2 may stand in any sentence; six digits come from a draw.
            if len(text := short(value)) >= 6 and text in said:
                yield text
