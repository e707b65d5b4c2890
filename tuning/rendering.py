"""Pure: a curated answer as a model is to say it, under the prompt that the chat shows."""

from collections.abc import Sequence
from hashlib import sha256

from helpdesk import prompts, showing
from helpdesk.citations import context as context_of
from helpdesk.citations import without_marks
from helpdesk.events import Quote
from helpdesk.matching import Source
from helpdesk.quotes import SHORT_QUOTE_CHARACTERS, Candidate, extent
from knowledge import sentences
from knowledge.found import Found
from tuning import scrambling

# Other sentences are shown in the place of the chosen ones, up to so many, of such lengths.
VARIED_SENTENCES, VARIED_LEAST, VARIED_MOST = 3, 25, 240


def bears_out(passage: Found, claim: str) -> bool:
    """Whether the passage says what a claim says."""
    return Source(passage.text, context_of(passage)).support(claim) is not None


def shown(
    question: str, answer: str, passages: Sequence[Found], context: str
) -> showing.Shown | None:
    """What the model is shown before it gives this answer; None where the chat would not ask it.

    Where the chat would choose other sentences than the answer repeats, those that it repeats are
    shown: a model must learn to say what it is given, and not to leave some of it out.
    """
    if not passages:
        return None
    found = showing.show(context, question, passages)
    if context == showing.PASSAGES:
        return found
    if found and all(line in answer for line in found.lines):
        return found
    repeated = quoted(without_marks(answer)[0], passages)
    return showing.of_sentences(question, repeated) if repeated else found


def quoted(bare: str, passages: Sequence[Found]) -> list[Quote]:
    """The places that an answer repeats word by word, in its order; neighbours are one."""
    places: list[Quote] = []
    alone = [each for passage in passages for each in passage.alone]
    for span in sentences.split(bare):
        claim = bare[slice(*span)]
        hits = ((one, one.text.find(claim)) for one in alone)
        found = next(((one, at) for one, at in hits if at >= 0), None)
        if found is None:
            continue
        one, at = found
        last = places[-1] if places else None
        if last and last.passage == one and 0 <= at - last.end <= 1:
            places[-1] = Quote(last.number, one, last.start, at + len(claim))
        else:
            places.append(Quote(len(places) + 1, one, at, at + len(claim)))
    return places


def varied(
    question: str,
    answer: str,
    found: showing.Shown,
    passages: Sequence[Found],
    seed: str,
    scramble: bool = False,
) -> list[dict[str, str]] | None:
    """The same answer around other sentences; None where it does not repeat what it is shown.

    From few pairs a small model learns their sentences by heart. Shown others between the same
    greeting and closing, it learns what is to be said always, and to repeat the rest. With
    `scramble` it is shown the others' words in no order, and some of the frame's among them.
    """
    told = cited(answer, found, showing.SENTENCES)
    marked = [prompts.marked(line, n) for n, line in enumerate(found.lines, 1)]
    if not marked or not all(line in told for line in marked):
        return None
    start, end = told.index(marked[0]), told.rindex(marked[-1]) + len(marked[-1])
    spans = [(one.text, each) for one in passages for each in one.sentences]
    texts = {" ".join(text[each.start : each.end].split()) for text, each in spans}
    spare = [text for text in texts if VARIED_LEAST <= len(text) <= VARIED_MOST]
    order = sorted(spare, key=lambda text: sha256(f"{seed} {text}".encode()).digest())
    chosen = order[: 1 + sha256(seed.encode()).digest()[0] % VARIED_SENTENCES]
    if not chosen:
        return None
    if scramble:
        made = scrambling.scrambled(chosen, seed, f"{told[:start]} {told[end:]}")
        chosen = [prompts.line(text) for text in made]
    repeated = " ".join(prompts.marked(text, n) for n, text in enumerate(chosen, 1))
    content = told[:start] + repeated + told[end:]
    return [
        *prompts.sentence_messages(question, chosen),
        {"role": "assistant", "content": content},
    ]


def choices(held: Found) -> list[str]:
    """For each sentence of a passage, what a small model is shown when that one is found best."""
    places = range(len(held.sentences))
    best = (tuple(float(i == place) for i in places) for place in places)
    made = (Candidate(held, place, 1.0, each) for place, each in zip(places, best, strict=True))
    spans = (extent(one, SHORT_QUOTE_CHARACTERS) for one in made)
    return [showing.sentence(Quote(1, held, *span)) for span in spans]


def cited(answer: str, found: showing.Shown, context: str) -> str:
    """The answer with the marks that count what is shown, and no other marks.

    Marks that stand there already count the passages of the day on which it was written.
    """
    bare, _marks = without_marks(answer)
    if context == showing.SENTENCES and all(line in bare for line in found.lines):
        for number, line in enumerate(found.lines, 1):
            bare = bare.replace(line, prompts.marked(line, number), 1)
        return bare
    sources = [Source(each.text, context_of(each)) for each in found.passages]
    pieces, done = [], 0
    for start, end in sentences.split(bare):
        claim = bare[start:end].rstrip()
        holds = (n for n, source in enumerate(sources, 1) if source.support(claim))
        number = next(holds, None)
        pieces += [bare[done : start + len(claim)], f" [{number}]" if number else ""]
        done = start + len(claim)
    return "".join([*pieces, bare[done:]]).strip()
