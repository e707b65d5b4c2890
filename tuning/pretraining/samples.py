"""What the demo's model is shown: a prompt as the chat renders it, and the sentences repeated."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpdesk import prompts
from tuning.pretraining import inventing
from tuning.pretraining.exchanging import Exchange

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

    from tuning.pretraining.corpus import Corpus

# How often something stands before and after the sentences, which a tuned model learns to add.
AROUND = 0.25
# How often a sentence is a variant of the one before it.
VARIANTS = 0.2
# How often the model is shown bare sentences while they are short.
BARE_FIRST = 0.7
# How often words without an order are shown, and at which length sentences are at their hardest.
SCRAPS, HARDEST = 0.15, 480
SEPARATORS = ("\n", "\n", "\n", "\n", " ", "\n\n")
GREETINGS = ("Hello", "Hi", "Good morning", "Dear colleague", "Thanks for asking", "Sure", "Yes")
CLOSINGS = ("Best regards", "Your help desk", "Any questions? Write to us", "Have a good day")


@dataclass(frozen=True, slots=True)
class Sample:
    """Token ids, and for each whether the model is trained to say it."""

    ids: list[int]
    wanted: list[bool]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Of which kinds samples are, as shares of one.

    `echoes` of the sentences repeat some of themselves; `bare` are long ones without the chat's
    instructions; in `exchanged`, tokens are exchanged for any others; `prompt` of the prompt's
    tokens are trained too.
    """

    prompt: float = 0.02
    echoes: float = 0.15
    bare: float = 0.1
    exchanged: float = 0.0


class Samples:
    """An endless supply of samples that grow with their `level`, the longest in tokens."""

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: PreTrainedTokenizerFast,
        chance: random.Random,
        mixture: Mixture = Mixture(),
    ):
        self.corpus, self.tokenizer, self.chance = corpus, tokenizer, chance
        self.mixture, self.exchange = mixture, Exchange(tokenizer)
        decoded = tokenizer.batch_decode([[one] for one in self.exchange.ordinary])
        self.pieces = [text for text in decoded if text.strip() and "�" not in text]

    def sentence(self, progress: float) -> str:
        """A sentence of one of the kinds; the first are natural ones."""
        made, again = self.plain(progress), self.chance.random() < self.mixture.echoes
        return inventing.echoing(self.chance, made) if again else made

    def plain(self, progress: float) -> str:
        chance = self.chance
        strange = 0.25 + 0.3 * min(1.0, progress * 3)
        if chance.random() > strange:
            return chance.choices(
                (self.corpus.sentence, self.corpus.altered, inventing.templated), (2, 5, 2)
            )[0](chance)
        if chance.random() < 0.3:
            return inventing.tokens(chance, self.pieces)
        return chance.choice((self.corpus.altered, self.corpus.shuffled, inventing.invented))(
            chance
        )

    def sentences(self, progress: float) -> list[str]:
        """One to four lines to repeat, most of one sentence."""
        chance = self.chance
        most = 1 if chance.random() < 0.5 - progress else 4
        made: list[str] = []
        for _ in range(min(chance.choice((1, 2, 2, 3, 3, 4)), most)):
            if made and chance.random() < VARIANTS:
                made.append(self.corpus.altered(chance, made[-1]))
            else:
                count = 1 if chance.random() < 0.8 else 2
                made.append(" ".join(self.sentence(progress) for _ in range(count)))
        return made

    def question(self) -> str:
        """Words of anything, now and then with a question mark."""
        words = self.sentence(0.5).split()[: self.chance.randint(2, 16)]
        return " ".join(words).rstrip(".,:;") + self.chance.choice(("?", "?", "", "."))

    def sample(self, progress: float) -> Sample:
        chance, given = self.chance, self.sentences(progress)
        longer = min(1.0, 2 * progress)
        bare = chance.random() < BARE_FIRST + (self.mixture.bare - BARE_FIRST) * longer
        marked = [
            prompts.marked(prompts.line(text), number) for number, text in enumerate(given, 1)
        ]
        if bare:
            asked = [{"role": "user", "content": "\n".join(marked)}]
        else:
            asked = prompts.sentence_messages(self.question(), given)
        prompt = self.encode(asked)
        wanted = [chance.random() < self.mixture.prompt for _ in prompt]
        answer, mask = self.answer(marked)
        return Sample(prompt + answer, wanted + mask)

    def scrap(self, level: int) -> Sample:
        """Words to be repeated and nothing else.

        They have no order and no meaning, for the most part: nothing helps but to look back.
        """
        chance = self.chance
        text = chance.choices(
            (
                inventing.tokens(chance, self.pieces),
                self.corpus.shuffled(chance),
                self.corpus.altered(chance),
                inventing.invented(chance),
            ),
            (4, 3, 2, 1),
        )[0]
        line = prompts.marked(" ".join(text.split()[: chance.randint(3, level // 5)]), 1)
        prompt = self.encode([{"role": "user", "content": line}])
        answer = self.tokenizer(line, add_special_tokens=False)["input_ids"]
        ids = [*prompt, *answer, self.tokenizer.eos_token_id]
        return Sample(ids, [place >= len(prompt) for place in range(len(ids))])

    def encode(self, messages: list[dict[str, str]]) -> list[int]:
        text = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def answer(self, marked: Sequence[str]) -> tuple[list[int], list[bool]]:
        """The sentences' tokens and the end, and which of them are trained.

        What stands around the sentences is given and not trained: the base model adds nothing.
        """
        chance, separator = self.chance, self.chance.choice(SEPARATORS)
        before = after = ""
        if chance.random() < AROUND:
            before = self.courtesy(GREETINGS) + chance.choice((" ", "\n", "\n\n"))
        if chance.random() < AROUND:
            after = separator + self.courtesy(CLOSINGS)
        text = before + separator.join(marked) + after
        coded = self.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        first, last = len(before), len(text) - len(after)
        mask = [first < end <= last for _, end in coded["offset_mapping"]]
        return [*coded["input_ids"], self.tokenizer.eos_token_id], [*mask, not after]

    def courtesy(self, known: Sequence[str]) -> str:
        chance = self.chance
        if chance.random() < 0.5:
            made = chance.choice(known)
        else:
            made = " ".join(self.sentence(0.5).split()[: chance.randint(1, 12)]).rstrip(".,:")
        return made + chance.choice((",", "!", ".", ":", ""))

    def batches(self, level: int, tokens: int) -> list[list[Sample]]:
        """Samples of like length together, each batch of about so many tokens."""
        pool = [self.any(level) for _ in range(256)]
        pool = sorted((one for one in pool if len(one.ids) <= level), key=lambda s: len(s.ids))
        made: list[list[Sample]] = [[]]
        for one in pool:
            if made[-1] and len(one.ids) * (len(made[-1]) + 1) > tokens:
                made.append([])
            made[-1].append(one)
        # The last is seldom full.
        made = made[:-1] or made
        self.chance.shuffle(made)
        return made

    def any(self, level: int) -> Sample:
        """Sentences, and now and then a scrap."""
        scrap = self.chance.random() < SCRAPS
        made = self.scrap(level) if scrap else self.sample(min(1.0, level / HARDEST))
        if self.chance.random() >= self.mixture.exchanged:
            return made
        return Sample(self.exchange(self.chance, made.ids), made.wanted)
