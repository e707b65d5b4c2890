"""Render the demo handbook: sources/*.md to the PDF, DOCX and scanned files under docs/."""

import sys
from dataclasses import dataclass
from pathlib import Path

import docx_output
import pdf_output
from markdown_it import MarkdownIt

HERE = Path(__file__).resolve().parent
RENDERERS = {
    "pdf": pdf_output.write_pdf,
    "scan": pdf_output.write_scan,
    "docx": docx_output.write_docx,
}


@dataclass(frozen=True)
class Source:
    """One handbook document: its front matter and its parsed Markdown body."""

    meta: dict
    tokens: list


def parse_source(text):
    """Split the front matter from the body and parse the body as Markdown with tables."""
    _, head, body = text.split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines() if line.strip())
    meta = {key.strip(): value.strip() for key, value in pairs}
    parser = MarkdownIt("commonmark").enable("table")
    return Source(meta=meta, tokens=parser.parse(body))


def build(path, docs_dir):
    """Render one source file and return the path that was written."""
    source = parse_source(path.read_text(encoding="utf-8"))
    target = docs_dir / source.meta["collection"] / source.meta["output"]
    target.parent.mkdir(parents=True, exist_ok=True)
    RENDERERS[source.meta["format"]](source, target)
    return target


def main(names):
    """Render the named sources, or all of them when none is named."""
    for path in sorted((HERE / "sources").glob("*.md")):
        if not names or path.stem in names:
            written = build(path, HERE / "docs")
            sys.stdout.write(f"{written.relative_to(HERE)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
