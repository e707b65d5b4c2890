"""Other tokens in the place of some, so that none is copied worse for being rare.

A tokenizer holds many pieces that its own text hardly ever shows alone: "schedu" stands in no line
where "schedule" is a token, and comes with the first "scheduling" of another company. A model that
never said such a piece looks at the right place and says another. Exchanged alike in the prompt and
in the answer, any token can stand anywhere, and copying one is copying all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from helpdesk import prompts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

# Which share of a sample's tokens is exchanged, and how often for another of the same sample: then
# words come again, and only what stood longer before tells which time it is.
SHARES, AGAIN = (0.1, 0.25, 0.5, 0.8), 0.1


class Exchange:
    """Exchanges tokens of a sample for any of the vocabulary, each wherever it stands."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast):
        special = set(tokenizer.all_special_ids)
        self.ordinary = sorted(set(tokenizer.get_vocab().values()) - special)
        self.kept = frozenset(special | instructions(tokenizer))

    def __call__(self, chance: random.Random, ids: Sequence[int]) -> list[int]:
        """The ids with some kinds of tokens exchanged; instructions, marks and digits are kept."""
        share = chance.choice(SHARES)
        kinds = sorted(set(ids) - self.kept)
        into = {
            one: chance.choice(kinds if chance.random() < AGAIN else self.ordinary)
            for one in kinds
            if chance.random() < share
        }
        return [into.get(one, one) for one in ids]


def instructions(tokenizer: PreTrainedTokenizerFast) -> set[int]:
    """The tokens that any prompt holds, those of marks and line ends among them."""
    asked = prompts.sentence_messages("", ["0 1 2 3 4 5 6 7 8 9"])
    text = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    return set(tokenizer(f"{text}\n\n", add_special_tokens=False)["input_ids"])
