"""The equations of the page on the Huber loss and its cousins."""

from lossedu import Huber, PseudoHuber, log_cosh
from tests.equations.residuals import residual_equation

residual_equation("eq-huber", Huber(0.8), delta=0.8)
residual_equation("eq-huber-slope", Huber(0.8), delta=0.8)
residual_equation("eq-pseudo-huber", PseudoHuber(0.8), delta=0.8)
residual_equation("eq-pseudo-huber-slope", PseudoHuber(0.8), delta=0.8)
residual_equation("eq-log-cosh", log_cosh)
residual_equation("eq-log-cosh-slope", log_cosh)
