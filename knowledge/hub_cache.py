"""What the hub's client has downloaded before."""

from pathlib import Path


def cached(model: str) -> Path | None:
    """The folder in which the hub's client keeps a model, which may be there in part only."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, "config.json")
    except HFValidationError:
        return None
    return Path(found).parent if isinstance(found, str) else None


def known_absent(model: str, name: str) -> bool:
    """Whether the hub has said that the model has no such file."""
    from huggingface_hub import _CACHED_NO_EXIST, try_to_load_from_cache

    return try_to_load_from_cache(model, name) is _CACHED_NO_EXIST
