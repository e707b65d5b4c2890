"""What `/v1/embeddings` gives: vectors of any length but 1, and not in the order of the texts."""

from knowledge.embedders.fake import FakeEmbedder


def embedding_list(body: dict, dimensions: int) -> dict:
    """The answer to a request; texts that share words are near each other."""
    assert body["encoding_format"] == "float"
    assert all(body["input"]), "An endpoint refuses empty texts."
    fake = FakeEmbedder(f"fake-{dimensions}")
    rows = [
        {"object": "embedding", "index": i, "embedding": (3 * encoded.vector).tolist()}
        for i, encoded in enumerate(fake.encode(body["input"]))
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": rows[::-1], "model": body["model"], "usage": usage}
