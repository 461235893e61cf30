"""The equations of the page on the Huber loss and its cousins."""

from lossedu import Huber, PseudoHuber, log_cosh
from tests.equations.residuals import residual_equation

PAGE = "regression/huber"

residual_equation("eq-huber", PAGE, Huber(0.8), delta=0.8)
residual_equation("eq-huber-slope", PAGE, Huber(0.8), delta=0.8)
residual_equation("eq-pseudo-huber", PAGE, PseudoHuber(0.8), delta=0.8)
residual_equation("eq-pseudo-huber-slope", PAGE, PseudoHuber(0.8), delta=0.8)
residual_equation("eq-log-cosh", PAGE, log_cosh)
residual_equation("eq-log-cosh-slope", PAGE, log_cosh)
