"""The demo company's handbook as texts."""

from knowledge.demo.company import DOCS


def texts() -> list[str]:
    sources = DOCS.parent / "sources"
    plain = [
        *sources.glob("*.md"),
        *DOCS.rglob("*.md"),
        *DOCS.rglob("*.html"),
        *DOCS.rglob("*.csv"),
    ]
    return [path.read_text() for path in sorted(plain)]
