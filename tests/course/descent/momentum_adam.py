"""The equations of the page on momentum and Adam, held against the optimisers' memory and steps."""

import numpy as np

from lossedu.autodiff import Tensor
from lossedu.optim import Adam, Momentum, Nesterov, RMSProp, cosine
from tests.equations.latex import holds
from tests.equations.registry import equation


def stepped(rng, rule):
    """An optimiser three steps old, and what it held before and after its next step: w, memory, and the gradient."""
    optimiser = rule([Tensor(rng.normal())])
    for _ in range(4):
        before = float(optimiser.parameters[0]), dict(optimiser.memory[0])
        gradient = optimiser.parameters[0].grad = np.array(rng.normal())
        optimiser.step()
    (w, old), new = before, optimiser.memory[0]
    return {"w_t": w, "w_{t+1}": float(optimiser.parameters[0]), "g_t": float(gradient), "t": 3}, old, new


def with_velocity(rule):
    def check(tex, rng):
        rate, mu = rng.uniform(0.1, 1, size=2)
        env, old, new = stepped(rng, lambda w: rule(w, rate, momentum=mu))
        env |= {r"\eta": rate, r"\mu": mu, "v_t": old["velocity"], "v_{t+1}": new["velocity"]}
        holds(tex, env, rtol=1e-10)

    return check


equation("eq-momentum-velocity")(with_velocity(Momentum))
equation("eq-momentum-step")(with_velocity(Momentum))
equation("eq-nesterov-step")(with_velocity(Nesterov))


@equation("eq-momentum-speed")
def speed(tex, rng):
    g, mu = rng.normal(), rng.uniform(0.3, 0.9)
    rule = Momentum([Tensor(0.0)], 0.1, momentum=mu)
    for _ in range(500):
        rule.parameters[0].grad = np.array(g)
        rule.step()
    holds(tex, {r"v_\infty": float(rule.memory[0]["velocity"]), "g": g, r"\mu": mu}, rtol=1e-10)


@equation("eq-momentum-rate")
def rate(tex, rng):
    """The best settings for curvatures 1 and κ make ρ the largest eigenvalue of a step, in both directions."""
    kappa = rng.uniform(2, 50)
    root, learning_rate = np.sqrt(kappa), 4 / (1 + np.sqrt(kappa)) ** 2
    mu = ((root - 1) / (root + 1)) ** 2

    def step(w, v, curvature):
        rule = Momentum([Tensor(w)], learning_rate, momentum=mu)
        rule.memory[0]["velocity"], rule.parameters[0].grad = np.array(v), np.array(curvature * w)
        rule.step()
        return [float(rule.parameters[0]), float(rule.memory[0]["velocity"])]

    for curvature in (1.0, kappa):
        moves = np.array([step(1.0, 0.0, curvature), step(0.0, 1.0, curvature)])
        # A double eigenvalue is known to half the digits only.
        holds(tex, {r"\rho": np.abs(np.linalg.eigvals(moves)).max(), r"\kappa": kappa}, rtol=1e-6)


@equation("eq-rmsprop-squares")
@equation("eq-rmsprop-step")
def rmsprop(tex, rng):
    rate, beta, epsilon = rng.uniform(0.1, 1, size=3)
    env, old, new = stepped(rng, lambda w: RMSProp(w, rate, decay=beta, epsilon=epsilon))
    env |= {r"\eta": rate, r"\beta": beta, r"\epsilon": epsilon, "s_t": old["root"] ** 2, "s_{t+1}": new["root"] ** 2}
    holds(tex, env, rtol=1e-10)


@equation("eq-adam-mean")
@equation("eq-adam-squares")
@equation("eq-adam-step")
def adam(tex, rng):
    rate, b1, b2, epsilon = rng.uniform(0.1, 0.9, size=4)
    env, old, new = stepped(rng, lambda w: Adam(w, rate, beta1=b1, beta2=b2, epsilon=epsilon))
    env |= {r"\eta": rate, r"\beta_1": b1, r"\beta_2": b2, r"\epsilon": epsilon}
    env |= {"m_t": old["mean"], "m_{t+1}": new["mean"], "s_t": old["root"] ** 2, "s_{t+1}": new["root"] ** 2}
    holds(tex, env, rtol=1e-10)


@equation("eq-cosine")
def half_a_cosine(tex, rng):
    rate, steps = rng.uniform(0.1, 1), int(rng.integers(10, 50))
    t = int(rng.integers(1, steps))
    holds(tex, {r"\eta_t": cosine(rate, steps)(t), r"\eta_0": rate, "t": t, "T": steps}, rtol=1e-10)
