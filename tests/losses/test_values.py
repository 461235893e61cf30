"""Numbers worked by hand, the choices at kinks and edges, and the family ties between losses."""

from fractions import Fraction
from itertools import pairwise, product
from math import exp, inf, log

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special, stats
from scipy.integrate import quad
from sklearn.metrics import ndcg_score

import lossedu as le
from lossedu.losses.numerics import erf, sigmoid
from tests.losses.cases import CASES
from tests.losses.draws import PAIRED, draw

BY_HAND = [number for case in CASES.values() for number in case.by_hand]


@pytest.mark.parametrize(("loss", "y", "p", "value", "slope"), BY_HAND)
def test_worked_by_hand(loss, y, p, value, slope):
    got, gradient = loss.value_and_gradient(y, p)
    assert_allclose(got, value, rtol=1e-14)
    assert_allclose(gradient, slope, rtol=1e-14, atol=1e-15)
    assert loss(y, p) == got


def test_every_loss_has_a_number_worked_by_hand():
    assert {loss.name for loss, *_ in BY_HAND} == {loss.name for loss in PAIRED}


def test_joint_losses_worked_by_hand():
    assert le.triplet([[0.0]], [[1.0]], [[3.0]]) == 0
    assert le.triplet([[0.0]], [[2.0]], [[1.0]]) == 4
    assert_allclose(le.InfoNCE(temperature=0.5)([[1.0], [0.0]], [[1.0], [0.0]]), (log(1 + exp(-2)) + log(2)) / 2)
    assert_allclose(le.SigmoidPair(temperature=0.5, bias=log(2))([[1.0], [0.0]], [[1.0], [0.0]]),
                    (log(1 + exp(-2) / 2) + log(3 / 2) + 2 * log(3)) / 2)
    assert_allclose(le.DPO(beta=1.0)(0.0, -log(3), 0.0, 0.0), log(4 / 3), rtol=1e-14)


# Where the slope jumps, the subgradient of least size is returned.


@pytest.mark.parametrize(("loss", "y", "p"), [place for case in CASES.values() for place in case.kinks])
def test_subgradient_of_least_size(loss, y, p):
    assert loss.derivative(y, p) == 0
    assert loss.gradient(y, p) == 0


def test_ties_of_the_multiclass_hinge_share_the_push():
    assert_array_equal(le.multiclass_hinge.derivative([0], [[0.0, 2.0, 2.0]]), [[-1, 0.5, 0.5]])
    assert_array_equal(le.multiclass_hinge.derivative([0], [[1.0, 0.0, 0.0]]), [[0, 0, 0]])


def test_triplet_that_just_costs_nothing_is_left_alone():
    assert all(not g.any() for g in le.triplet.gradient([[0.0]], [[0.0]], [[1.0]]))


# No hidden epsilon: a sure forecast that was wrong costs infinity, one that was right costs nothing.


def test_nothing_is_clipped():
    assert le.bce(1, 0.0) == inf and le.bce(1, 1.0) == 0
    assert le.bce.gradient(1, 0.0) == -inf and le.bce.gradient(0, 1.0) == inf
    assert le.cross_entropy([0], [[0.0, 1.0]]) == inf and le.cross_entropy([1], [[0.0, 1.0]]) == 0
    assert le.kl([[0.5, 0.5]], [[1.0, 0.0]]) == inf and le.kl([[1.0, 0.0]], [[1.0, 0.0]]) == 0
    assert le.exponential(1, -1e3) == inf
    assert le.perplexity([1], [[1e4, 0.0]]) == inf


def test_tiny_costs_keep_their_digits():
    assert_allclose(le.logistic(1, 40.0), 4.248354255291589e-18, rtol=1e-15)
    assert_allclose(le.log_cosh(0.0, 1e-9), 5e-19, rtol=1e-15)
    assert_allclose(le.pseudo_huber(0.0, 1e-9), 5e-19, rtol=1e-15)
    assert_allclose(le.cauchy(0.0, 1e-9), 5e-19, rtol=1e-15)
    assert_allclose(le.tukey(0.0, 1e-9), 5e-19, rtol=1e-9)
    assert_allclose(le.cosine([[1.0, 0.0]], [[1.0, 1e-9]]), 5e-19, rtol=1e-9)
    assert_allclose(le.savage(1, 30.0), float(Fraction(1) / (1 + Fraction(exp(30))) ** 2), rtol=1e-14)


@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0, 2.0, 5.0])
def test_focal_has_finite_gradients_everywhere(gamma):
    z = np.array([-1e4, -800.0, -40, -1, 0, 1, 40, 800, 1e4])
    for label in (0.0, 1.0):
        y = np.full_like(z, label)
        loss = le.Focal(gamma)
        assert np.isfinite(loss.each(y, z)).all()
        assert np.isfinite(loss.derivative(y, z)).all()
        assert np.isfinite(loss.curvature(y, z)).all()


# The numbers that pages quote.


def test_best_constants_that_are_quoted():
    y = [1, 2, 4, 10]
    assert le.mape.minimiser(y) == 1.0
    assert round(le.msle.minimiser(y), 3) == 3.262
    assert le.mae.minimiser(y) == 3.0  # any number from 2 to 4 is best; the middle is returned
    assert le.mse.minimiser(y) == 4.25
    assert round(float(sigmoid(le.focal.minimiser([1] * 9 + [0]))), 3) == 0.694
    assert round(le.focal.traits.lipschitz, 2) == 1.13


@pytest.mark.parametrize("loss", [le.mse, le.mae, le.huber, le.log_cosh, le.cauchy, le.tukey], ids=repr)
def test_one_value_alone_is_its_own_best_constant(loss):
    assert loss.minimiser([5.0, 5.0]) == 5.0


def test_one_class_alone_has_no_finite_best_logit():
    assert le.logistic.minimiser([1, 1]) == inf and le.logistic.minimiser([-1]) == -inf
    assert le.exponential.minimiser([1]) == inf
    assert le.focal.minimiser([1, 1]) == inf and le.focal.minimiser([0]) == -inf
    assert le.poisson.minimiser([0, 0]) == -inf


def test_tukey_and_cauchy_find_the_deepest_valley():
    crowd, few = np.linspace(-0.5, 0.5, 12), np.linspace(30, 31, 9)
    y = np.concatenate([few, crowd])
    assert abs(le.Tukey(c=2.0).minimiser(y)) < 0.1
    assert abs(le.Cauchy(c=0.5).minimiser(y)) < 0.2
    assert y.mean() > 10


# Family ties: the same number, reached by two roads.


def pairs(loss, seed=20):
    return draw(loss, np.random.default_rng(seed), 50)


def test_logistic_is_bce_with_other_labels():
    y, s = pairs(le.logistic)
    assert_allclose(le.logistic.each(y, s), le.bce_logits.each((y + 1) / 2, s), rtol=1e-14)
    assert_allclose(le.logistic.derivative(y, s), le.bce_logits.derivative((y + 1) / 2, s), rtol=1e-14)


def test_savage_is_brier_of_the_sigmoid():
    y, s = pairs(le.savage)
    assert_allclose(le.savage.each(y, s), le.brier.each((y + 1) / 2, sigmoid(s)), rtol=1e-13)


def test_focal_without_focus_is_bce():
    y, z = pairs(le.focal)
    plain = le.Focal(gamma=0.0)
    assert_allclose(plain.each(y, z), le.bce_logits.each(y, z), rtol=1e-14)
    assert_allclose(plain.derivative(y, z), le.bce_logits.derivative(y, z), rtol=1e-12, atol=1e-15)
    assert plain.traits == le.bce_logits.traits


def test_two_ordered_classes_are_a_yes_or_no():
    y, z = pairs(le.bce_logits)
    labels = (y > 0.5).astype(int)
    assert_allclose(le.cumulative_logit.each(labels, -z[:, None]), le.bce_logits.each(labels, z), rtol=1e-14)
    assert_allclose(le.cumulative_logit.derivative(labels, -z[:, None])[:, 0], -le.bce_logits.derivative(labels, z),
                    rtol=1e-13)


def test_a_narrow_ordered_class_keeps_its_digits():
    exact = 2 * np.log1p(np.exp(-30.0)) + 30 - log(1e-9)  # σ(30 + d) - σ(30) is d exp(-30) to nine digits
    assert_allclose(le.cumulative_logit([1], [[30.0, 30 + 1e-9]]), exact, rtol=1e-6)
    assert le.cumulative_logit([1], [[2.0, 2.0]]) == inf and le.cumulative_logit([0], [[2.0, 2.0]]) < 1


def test_empty_ordered_classes_pull_as_narrow_ones_do():
    shares = np.random.default_rng(23).dirichlet(np.ones(4), 50)
    for empty in ([0.0, 0.0, 0.0], [0.0, 0.0, 5.0], [-5.0, 0.0, 0.0]):
        pulls = [le.cumulative_logit.derivative(shares, np.tile(empty + gap * np.arange(3), (50, 1)))
                 for gap in (1e-200, 0)]
        infinite = np.abs(pulls[0]) > 1e100
        assert_allclose(pulls[1], np.where(infinite, np.inf * np.sign(pulls[0]), pulls[0]), rtol=1e-12)


def test_kl_is_cross_entropy_less_entropy():
    q, p = pairs(le.kl)
    assert_allclose(le.kl.each(q, p), le.cross_entropy.each(q, p) - le.cross_entropy.each(q, q), rtol=1e-10)
    assert_array_equal(le.kl.derivative(q, p), le.cross_entropy.derivative(q, p))
    labels = np.arange(50) % 4
    assert_allclose(le.kl.each(labels, p), le.cross_entropy.each(labels, p), rtol=1e-14)


def test_median_quantile_is_half_the_absolute_error():
    y, p = pairs(le.mae)
    assert_array_equal(le.Quantile(tau=0.5).each(y, p), le.mae.each(y, p) / 2)


def test_hinges_meet():
    y, s = pairs(le.hinge)
    scores = np.stack([np.zeros(50), s], axis=1)
    labels = (y > 0).astype(int)
    assert_allclose(le.multiclass_hinge.each(labels, scores), le.hinge.each(y, s), rtol=1e-14)
    assert_allclose(le.MulticlassHinge(margin=0).each(labels, scores), le.perceptron.each(y, s), rtol=1e-14)
    assert_allclose(le.squared_hinge.each(y, s), le.hinge.each(y, s) ** 2, rtol=1e-14)


def test_a_tube_of_no_width_is_no_tube():
    y, p = pairs(le.mse)
    assert_array_equal(le.EpsilonInsensitive(epsilon=0.0).each(y, p), le.mae.each(y, p))
    flat = le.SquaredEpsilonInsensitive(epsilon=0.0)
    assert_allclose(flat.each(y, p), le.mse.each(y, p), rtol=1e-14)
    assert_array_equal(flat.curvature([1.0], [1.0]), [2.0])


def test_tweedie_lies_between_poisson_and_gamma():
    y, z = pairs(le.gamma)
    assert_allclose(le.Tweedie(power=1 + 1e-9).derivative(y, z), le.poisson.derivative(y, z), rtol=1e-6)
    assert_allclose(le.Tweedie(power=2 - 1e-9).derivative(y, z), le.gamma.derivative(y, z), rtol=1e-6)


def test_negative_binomial_without_dispersion_is_poisson():
    y, z = pairs(le.poisson)
    assert_allclose(le.NegativeBinomial(alpha=1e-12).each(y, z), le.poisson.each(y, z), rtol=1e-9)
    assert_allclose(le.NegativeBinomial(alpha=1e-12).derivative(y, z), le.poisson.derivative(y, z), rtol=1e-9)


def test_poisson_of_the_mean_is_poisson_of_its_logarithm():
    y, z = pairs(le.poisson)
    assert_allclose(le.poisson_identity.each(y, np.exp(z)), le.poisson.each(y, z), rtol=1e-12)
    assert_allclose(le.poisson_identity.derivative(y, np.exp(z)) * np.exp(z), le.poisson.derivative(y, z), rtol=1e-12)


def test_an_exposure_is_an_offset_or_a_weight():
    rng = np.random.default_rng(22)
    exposure, rate = rng.uniform(0.1, 9, 40), rng.normal(size=40)
    y = rng.poisson(exposure * np.exp(rate))
    offset = le.poisson.gradient(y, rate + np.log(exposure))
    weighted = le.poisson.gradient(y / exposure, rate, exposure)
    assert_allclose(offset, weighted * exposure.mean(), rtol=1e-12, atol=1e-15)
    best = le.poisson.minimiser(y / exposure, exposure)
    assert_allclose(np.exp(best), y.sum() / exposure.sum(), rtol=1e-14)
    assert abs(le.poisson.gradient(y, best + np.log(exposure)).sum()) < 1e-12


def test_gaussian_of_known_variance_is_half_the_squared_error():
    y, p = pairs(le.mse)
    assert_allclose(le.gaussian_nll.each(y, np.stack([p, np.zeros(50)], axis=1)), le.mse.each(y, p) / 2, rtol=1e-14)


def integral(distribution, y):
    """The definition of the continuous ranked probability score, by quadrature."""
    below = quad(lambda x: distribution(x) ** 2, -np.inf, y, epsabs=1e-12, epsrel=1e-12)[0]
    return below + quad(lambda x: (1 - distribution(x)) ** 2, y, np.inf, epsabs=1e-12, epsrel=1e-12)[0]


def test_the_score_of_a_gaussian_is_the_integral_that_defines_it():
    y, p = pairs(le.crps_gaussian)
    for target, (mean, log_variance), value in zip(y[:12], p, le.crps_gaussian.each(y, p)):
        assert_allclose(value, integral(stats.norm(mean, exp(log_variance / 2)).cdf, target), rtol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_gaussian_solves_its_equations_to_twelve_digits(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(3, 9)
    y, w = rng.choice([0.0, 1e3]) + 10.0**rng.integers(-9, 9) * rng.standard_cauchy(n), rng.uniform(0.1, 2, n)
    best = le.crps_gaussian.minimiser(y, w)
    with mp.workdps(40):
        def slopes(mean, log_variance):
            units = [(mean - mp.mpf(t)) / mp.exp(log_variance / 2) for t in y.tolist()]
            return (mp.fdot(w.tolist(), [mp.erf(u / mp.sqrt(2)) for u in units]),
                    mp.fdot(w.tolist(), [mp.exp(-u * u / 2) * mp.sqrt(2) - 1 for u in units]))
        mean, log_variance = mp.findroot(slopes, tuple(map(mp.mpf, best.tolist())), tol=1e-35)
        assert abs(mean - best[0]) <= 1e-12 * (abs(mean) + mp.exp(log_variance / 2))
        assert abs(log_variance - best[1]) <= 1e-12 * (1 + abs(log_variance))


def test_the_best_gaussian_where_it_is_known():
    assert_allclose(le.crps_gaussian.minimiser([-3.0, 3.0]), [0, log(9 / log(2))], rtol=1e-14, atol=1e-15)
    quantiles = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    assert_allclose(le.crps_gaussian.minimiser(5 + 3 * quantiles), [5, log(9)], rtol=1e-3)
    top = np.finfo(float).max
    for y in ([-top, top], [1e-300, 0.0], [1.0, 2.0, 1e300]):
        assert np.isfinite(le.crps_gaussian.minimiser(y)).all()


def test_a_gaussian_without_spread_is_best_when_nearly_all_targets_are_one_number():
    for share, others in ((0.70, [-1.0, 1.0]), (0.72, [-1.0, 1.0])):
        y, w = [5.0, *(5 + np.array(others))], [share, (1 - share) / 2, (1 - share) / 2]
        best = le.crps_gaussian.minimiser(y, w)
        assert best[0] == pytest.approx(5, rel=1e-15)
        assert (best[1] == -inf) == (share > 0.5**0.5)
        for narrow in (-60.0, -20.0, -6.0, -3.0):
            assert le.crps_gaussian(y, [best] * 3, w) <= le.crps_gaussian(y, [[5.0, narrow]] * 3, w)
    assert_array_equal(le.crps_gaussian.minimiser([2.0, 2.0]), [2, -inf])


def test_the_score_of_an_ensemble_is_the_integral_that_defines_it():
    y, p = pairs(le.crps_ensemble)
    for target, members, value in zip(y, np.sort(p, axis=1), le.crps_ensemble.each(y, p)):
        ends = np.sort(np.append(members, target))
        steps = [((members <= low).mean() - (low >= target)) ** 2 * (high - low) for low, high in pairwise(ends)]
        assert_allclose(value, sum(steps), rtol=1e-13)


def test_an_ensemble_of_many_quantiles_scores_like_its_distribution():
    members = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    for y in (0.0, 1.3, -5.0):
        assert_allclose(le.crps_ensemble(y, members), le.crps_gaussian(y, [0.0, 0.0]), rtol=1e-5)


def test_one_member_costs_the_absolute_error():
    y, p = pairs(le.mae)
    assert_allclose(le.crps_ensemble.each(y, p[:, None]), le.mae.each(y, p), rtol=1e-15)
    assert_allclose(le.crps_ensemble.derivative(y, p[:, None])[:, 0], le.mae.derivative(y, p))


def test_the_error_function_is_that_of_scipy():
    x = np.concatenate([np.linspace(-9, 9, 3001), 10.0 ** np.arange(-300, 300, 7)])
    assert_allclose(erf(x), special.erf(x), rtol=5e-16)
    assert erf(np.float32(0.5)[None]).dtype == np.float32


def test_a_waiting_time_whose_end_was_seen_costs_what_gamma_says():
    y, z = pairs(le.gamma)
    assert_array_equal(le.censored_exponential.each(y, z), le.gamma.each(y, z))
    assert_allclose(le.censored_exponential.each(-y, z), le.gamma.each(y, z) - z, rtol=1e-12, atol=1e-14)


def test_a_censored_time_is_a_count_of_ends_with_the_time_as_its_exposure():
    time, z = np.abs(pairs(le.gamma))
    seen = np.arange(50) % 3 == 0
    ours = le.censored_exponential.derivative(le.waiting_times(time, seen), z)
    assert_allclose(ours, -le.poisson.derivative(seen, np.log(time) - z), rtol=1e-12, atol=1e-14)


def test_waiting_times_are_told_apart_or_refused():
    assert_array_equal(le.waiting_times(np.array([3, 4], np.uint8), [0, 1]), [-3.0, 4.0])
    for time, seen, words in (([0.0], [1], "time must be positive"), ([1.0], [2], "seen must hold 1"),
                              ([1.0, 2.0], [1], "one shape"), ([np.nan], [1], "NaN")):
        with pytest.raises(ValueError, match=words):
            le.waiting_times(time, seen)


def test_the_partial_likelihood_is_a_product_of_shares_among_those_who_wait():
    y, z = pairs(le.cox_partial)
    for times, scores, value in zip(y, z, le.cox_partial.each(y, z)):
        shares = [exp(scores[i]) / np.exp(scores[abs(times) >= times[i]]).sum() for i in range(4) if times[i] > 0]
        assert_allclose(value, -np.log(shares).sum(), rtol=1e-12, atol=1e-14)
    assert_allclose(le.cox_partial.each(np.sign(y) * y**2, z + 7), le.cox_partial.each(y, z), rtol=1e-12, atol=1e-14)


def test_jaccard_follows_from_dice():
    y, p = pairs(le.dice)
    hard = np.round(p)
    d = le.dice.each(y, hard)
    assert_allclose(le.jaccard.each(y, hard), 2 * d / (1 + d), rtol=1e-14)
    assert_array_equal(le.jaccard.each(y, p), le.Tversky(alpha=1.0, beta=1.0).each(y, p))
    assert le.iou is le.jaccard


@pytest.mark.parametrize(("loss", "of_margin"), [(le.pairwise_logistic, le.logistic), (le.pairwise_hinge, le.hinge)])
def test_a_ranking_is_judged_pair_by_pair(loss, of_margin):
    y, z = pairs(loss)
    for relevance, scores, value in zip(y, z, loss.each(y, z)):
        leads = [a - b for (r, a), (s, b) in product(zip(relevance, scores), repeat=2) if r > s]
        assert_allclose(value, of_margin(np.ones(len(leads)), leads), rtol=1e-13)


def test_listwise_softmax_is_cross_entropy_of_shares():
    y, z = pairs(le.listwise_softmax)
    shares = y / y.sum(axis=1, keepdims=True)
    assert_allclose(le.listwise_softmax.each(y, z), le.cross_entropy_logits.each(shares, z), rtol=1e-14)
    assert_allclose(le.listwise_softmax.each(1e300 * y, z), le.listwise_softmax.each(y, z), rtol=1e-14)


@pytest.mark.parametrize("top", [None, 1, 3, 9])
@pytest.mark.parametrize("ties", [False, True])
def test_ndcg_is_that_of_scikit_learn(top, ties):
    y, z = pairs(le.pairwise_logistic)
    z = np.round(z / 2) if ties else z
    assert_allclose(le.ndcg(y, z, top), ndcg_score(y, z, k=top), rtol=1e-13)
    assert le.ndcg(y, y) == pytest.approx(1) and le.ndcg(y[0], y[0]) == pytest.approx(1)


def test_ndcg_refuses_what_it_cannot_rank():
    for y, z, words in (([1, 0], [np.nan, 0.0], "y_pred holds NaN"), ([1, 1], [0.0, 1.0], "equal relevances"),
                        ([1, 0], [0.0], "same shape")):
        with pytest.raises(ValueError, match=words):
            le.ndcg(y, z)
    with pytest.raises(ValueError, match="top must be at least 1"):
        le.ndcg([1, 0], [1.0, 0.0], top=0)


def test_dice_is_tversky_with_equal_prices():
    y, p = pairs(le.dice)
    assert_array_equal(le.dice.each(y, p), le.Tversky(alpha=0.5, beta=0.5).each(y, p))
    assert le.dice.each([1, 1, 0], [1.0, 1.0, 0.0]) == 0


def test_cosine_does_not_see_lengths():
    y, p = pairs(le.cosine)
    assert_allclose(le.cosine.each(3 * y, 1e-200 * p), le.cosine.each(y, p), rtol=1e-12)
    assert_allclose((le.cosine.derivative(y, p) * p).sum(axis=1), 0, atol=1e-14)  # a gradient never points outwards


def test_info_nce_is_cross_entropy_with_the_answers_on_the_diagonal():
    q, k = pairs(le.info_nce)
    assert_allclose(le.info_nce(q, k), le.cross_entropy_logits(np.arange(50), q @ k.T), rtol=1e-14)


def test_a_sigmoid_pair_is_a_yes_or_no_for_each_entry_of_the_table():
    q, k = pairs(le.sigmoid_pair)
    table = q @ k.T / 0.1 - 10
    assert_allclose(le.sigmoid_pair(q, k), 50 * le.bce_logits(np.eye(50), table), rtol=1e-13)


def test_a_learnt_bias_is_one_more_coordinate():
    q, k = pairs(le.sigmoid_pair)
    longer = np.c_[q, np.full(50, 0.1)], np.c_[k, np.full(50, 3.0)]
    assert_allclose(le.SigmoidPair(bias=-2.0)(*longer), le.SigmoidPair(bias=1.0)(q, k), rtol=1e-12)


def test_supervised_contrastive_is_a_listwise_softmax_of_the_others():
    y, z = pairs(le.supervised_contrastive)
    for labels, things, value in zip(y, z, le.supervised_contrastive.each(y, z)):
        costs = [0.0] * 5
        for i in range(5):
            partner = np.delete(labels, i) == labels[i]
            scores = np.delete(things, i, axis=0) @ things[i]
            if 0 < partner.sum() < 4:
                costs[i] = le.listwise_softmax(partner, scores)
            elif partner.any():
                costs[i] = le.cross_entropy_logits(np.full(4, 0.25), scores)
        assert_allclose(value, np.mean(costs), rtol=1e-13)


def test_labels_of_things_are_compared_and_never_rounded():
    _, z = pairs(le.supervised_contrastive)
    big = 2**60
    labels = np.array([big, big + 1, big, big + 1, big + 2])
    assert_array_equal(le.supervised_contrastive(labels, np.float32(z[0])),
                       le.supervised_contrastive([0, 1, 0, 1, 2], np.float32(z[0])))


def test_things_that_nobody_resembles_cost_nothing():
    assert le.supervised_contrastive([0, 1, 2], [[1.0], [2.0], [3.0]]) == 0
    assert not le.supervised_contrastive.gradient([0, 1, 2], [[1.0], [2.0], [3.0]]).any()
    assert le.supervised_contrastive([7], [[1.0]]) == 0


def test_dpo_is_logistic_loss_of_the_log_ratios():
    c, r, c0, r0 = pairs(le.dpo)
    assert_allclose(le.dpo.each(c, r, c0, r0), le.logistic.each(np.ones(50), 0.1 * ((c - c0) - (r - r0))), rtol=1e-12)
    up, down, *_ = le.dpo.gradient(c, r, c0, r0)
    assert (up < 0).all() and (down > 0).all()  # a step against the gradient favours the chosen answer


def test_every_smooth_hinge_bounds_the_errors_from_above():
    y, s = pairs(le.hinge)
    for loss in (le.hinge, le.squared_hinge, le.modified_huber, le.exponential):
        assert (loss.each(y, s) >= le.zero_one.each(y, s)).all()
    assert (le.logistic.each(y, s) / log(2) >= le.zero_one.each(y, s)).all()


# Sequences.


def test_masked_tokens_count_for_nothing():
    rng = np.random.default_rng(21)
    logits, tokens = rng.standard_normal((2, 3, 5)), np.array([[1, 4, -1], [0, -100, 7]])
    mask = (tokens >= 0) & (tokens < 5)
    value, gradient = le.token_cross_entropy.value_and_gradient(tokens, logits, mask)
    assert_allclose(value, le.cross_entropy_logits(tokens[mask], logits[mask]), rtol=1e-14)
    assert_allclose(gradient[mask], le.cross_entropy_logits.gradient(tokens[mask], logits[mask]), rtol=1e-14)
    assert not gradient[~mask].any()
    assert_array_equal(tokens, [[1, 4, -1], [0, -100, 7]])
    with pytest.raises(ValueError, match="label"):
        le.token_cross_entropy(tokens, logits)


def test_perplexity_is_the_exponential_of_cross_entropy():
    y, z = pairs(le.perplexity)
    value, gradient = le.perplexity.value_and_gradient(y, z)
    entropy, slope = le.token_cross_entropy.value_and_gradient(y, z)
    assert_allclose(value, exp(entropy), rtol=1e-14)
    assert_allclose(gradient, value * slope, rtol=1e-14)
    assert_allclose(np.log(le.perplexity.each(y, z)).mean(), entropy, rtol=1e-13)
    assert_allclose(le.perplexity([2], np.zeros((1, 7))), 7, rtol=1e-14)
