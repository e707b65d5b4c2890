"""The company's tone: pairs, datasets frozen out of them, the runs that learn, what came of it."""

from tuning.models.adapters import Adapter
from tuning.models.datasets import Dataset, Example
from tuning.models.evaluations import Evaluation, Reply, Vote
from tuning.models.history import PairEvent
from tuning.models.pairs import QAPair
from tuning.models.runs import Metric, Run
from tuning.models.switches import Switch

__all__ = [
    "Adapter",
    "Dataset",
    "Evaluation",
    "Example",
    "Metric",
    "PairEvent",
    "QAPair",
    "Reply",
    "Run",
    "Switch",
    "Vote",
]
