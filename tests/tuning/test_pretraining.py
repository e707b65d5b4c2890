"""The demo's base model: its text, its tokenizer, its samples, and what it begins with."""

import random
import re
from dataclasses import astuple

import pytest
from django.conf import settings

from helpdesk import prompts
from tuning.pretraining import building, corpus, inventing, measuring, stages, tokenizer
from tuning.pretraining.exchanging import Exchange
from tuning.pretraining.samples import Mixture, Samples
from tuning.pretraining.training import (
    IGNORED,
    Recipe,
    Trainer,
    blank_model,
    factor,
    tensors,
)


@pytest.fixture(scope="module")
def known():
    return corpus.of_repository(settings.BASE_DIR)


@pytest.fixture(scope="module")
def coder(known):
    chance = random.Random(1)
    return tokenizer.train([*known.sentences, *(known.altered(chance) for _ in range(2000))])


@pytest.fixture
def samples(known, coder):
    return Samples(known, coder, random.Random(2))


def test_the_corpus_holds_whole_sentences_without_markup(known):
    assert len(known.sentences) > 1500
    assert not [one for one in known.sentences if one.startswith(("#", "- ", "```"))]


def test_an_altered_sentence_keeps_its_frame_and_none_of_its_numbers():
    few = corpus.Corpus(["Claims within 30 days are paid."])
    made = {few.altered(random.Random(seed)) for seed in range(50)}

    assert len(made) > 10
    assert all(re.fullmatch(r"\S+ within \d\d \S+ are \S+", one) for one in made)


@pytest.mark.parametrize(
    "text",
    [
        "Full-time employees get 25 days. [1]\nFive may be carried over. [2]",
        "Grüße an Aylin Yıldırım: €1,214.50, 10:00–12:00\n\n日本",
        "  - indented",
    ],
)
def test_the_tokenizer_gives_back_what_it_took(coder, text):
    assert coder.decode(coder(text)["input_ids"]) == text.replace("\n  ", "\n ")


def test_a_word_has_the_same_tokens_in_a_line_and_at_its_start(coder):
    first, second = coder("Managers")["input_ids"], coder("ask\nManagers")["input_ids"]

    assert second[-len(first) :] == first
    assert coder("for Managers")["input_ids"][-len(first) :] == first


def test_a_number_is_read_digit_by_digit(coder):
    tokens = coder.convert_ids_to_tokens(coder("4711")["input_ids"])

    assert tokens[-4:] == ["4", "7", "1", "1"]


def test_a_sample_wants_the_sentences_their_marks_and_the_end(samples, coder):
    for _ in range(50):
        one = samples.sample(1.0)
        place = len(one.ids) - one.ids[::-1].index(coder.convert_tokens_to_ids("<|assistant|>"))
        answer = [i for i, w in zip(one.ids[place:], one.wanted[place:], strict=True) if w]
        said = " ".join(coder.decode(answer, skip_special_tokens=True).split())
        prompt = " ".join(coder.decode(one.ids[:place], skip_special_tokens=True).split())

        assert re.match(r".+ \[1\]", said)
        assert all(part in prompt for part in said.split(" [1] ")[:1])


def test_exchanged_tokens_are_the_same_in_the_prompt_and_in_the_answer(samples, coder):
    exchange, chance = Exchange(coder), random.Random(4)
    for _ in range(50):
        before = samples.sample(1.0).ids
        after = exchange(chance, before)
        into = dict(zip(before, after, strict=True))

        assert [into[one] for one in before] == after
        assert all(into[one] == one for one in into if one in exchange.kept)


def test_any_token_is_met_where_tokens_are_exchanged(known, coder):
    mixture = Mixture(exchanged=1.0)
    samples = Samples(known, coder, random.Random(5), mixture)
    said = {
        token
        for _ in range(1500)
        for token, wanted in zip(*astuple(samples.any(300)), strict=True)
        if wanted
    }
    plain = Samples(known, coder, random.Random(5))
    spoken = {
        token
        for _ in range(1500)
        for token, wanted in zip(*astuple(plain.any(300)), strict=True)
        if wanted
    }

    assert len(samples.exchange.ordinary) - len(said) < 40
    assert len(said) - len(spoken) > 100


def test_the_last_stage_trains_the_answer_alone(known, coder):
    samples = Samples(known, coder, random.Random(6), stages.STAGES[-1].mixture)
    speaks = coder.convert_tokens_to_ids("<|assistant|>")
    for _ in range(50):
        one = samples.any(704)
        place = one.ids.index(speaks)

        assert not any(one.wanted[: place + 1])
        assert any(one.wanted[place:])


def test_a_stage_begins_with_the_weights_of_the_one_before(tmp_path, samples, coder):
    import torch

    torch.manual_seed(2)
    first = Trainer(blank_model(coder, tokenizer.WINDOW), samples, Recipe())
    first.began = 0.0
    first.save(tmp_path / "copy.pt")
    second = Trainer(blank_model(coder, tokenizer.WINDOW), samples, Recipe())
    second.begin(tmp_path / "copy.pt")

    kept = first.model.state_dict()
    assert all(torch.equal(kept[name], own) for name, own in second.model.state_dict().items())
    assert second.step == 0


def test_half_of_the_samples_at_least_are_rendered_as_the_chat_does(samples, coder):
    told = [coder.decode(samples.sample(1.0).ids) for _ in range(60)]

    assert sum(prompts.SENTENCES[:40] in one for one in told) > 40


def test_labels_are_the_wanted_tokens_alone(samples, coder):
    batch = samples.batches(300, 1024)[0]
    ids, labels = tensors(batch, coder.pad_token_id)

    assert ids.shape == labels.shape
    for row, one in enumerate(batch):
        kept = [i for i, w in zip(one.ids, one.wanted, strict=True) if w]
        assert labels[row][labels[row] != IGNORED].tolist() == kept


def test_the_model_copies_before_it_is_trained(samples, coder):
    import torch

    torch.manual_seed(1)
    model = blank_model(coder, tokenizer.WINDOW).eval()
    right = asked = 0
    for _ in range(20):
        one = samples.scrap(300)
        with torch.inference_mode():
            said = model(torch.tensor([one.ids])).logits[0].argmax(-1).tolist()
        places = [place for place, wanted in enumerate(one.wanted) if wanted]
        right += sum(said[place - 1] == one.ids[place] for place in places)
        asked += len(places)

    assert model.num_parameters() < 8_000_000
    assert right / asked > 0.85


def test_the_learning_rate_warms_up_and_falls_to_nothing():
    recipe = Recipe()

    assert factor(0, 0.0, recipe) < 0.1
    assert factor(500, 0.4, recipe) == 1.0
    assert factor(900, 1.0, recipe) == 0.0


def test_what_it_is_measured_on_was_never_trained_on(known):
    held_out = measuring.held_out()

    assert len(set(held_out)) >= 50
    assert not set(held_out) & set(known.sentences)
    assert measuring.cases(held_out, 2, 5) == measuring.cases(held_out, 2, 5)


@pytest.mark.parametrize("make", [inventing.templated, inventing.invented])
def test_what_is_invented_takes_one_line(make):
    chance = random.Random(3)

    assert not [one for one in (make(chance) for _ in range(200)) if "\n" in one or not one]


def test_the_shipped_model_repeats_two_sentences_of_another_company():
    repeater = measuring.Repeater(building.FOLDER)
    cases = measuring.cases(measuring.held_out(), 2, 12)

    alone, right = zip(*repeater.exact(cases), strict=True)
    assert sum(alone) >= 10
    assert sum(right) >= sum(alone)
