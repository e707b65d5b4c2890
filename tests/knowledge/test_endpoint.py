"""Embeddings from an OpenAI-compatible endpoint, over a real socket."""

import json

import numpy as np
import pytest

from knowledge import embeddings
from knowledge.chunking import Chunk
from knowledge.embedders import endpoint
from knowledge.embedders.endpoint import EndpointEmbedder, batches
from knowledge.errors import KnowledgeError

TEXT = "Take the train. Keep the receipt."


@pytest.fixture
def made(settings, model_server):
    """Makes the embedder of the double."""
    settings.EMBEDDING_BASE_URL = model_server.base_url
    settings.EMBEDDING_API_KEY = "secret"
    return lambda: EndpointEmbedder("embed-small")


def place(model_server):
    return model_server.base_url.split("/")[2]


def test_texts_have_normalised_vectors_in_their_order(made, model_server):
    embedder = made()
    assert (embedder.dimensions, embedder.recipe) == (48, f"embed-small@{place(model_server)}")
    found = embedder.encode(["train", "receipt", ""])
    assert [len(one.vector) for one in found] == [48] * 3
    assert np.allclose([np.linalg.norm(one.vector) for one in found], 1, atol=1e-5)
    assert np.allclose(found[0].vector, embedder.encode(["train"])[0].vector, atol=1e-5)
    request = model_server.requests[-1]
    assert request.path == "/v1/embeddings"
    assert request.headers["authorization"] == "Bearer secret"
    assert request.body["model"] == "embed-small"


def test_sentences_are_embedded_as_texts_of_their_own(made):
    embedder = made()
    chunks = [
        Chunk("Travel", TEXT, 1, sentences=[(0, 15), (16, 33)]),
        Chunk("", "Nothing", 1, sentences=[]),
    ]
    first, second = embeddings.embed_passages(chunks, embedder)
    assert (first.sentences.shape, second.sentences.shape) == ((2, 48), (0, 48))
    alone = embeddings.embed_question("Keep the receipt.", embedder)
    assert np.allclose(first.sentences[1], alone, atol=1e-5)


def test_a_model_of_an_endpoint_is_chosen_by_its_name(made, model_server):
    assert embeddings.embedder("openai:embed-small").name == "embed-small"
    embeddings._embedder.cache_clear()


def test_many_texts_go_in_parts_that_a_request_may_hold(made, model_server, monkeypatch):
    embedder = made()
    monkeypatch.setattr(endpoint, "BATCH", 4)
    assert len(embedder.encode(["word"] * 10)) == 10
    assert [len(request.body["input"]) for request in model_server.requests] == [1, 4, 4, 2]
    monkeypatch.setattr(endpoint, "BATCH_CHARACTERS", 10)
    assert batches(["123456", "1234", "1", "12345678901"]) == [
        ["123456", "1234"],
        ["1"],
        ["12345678901"],
    ]
    assert batches([]) == []


def test_what_may_pass_is_tried_again(made, model_server):
    embedder = made()
    model_server.fails(429, times=2)
    assert len(embedder.encode(["train"])) == 1


@pytest.mark.parametrize(
    ("status", "sentence", "again"),
    [
        (401, "refused the key: see EMBEDDING_API_KEY", False),
        (404, "knows no model “embed-small”", False),
        (400, "answered with the error 400", False),
        (429, "has had too many requests", True),
        (503, "answered with the error 503", True),
    ],
)
def test_an_error_of_the_endpoint_has_its_sentence(made, model_server, status, sentence, again):
    embedder = made()
    model_server.fails(status)
    with pytest.raises(KnowledgeError, match=sentence) as raised:
        embedder.encode(["train"])
    assert raised.value.again is again
    assert "secret" not in str(raised.value)


def test_an_endpoint_that_is_away_may_come_back(made, model_server):
    model_server.refuse()
    with pytest.raises(KnowledgeError, match="can't be reached") as raised:
        made()
    assert raised.value.again


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"data": []}, "no list of vectors|another number of vectors"),
        ({"data": [{"index": 0, "embedding": [1, "x"]}]}, "no list of vectors"),
        ({"data": [{"index": 0, "embedding": [[1]]}]}, "another number of vectors"),
        ({"error": "no"}, "no list of vectors"),
        ([], "no list of vectors"),
    ],
)
def test_what_is_no_list_of_vectors_is_refused(made, model_server, body, sentence):
    embedder = made()
    model_server.sends(json.dumps(body).encode())
    with pytest.raises(KnowledgeError, match=sentence):
        embedder.encode(["train"])


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_a_vector_that_is_no_number_is_refused(made, model_server, number):
    embedder = made()
    vector = f"[{number}{', 0' * 47}]"
    model_server.sends(f'{{"data": [{{"index": 0, "embedding": {vector}}}]}}'.encode())
    with pytest.raises(KnowledgeError, match="no number"):
        embeddings.embed_question("train", embedder)


def test_another_number_of_dimensions_is_refused(made, model_server):
    embedder = made()
    model_server.dimensions = 32
    with pytest.raises(KnowledgeError, match="gave 32 dimensions instead of 48"):
        embeddings.embed_question("train", embedder)


def test_tokens_are_never_counted_too_few_and_nothing_longer_is_sent(made, model_server, settings):
    settings.EMBEDDING_WINDOW = 64
    embedder = made()
    assert embedder.count_tokens("train") == 8
    words = "Every employee has twenty-five working days of leave a year. " * 8
    # OpenAI's cl100k_base counts 12 tokens a sentence.
    assert 8 * 12 < embedder.count_tokens(words) < len(words)
    assert embedder.count_tokens("漢字" * 40) >= 3 * 80
    embedder.encode([words, "x" * 1000, "漢字" * 40])
    sent = model_server.requests[-1].body["input"]
    assert all(0 < embedder.count_tokens(text) <= 64 for text in sent)
    assert words.startswith(sent[0])
    assert len(sent[0].split()) > 20
