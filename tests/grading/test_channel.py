"""Values to and from the sandbox: what is carried, and what anyone may write without harm."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from lossedu.exercises import Formula, exercises
from lossedu.grading import channel


def line(array, /, **changes):
    return json.dumps(channel.pack(np.asarray(array)) | changes)


@pytest.mark.parametrize("array", [3.5, [1, 2], [[True], [False]], np.float32([1.5]), np.zeros((0, 2))])
def test_arrays_come_back_as_they_were(array):
    outcome = channel.outcome(line(array))
    assert outcome.state == ""
    assert outcome.value.dtype == np.asarray(array).dtype
    np.testing.assert_array_equal(outcome.value, array)


def test_tuples_come_back():
    message = json.dumps({"tuple": [channel.pack(np.ones(2)), {"tuple": [channel.pack(np.float64(3))]}]})
    first, (second,) = channel.outcome(message).value
    assert first.shape == (2,) and second == 3


@pytest.mark.parametrize("text", [
    "", "{", "null", "[]", "7", '"PASS"', "{}", '{"array": 7}', '{"tuple": [1]}', '{"tuple": 3}', "[" * 10_000,
    '{"state": "PASS"}', '{"state": "WRONG VALUE"}', '{"state": ["RAISED"]}', '{"state": {}}',
    line([1.0], dtype="|O8"), line([1.0, 2.0], dtype="<U4", shape=[1]), line([1.0, 2.0], dtype="V16", shape=[1]),
    line([1.0, 2.0], dtype="<c16", shape=[1]), line([1.0, 2.0], dtype="<f16", shape=[1]), line([1.0], dtype="<M8[s]"),
    line([1.0, 2.0], shape=[3]), line([1.0, 2.0], shape=[-1]), line([1.0, 2.0], shape=[True, 2]),
    line([1.0], shape="1"),
    line([1.0, 2.0], array="no base64!"), line([1.0, 2.0], array=base64.b64encode(b"1234567").decode()),
    line(np.zeros(200_000)), line(np.zeros(0), shape=[0, 10**30]),
])
def test_nonsense_is_a_wrong_type_and_nothing_else(text):
    assert channel.outcome(text).state == "WRONG TYPE"


def test_states_that_only_judging_can_give_are_not_believed():
    report = {"text": '{"state": "PASS", "points": 9}\n' * 3, "why": "", "how": 0}
    assert [outcome.state for outcome in channel.outcomes(report, 2)] == ["WRONG TYPE", "WRONG TYPE"]


@pytest.mark.parametrize(("why", "how", "state"), [
    ("", 0, "CRASHED"), ("", -11, "CRASHED"), ("", 3, "CRASHED"), ("TIMEOUT", 0, "TIMEOUT"),
    ("FLOOD", 0, "WRONG TYPE")])
def test_calls_without_an_answer(why, how, state):
    report = {"text": line(1.0) + "\n", "why": why, "how": how}
    assert [outcome.state for outcome in channel.outcomes(report, 3)] == ["", state, state]


def test_more_answers_than_calls_are_dropped():
    report = {"text": (line(1.0) + "\n") * 9, "why": "", "how": 0}
    assert len(channel.outcomes(report, 2)) == 2


def test_control_characters_do_not_reach_a_terminal():
    outcome = channel.outcome(json.dumps({"state": "RAISED", "detail": "\x1b[31mred\n" + "x" * 1000}))
    assert "\x1b" not in outcome.detail and "\n" not in outcome.detail and len(outcome.detail) <= 200


@pytest.mark.parametrize("name", sorted(exercises))
def test_every_argument_of_the_course_can_be_carried(name):
    for call in exercises[name].calls(5):
        json.dumps([channel.pack(argument) for argument in call])


def test_a_function_must_be_a_formula():
    assert channel.pack(Formula("lambda w: w")) == {"formula": "lambda w: w"}
    with pytest.raises(TypeError, match="Formula"):
        channel.pack(lambda w: w)
