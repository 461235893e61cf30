"""Agreement with PyTorch, value and gradient in float64; where it differs, the test says how, by name."""

import numpy as np
import pytest

import lossedu
from lossedu import losses, sample_weights, smooth_labels

torch = pytest.importorskip("torch")
F = torch.nn.functional

RNG = np.random.default_rng(0)
N, K = 200, 5
REAL = 3 * RNG.normal(size=N), 3 * RNG.normal(size=N)
LABELS = (RNG.random(N) < 0.4) * 1.0, 5 * RNG.normal(size=N)
SIGNS = 2 * LABELS[0] - 1, LABELS[1]
UNIT = LABELS[0], RNG.uniform(0.01, 0.99, N)
COUNTS = RNG.poisson(3.0, N) * 1.0, RNG.normal(size=N)
CLASSES = RNG.integers(0, K, N), 4 * RNG.normal(size=(N, K))
SIMPLEX = RNG.dirichlet(np.ones(K), N), RNG.dirichlet(np.ones(K), N)
VECTORS = RNG.normal(size=(N, K)), RNG.normal(size=(N, K))
BORDERS = CLASSES[0], np.sort(3 * RNG.normal(size=(N, K - 1)), axis=1)
MEANS = COUNTS[0], np.exp(COUNTS[1])
FORECASTS = REAL[0], RNG.normal(size=(N, 2))
TIMES = np.where(RNG.random(N) < 0.6, 1, -1) * RNG.exponential(2.0, N), RNG.normal(size=N)
GROUPS = TIMES[0].reshape(-1, 20), TIMES[1].reshape(-1, 20)
SETS = np.eye(K)[CLASSES[0]], RNG.uniform(0.01, 0.99, (N, K))
GROUPED = RNG.integers(0, 4, (20, 8)) * 1.0, RNG.normal(size=(20, 8, 3))
LISTS = np.array([RNG.permutation(K) * 1.0 for _ in range(N)]), 2 * RNG.normal(size=(N, K))


def cumulative(y, z):
    """The surprise of the step that the cumulative probability takes at the class."""
    below = torch.cat([torch.zeros(N, 1), torch.sigmoid(z), torch.ones(N, 1)], dim=1)
    return -below.diff(dim=1).gather(1, y[:, None]).log().mean()


def negative_binomial(y, z, alpha=0.7):
    """PyTorch's density, and the terms of the count alone that this package leaves out."""
    density = torch.distributions.NegativeBinomial(1 / alpha, logits=z + np.log(alpha))
    left_out = torch.lgamma(y + 1 / alpha) - torch.lgamma(torch.tensor(1 / alpha, dtype=float)) - torch.lgamma(y + 1)
    return (left_out + y * np.log(alpha) - density.log_prob(y)).mean()


def crps_gaussian(y, p):
    standard, deviation = torch.distributions.Normal(0.0, 1.0), (p[:, 1] / 2).exp()
    u = (y - p[:, 0]) / deviation
    return (deviation * (u * (2 * standard.cdf(u) - 1) + 2 * standard.log_prob(u).exp() - np.pi**-0.5)).mean()


def crps_ensemble(y, p):
    """The distance to the target, less half the distance of two members."""
    return ((p - y[:, None]).abs().mean(1) - (p[:, :, None] - p[:, None]).abs().mean((1, 2)) / 2).mean()


def censored_exponential(y, z):
    """The density of an end, and that density divided by the rate of ends for a wait without one."""
    density = torch.distributions.Exponential((-z).exp())
    surprise = -density.log_prob(y.abs())
    return torch.where(y > 0, surprise, surprise + density.rate.log()).mean()


def cox(y, z):
    """With the times in falling order, everyone before a place was still waiting: a cumulative sum."""
    order = y.abs().argsort(dim=1, descending=True)
    times, scores = y.gather(1, order), z.gather(1, order)
    return ((torch.logcumsumexp(scores, dim=1) - scores) * (times > 0)).sum(1).mean()


def jaccard(y, p):
    both = (y * p).sum(1)
    return (1 - both / (y.sum(1) + p.sum(1) - both)).mean()


def of_pairs(of_lead):
    """A loss of the lead of the more relevant thing; in these lists no two are equally relevant."""
    def theirs(y, z):
        order = y.argsort(dim=1, descending=True)
        scores = z.gather(1, order)
        better, worse = torch.triu_indices(K, K, offset=1)
        return of_lead(scores[:, better], scores[:, worse])
    return theirs


def supervised_contrastive(y, z, temperature=0.3):
    """As the paper's own program has it, with a mask of the others and one of those of the same label."""
    batches, n = y.shape
    others = 1 - torch.eye(n)
    same = (y[:, :, None] == y[:, None]) * others
    scores = z @ z.transpose(1, 2) / temperature
    log_share = scores - torch.log((scores.exp() * others).sum(2, keepdim=True))
    return -((same * log_share).sum(2) / same.sum(2).clamp(min=1)).mean()


# Ours; PyTorch's as a function of (y, p); inputs.
SAME = {
    "mse": (lossedu.mse, lambda y, p: F.mse_loss(p, y), REAL),
    "mae": (lossedu.mae, lambda y, p: F.l1_loss(p, y), REAL),
    "huber": (losses.Huber(delta=0.7), lambda y, p: F.huber_loss(p, y, delta=0.7), REAL),
    "huber is smooth_l1 times beta": (
        losses.Huber(delta=0.7), lambda y, p: 0.7 * F.smooth_l1_loss(p, y, beta=0.7), REAL),
    "bce": (lossedu.bce, lambda y, p: F.binary_cross_entropy(p, y), UNIT),
    "bce_logits": (lossedu.bce_logits, lambda y, p: F.binary_cross_entropy_with_logits(p, y), LABELS),
    "logistic": (lossedu.logistic, lambda y, p: F.soft_margin_loss(p, y), SIGNS),
    "hinge": (lossedu.hinge, lambda y, p: torch.relu(1 - y * p).mean(), SIGNS),
    "cross_entropy_logits": (lossedu.cross_entropy_logits, lambda y, p: F.cross_entropy(p, y), CLASSES),
    "cross_entropy_logits, rows": (lossedu.cross_entropy_logits, lambda y, p: F.cross_entropy(p, y),
                                   (SIMPLEX[0], CLASSES[1])),
    "cross_entropy is nll_loss of the logarithm": (
        lossedu.cross_entropy, lambda y, p: F.nll_loss(p.log(), y), (CLASSES[0], SIMPLEX[1])),
    "kl is kl_div of the logarithm, batchmean": (
        lossedu.kl, lambda y, p: F.kl_div(p.log(), y, reduction="batchmean"), SIMPLEX),
    "poisson": (lossedu.poisson, lambda y, p: F.poisson_nll_loss(p, y), COUNTS),
    "multiclass_hinge with a sum in place of the maximum differs; one wrong class is the same": (
        lossedu.multiclass_hinge, lambda y, p: 2 * F.multi_margin_loss(p, y), (CLASSES[0] % 2, CLASSES[1][:, :2])),
    "cosine": (lossedu.cosine, lambda y, p: (1 - F.cosine_similarity(p, y)).mean(), VECTORS),
    "cumulative_logit": (lossedu.cumulative_logit, cumulative, BORDERS),
    "poisson_identity": (
        lossedu.poisson_identity, lambda y, p: F.poisson_nll_loss(p, y, log_input=False, eps=0.0), MEANS),
    "negative_binomial": (losses.NegativeBinomial(alpha=0.7), negative_binomial, COUNTS),
    "crps_gaussian": (lossedu.crps_gaussian, crps_gaussian, FORECASTS),
    "crps_ensemble": (lossedu.crps_ensemble, crps_ensemble, (REAL[0], CLASSES[1])),
    "censored_exponential": (lossedu.censored_exponential, censored_exponential, TIMES),
    "cox_partial": (lossedu.cox_partial, cox, GROUPS),
    "jaccard": (lossedu.jaccard, jaccard, SETS),
    "pairwise_logistic": (lossedu.pairwise_logistic, of_pairs(lambda a, b: F.softplus(b - a).mean()), LISTS),
    "pairwise_hinge": (lossedu.pairwise_hinge, of_pairs(
        lambda a, b: F.margin_ranking_loss(a, b, torch.ones_like(a), margin=1.0)), LISTS),
    "supervised_contrastive": (losses.SupervisedContrastive(temperature=0.3), supervised_contrastive, GROUPED),
    "listwise_softmax": (
        lossedu.listwise_softmax, lambda y, p: F.cross_entropy(p, y / y.sum(1, keepdim=True)), LISTS),
}


def autograd(function, y, p):
    """Value and gradient with respect to p, as numpy."""
    prediction = torch.tensor(p, requires_grad=True)
    value = function(torch.tensor(y), prediction)
    value.backward()
    return value.item(), prediction.grad.numpy()


@pytest.mark.parametrize("name", SAME)
def test_value_and_gradient_agree(name):
    ours, theirs, (y, p) = SAME[name]
    value, gradient = ours.value_and_gradient(y, p)
    expected, slope = autograd(theirs, y, p)
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(gradient, slope, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("amount", [0.0, 0.1, 1.0])
def test_label_smoothing_agrees(amount):
    y, p = CLASSES
    value, gradient = lossedu.cross_entropy_logits.value_and_gradient(smooth_labels(y, K, amount), p)
    expected, slope = autograd(lambda t, z: F.cross_entropy(z, t, label_smoothing=amount), y, p)
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(gradient, slope, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignoring", [False, True])
def test_class_weights_and_ignored_labels_agree(weighted, ignoring):
    """PyTorch divides by the sum of the weights of the labels it does not ignore: the weighted mean of this package."""
    y, p = CLASSES
    y = np.where(RNG.random(N) < 0.3 * ignoring, -100, y)
    class_weight = RNG.uniform(0.2, 3, K) if weighted else np.ones(K)
    weight = sample_weights(y, class_weight, ignored=-100) if weighted else y != -100
    theirs = torch.nn.CrossEntropyLoss(weight=torch.tensor(class_weight) if weighted else None)
    value, gradient = lossedu.cross_entropy_logits.value_and_gradient(y, p, weight)
    expected, slope = autograd(lambda t, z: theirs(z, t), y, p)
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(gradient, slope, rtol=1e-10, atol=1e-15)


def test_class_weights_of_the_probabilities_pytorch_divides_by_n():
    """The class weights of nll_loss, too, are divided by their sum; those of a row of probabilities by n."""
    (q, p), w = SIMPLEX, RNG.uniform(0.2, 3, K)
    weight, y = torch.tensor(w), CLASSES[0]
    expected, _ = autograd(lambda t, x: F.nll_loss(x.log(), t, weight=weight), y, p)
    assert lossedu.cross_entropy(y, p, sample_weights(y, w)) == pytest.approx(expected, rel=1e-12)
    expected, slope = autograd(lambda t, z: F.cross_entropy(z, t, weight=weight), q, CLASSES[1])
    row_weight = q @ w
    value, gradient = lossedu.cross_entropy_logits.value_and_gradient(
        q * w / row_weight[:, None], CLASSES[1], row_weight)
    assert row_weight.mean() * value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(row_weight.mean() * gradient, slope, rtol=1e-10, atol=1e-15)


def binary_agrees(ours, theirs, y, p, weight):
    """PyTorch divides the weighted sum by the number of entries, so the mean here is PyTorch's over the mean weight."""
    value, gradient = ours.value_and_gradient(y, p, weight)
    expected, slope = autograd(theirs, y, p)
    assert weight.mean() * value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(weight.mean() * gradient, slope, rtol=1e-10, atol=1e-15)


def test_positive_weights_and_several_labels_agree():
    y, z = (RNG.random((N, K)) < 0.3) * 1.0, 3 * RNG.normal(size=(N, K))
    positive, each, of_label = RNG.uniform(0.5, 5, K), RNG.uniform(0, 2, (N, K)), RNG.uniform(0, 2, K)
    with_logits = torch.nn.BCEWithLogitsLoss(torch.tensor(each), pos_weight=torch.tensor(positive))
    binary_agrees(lossedu.bce_logits, lambda t, x: with_logits(x, t), y, z, each * np.where(y == 1, positive, 1))
    one = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(4.0, dtype=float))
    binary_agrees(lossedu.bce_logits, lambda t, x: one(x, t), y, z, sample_weights(y, {0: 1, 1: 4}))
    of_probabilities = torch.nn.BCELoss(torch.tensor(each))
    binary_agrees(lossedu.bce, lambda t, x: of_probabilities(x, t), y, 1 / (1 + np.exp(-z)), each)
    several = torch.nn.MultiLabelSoftMarginLoss(torch.tensor(of_label))
    binary_agrees(lossedu.bce_logits, lambda t, x: several(x, t), y, z, np.broadcast_to(of_label, (N, K)))


def test_a_positive_weight_of_a_soft_label_agrees():
    """A probability is a mixture of both labels: weighing one of them moves the target, and weighs the sample."""
    y, z = RNG.random(N), LABELS[1]
    weight = 3 * y + 1 - y
    theirs = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(3.0, dtype=float))
    value, gradient = lossedu.bce_logits.value_and_gradient(3 * y / weight, z, weight)
    expected, slope = autograd(lambda t, x: theirs(x, t), y, z)
    assert weight.mean() * value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(weight.mean() * gradient, slope, rtol=1e-10, atol=1e-15)


def test_smoothing_with_class_weights_pytorch_differs():
    """PyTorch weighs the smoothed part of every class by that class's weight; a weight here belongs to the sample."""
    y, p = CLASSES
    class_weight = RNG.uniform(0.2, 3, K)
    ours = lossedu.cross_entropy_logits(smooth_labels(y, K, 0.2), p, sample_weights(y, class_weight))
    weight = torch.tensor(class_weight)
    theirs, _ = autograd(lambda t, z: F.cross_entropy(z, t, weight=weight, label_smoothing=0.2), y, p)
    log_p = torch.log_softmax(torch.tensor(p), dim=1).numpy()
    spread = 0.8 * class_weight[y] * log_p[np.arange(N), y] + 0.2 / K * (class_weight * log_p).sum(axis=1)
    assert theirs == pytest.approx(-spread.sum() / class_weight[y].sum(), rel=1e-12)
    assert ours != pytest.approx(theirs, rel=1e-3)


def test_weighted_means_pytorch_divides_some_by_n():
    """mse_loss and l1_loss divide by the sum of the weights, as here; huber_loss and the binary ones by n."""
    (y, p), weight = REAL, RNG.uniform(0, 2, N)
    w = torch.tensor(weight)
    for ours, theirs, by in ((lossedu.mse, F.mse_loss, 1), (lossedu.mae, F.l1_loss, 1),
                             (lossedu.huber, F.huber_loss, weight.mean())):
        assert by * ours(y, p, weight) == pytest.approx(
            theirs(torch.tensor(p), torch.tensor(y), weight=w).item(), rel=1e-12)
    y, p = LABELS
    theirs = F.binary_cross_entropy_with_logits(torch.tensor(p), torch.tensor(y), weight=w).item()
    assert weight.mean() * lossedu.bce_logits(y, p, weight) == pytest.approx(theirs, rel=1e-12)


def test_a_sure_and_right_answer_pytorch_differs():
    """Softmax cross-entropy of a sure row: PyTorch forms 1 + exp(-40), rounds it to 1, and answers 0."""
    assert F.cross_entropy(torch.tensor([[40.0, 0.0]], dtype=float), torch.tensor([0])).item() == 0
    assert lossedu.cross_entropy_logits([0], [[40.0, 0.0]]) == pytest.approx(np.exp(-40), rel=1e-14, abs=0)


def test_gaussian_nll_pytorch_takes_the_variance():
    y, mean, log_variance = RNG.normal(size=(3, N))
    value, gradient = lossedu.gaussian_nll.value_and_gradient(y, np.stack([mean, log_variance], axis=1))
    expected, slope = autograd(lambda t, p: F.gaussian_nll_loss(p[:, 0], t, p[:, 1].exp(), eps=0.0), y,
                               np.stack([mean, log_variance], axis=1))
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.allclose(gradient, slope, rtol=1e-10, atol=1e-15)


def test_triplet_pytorch_does_not_square():
    """triplet_margin_loss compares distances, with a small number added inside; here they are squared."""
    a, p, n = RNG.normal(size=(3, N, K))
    squared = torch.nn.TripletMarginWithDistanceLoss(distance_function=lambda x, y: ((x - y) ** 2).sum(dim=-1))
    anchor = torch.tensor(a, requires_grad=True)
    expected = squared(anchor, torch.tensor(p), torch.tensor(n))
    expected.backward()
    value, gradients = lossedu.triplet.value_and_gradient(a, p, n)
    assert value == pytest.approx(expected.item(), rel=1e-12)
    assert np.allclose(gradients[0], anchor.grad.numpy(), rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("name", ["info_nce", "sigmoid_pair"])
def test_losses_of_a_batch_agree(name):
    """The sigmoid pair loss as its paper has it: a sum over the table, divided by the size of the batch."""
    theirs = {
        "info_nce": lambda q, k: F.cross_entropy(q @ k.T, torch.arange(len(q))),
        "sigmoid_pair": lambda q, k: -F.logsigmoid((2 * torch.eye(len(q)) - 1) * (10 * q @ k.T - 10)).sum() / len(q),
    }[name]
    q, k = (torch.tensor(x, requires_grad=True) for x in RNG.normal(size=(2, 30, K)) / 2)
    expected = theirs(q, k)
    expected.backward()
    value, gradients = losses.catalogue[name].value_and_gradient(q.detach().numpy(), k.detach().numpy())
    assert value == pytest.approx(expected.item(), rel=1e-12)
    for ours, slope in zip(gradients, (q.grad, k.grad), strict=True):
        assert np.allclose(ours, slope.numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.filterwarnings("ignore:reduction. 'mean'")
def test_kl_pytorch_divides_by_all_entries_by_default():
    y, p = SIMPLEX
    expected, _ = autograd(lambda t, q: F.kl_div(q.log(), t), y, p)
    assert lossedu.kl(y, p) == pytest.approx(K * expected, rel=1e-12)
