"""The company's tone: pairs, datasets frozen out of them, and the runs that learn from these."""

from tuning.models.adapters import Adapter
from tuning.models.datasets import Dataset, Example
from tuning.models.history import PairEvent
from tuning.models.pairs import QAPair
from tuning.models.runs import Metric, Run

__all__ = ["Adapter", "Dataset", "Example", "Metric", "PairEvent", "QAPair", "Run"]
