"""The company's tone: pairs of a question and the answer it ought to have had."""

from tuning.models.pairs import QAPair

__all__ = ["QAPair"]
