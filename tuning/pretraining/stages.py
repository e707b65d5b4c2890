"""The parts of the training: what the model is shown in each, and how it learns from it."""

from __future__ import annotations

from dataclasses import dataclass

from tuning.pretraining.samples import Mixture
from tuning.pretraining.training import LONGEST, Recipe


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the training, under the name that its state is kept by."""

    name: str
    recipe: Recipe
    mixture: Mixture


# First to copy, from short to long; then to copy any token, and among echoes. Without instructions
# half of a sample's tokens are answer, with them a fifth: so the second part has more bare ones.
STAGES = (
    Stage("copy", Recipe(minutes=25.0), Mixture()),
    Stage(
        "exchange",
        Recipe(minutes=6.0, level=LONGEST, rate=2e-3, matrix_rate=6e-4, decay=0.7),
        Mixture(prompt=0.0, echoes=0.3, bare=0.5, exchanged=0.7),
    ),
)
MINUTES = sum(stage.recipe.minutes for stage in STAGES)
