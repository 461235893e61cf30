"""Which loss? A guide to click through: questions, answers, and what each answer promises of the losses under it."""

from lossedu.choosing.show import choose

__all__ = ["choose"]
