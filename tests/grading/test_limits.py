"""The process that runs strangers' code and the channel that reads its answers keep the same limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from lossedu.grading import channel, worker


def limits_that_differ() -> Iterator[str]:
    """The process that runs strangers' code imports nothing of ours, so its limits are written there a second time."""
    tools = worker.Tools(np)
    most = channel.MOST_ELEMENTS
    for size, fits in ((most, True), (most + 1, False)):
        if ("array" in tools.pack(np.zeros(size, bool))) is not fits or can_be_read(np.zeros(size, bool)) is not fits:
            yield f"the worker and the channel do not agree about an array of {size} elements"
    for length, fits in ((100, True), (101, False)):
        answer = (np.zeros(1),) * length
        if ("tuple" in tools.pack(answer)) is not fits or can_be_read(answer) is not fits:
            yield f"the worker and the channel do not agree about a tuple of {length} parts"


def can_be_read(answer: object) -> bool:
    """Whether the channel reads an answer that was packed without a limit."""
    try:
        channel.unpack(channel.pack(answer))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("most", [99_999, 100_001])
def test_a_limit_that_differs_is_seen(monkeypatch, most):
    monkeypatch.setattr(channel, "MOST_ELEMENTS", most)
    assert any("elements" in fault for fault in limits_that_differ())


def test_a_number_of_parts_that_differs_is_seen(monkeypatch):
    pack = worker.Tools.pack
    monkeypatch.setattr(worker.Tools, "pack", lambda tools, value, depth=0: pack(
        tools, value[:100] if isinstance(value, tuple) else value, depth))
    assert any("a tuple of 101 parts" in fault for fault in limits_that_differ())


def test_worker_and_channel_have_the_same_limits():
    assert list(limits_that_differ()) == []
