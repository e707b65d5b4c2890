"""The versions of a document as its history shows them, the last first."""

from knowledge.models import Version


def history(document) -> list[Version]:
    """Every version, the last first, each with `before`: the number of one to compare it with."""
    versions = list(document.versions.select_related("uploaded_by").order_by("-number"))
    readable = [one.number for one in versions if one.passage_count]
    for version in versions:
        earlier = [number for number in readable if number < version.number]
        version.before = earlier[0] if earlier and version.passage_count else None
    return versions
