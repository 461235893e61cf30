"""The equations of the page on the mean squared error."""

from lossedu import mse
from tests.equations.losses import loss_equation, numbers, slope_equation

loss_equation("eq-mse", mse, numbers)
loss_equation("eq-mse-mean", mse, numbers)
slope_equation("eq-mse-gradient", mse, numbers)
