"""Any sentence-transformers model, from a folder or the hub, in torch."""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from knowledge.embedders.encoded import Encoded, normalised
from knowledge.errors import KnowledgeError
from knowledge.hub_cache import cached, known_absent

BATCH = 32
HUB_SECONDS = 10
WEIGHTS = (".safetensors", ".bin", ".json")
# What else a model is made of. Without it a model is loaded all the same, and gives other vectors.
MODULES = "modules.json"
WORDS = ("tokenizer.json", "vocab.*", "*.model")
BROKEN = (OSError, ValueError, TypeError)


def recipe(name: str) -> str:
    """The model's name; for a folder also a fingerprint, for folders of one name differ inside."""
    last = name.rstrip("/").rsplit("/", 1)[-1][:60]
    weights = sorted(path for path in Path(name).rglob("*") if path.suffix in WEIGHTS)
    if not weights:
        return last
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{last}-{digest.hexdigest()[:12]}"


def loaded(name: str):
    """The model from its folder, from the hub's cache, or from the hub.

    What is here is loaded without asking: where the hub is away, asking takes minutes. Raises
    an error of BROKEN where it can't be loaded, KnowledgeError as `ask_hub`.
    """
    from sentence_transformers import SentenceTransformer

    if Path(name).is_dir():
        return SentenceTransformer(name)
    begun = False
    for one in full_names(name):
        folder = cached(one)
        begun = begun or folder is not None
        if folder and is_whole(one, folder):
            # Where this fails, the download was cut short too: the hub has the rest.
            with suppress(*BROKEN):
                return SentenceTransformer(str(folder))
    ask_hub(name, begun)
    return SentenceTransformer(name)


def is_whole(name: str, folder: Path) -> bool:
    """Whether nothing is missing in the hub's cache of a model that loading would not miss.

    A model without modules is one whose tokens' mean is taken, if the hub says that it has none.
    """
    has_modules = (folder / MODULES).exists() or known_absent(name, MODULES)
    return has_modules and any(file for words in WORDS for file in folder.rglob(words))


def full_names(name: str) -> list[str]:
    """What the hub may call it: its own models' names need not say whose they are."""
    return [name] if "/" in name else [name, f"sentence-transformers/{name}"]


def ask_hub(name: str, begun: bool) -> None:
    """Asks the hub once whether it has the model, of which a part is here where it is `begun`.

    Raises KnowledgeError at once where it has none: loading it would ask for each of its files,
    again and again, for a minute or two.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, HTTPError, RepositoryNotFoundError

    try:
        for one in full_names(name):
            with suppress(RepositoryNotFoundError):
                HfApi().model_info(one, timeout=HUB_SECONDS)
                return
    except HFValidationError:
        pass
    except (HTTPError, OSError) as error:
        if begun:
            raise KnowledgeError(
                f"The embedding model “{name}” was downloaded in part only, and the hub can't be"
                f" asked for the rest: {error}. Try again when it can, or name a folder that holds"
                " the whole model."
            ) from error
        raise KnowledgeError(
            f"The embedding model “{name}” is no folder here, and the hub can't be asked for it:"
            f" {error}."
        ) from error
    raise KnowledgeError(
        f"There is no embedding model “{name}”, neither a folder here nor a model of the hub."
    )


class SentenceTransformerEmbedder:
    """The model named by `EMBEDDING_MODEL`; loading it takes seconds and hundreds of megabytes."""

    def __init__(self, name: str):
        try:
            self.model = loaded(name)
        except BROKEN as error:
            raise KnowledgeError(
                f"The embedding model “{name}” can't be loaded: {error}. "
                "Set EMBEDDING_MODEL to a folder or a model of the hub."
            ) from error
        self.recipe = recipe(name)
        self.window = self.model.max_seq_length or 512
        self.dimensions = self.model.get_embedding_dimension()
        self.tokenizer = self.model.tokenizer

    def count_tokens(self, text: str) -> int:
        return len(self.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def encode(self, texts: list[str], question: bool = False) -> list[Encoded]:
        encode = self.model.encode_query if question else self.model.encode_document
        rows = encode(texts, output_value=None, batch_size=BATCH, show_progress_bar=False)
        return [self._encoded(text, row) for text, row in zip(texts, rows, strict=True)]

    def _encoded(self, text: str, row: dict) -> Encoded:
        mask = self.tokenizer(
            text, truncation=True, max_length=self.window, return_offsets_mapping=True
        )
        offsets = np.array(mask["offset_mapping"], dtype=int).reshape(-1, 2)
        real = row["attention_mask"].bool()
        tokens = row["token_embeddings"][real].float().cpu().numpy()
        # A prompt that the model puts before the text shifts its tokens: align them at the end.
        size = min(len(tokens), len(offsets))
        tokens, offsets = tokens[-size:], offsets[-size:]
        inside = offsets[:, 1] > offsets[:, 0]
        vector = normalised(row["sentence_embedding"].float().cpu().numpy())
        return Encoded(vector, tokens[inside], offsets[inside])
