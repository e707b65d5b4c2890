"""The Postgres that comes as a wheel, for a desk that was given no `DATABASE_URL`."""

import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# An HNSW scan goes on until enough passages pass the rights filter (pgvector 0.8).
SESSION = (
    "-c hnsw.iterative_scan=relaxed_order -c hnsw.ef_search=100 -c random_page_cost=1.1 -c jit=off"
)


def secret_key(var: Path) -> str:
    """The key kept in `var`, made on first use; processes that start together get the same."""
    path = var / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        own = var / f"secret_key.{secrets.token_hex(8)}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(50))
        try:
            path.hardlink_to(own)
        except FileExistsError:
            pass
        finally:
            own.unlink()
        return path.read_text()


def database(url: str, data: Path) -> dict:
    """Django's settings for the database at `url`, or for the embedded one with its data in `data`.

    Raises ImproperlyConfigured for an address that is not Postgres', and when the embedded server
    does not start.
    """
    if url:
        try:
            settings = dj_database_url.parse(url)
        except (ValueError, KeyError) as error:
            raise ImproperlyConfigured(f"DATABASE_URL is not an address: {error}") from None
        if settings["ENGINE"] != "django.db.backends.postgresql":
            raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address.")
    else:
        settings = embedded(data)
    options = settings.setdefault("OPTIONS", {})
    options["options"] = " ".join(filter(None, [options.get("options"), SESSION]))
    # Short tries: a pool that tries for long waits ever longer before it sees the database again.
    pool = {"min_size": 1, "max_size": 12, "timeout": 5, "reconnect_timeout": 2}
    settings["OPTIONS"]["pool"] = pool
    settings["CONN_HEALTH_CHECKS"] = True
    return settings


def embedded(data: Path) -> dict:
    """Starts the embedded server if it does not run; the last process that uses it stops it."""
    from helpdesk.postgres import Server

    server = Server.of(data)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": str(server.socket_folder),
    }
