"""What a submission gets when it imports the course's package: checks that do nothing, and no answers."""

from lossedu.exercises import check, hint, progress, solution
from lossedu.exercises import next as next

__all__ = ["check", "hint", "progress", "solution"]
