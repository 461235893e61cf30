"""A run of training for the tests, and its pictures: bars, a fitted curve, a boundary."""

import numpy as np

from lossedu import explore

X, Y = np.array([1.0, 2, 3, 4, 5]), np.array([4.0, 9, 11, 16, 20])

EPOCHS = 30
LOSSES = {"loss": [3 * 0.8**t for t in range(EPOCHS)],
          "validation": [2 * 0.8**t + 0.02 * t for t in range(EPOCHS)],
          "accuracy": [1 - 0.5 * 0.9**t for t in range(EPOCHS)]}
RUN = [dict(zip(LOSSES, values)) for values in zip(*LOSSES.values())]
BEST = int(np.argmin(LOSSES["validation"]))
TIMES = np.arange(EPOCHS)[:, None]
SHARES = {"first": np.array([[0.6, 0.1, -0.9]]) * (1 - 0.9**TIMES), "second": np.array([[0.1, 0.6, 0.3]]) + 0 * TIMES}
ALONG = np.linspace(-1, 6, 15)
LINES = (TIMES + 1) / EPOCHS * (4 * ALONG)
CORNERS = np.array([[-2.0, -1], [2, 1], [-1, 2], [1, -2]])
PLACES = explore.grid(CORNERS)
SCORES = 1 / (1 + np.exp(-(PLACES[:, 0] - (TIMES - 10) / 10)))  # the boundary walks to the right


def bars():
    return explore.training(RUN, SHARES, bars=["a", "b", "c"], images=np.eye(4)[None].repeat(2, 0), choice="which")


def fitted():
    return explore.training(RUN, LINES, curve=(ALONG, X, Y))


def boundary():
    return explore.training(RUN, SCORES, plane=(CORNERS, [0, 1, 0, 1]), unit="step")
