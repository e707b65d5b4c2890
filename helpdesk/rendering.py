"""Pure: an answer's Markdown to clean HTML, its [n] marks to links to their sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

TAGS = {"p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
TAGS |= {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
MARK = re.compile(r"\[(\d{1,3})\]")

# A mark travels through Markdown and cleaning between two characters that no text may hold, so
# that the cleaner needs to allow nothing of what a citation's link is made of.
OPEN, CLOSE = "\ue000", "\ue001"
CARRIED = re.compile(rf"\s*{OPEN}(\d+){CLOSE}")
# Markdown has no table without a header; an empty one is not shown.
NO_HEADER = re.compile(r"<thead>\s*<tr>\s*(?:<th></th>\s*)+</tr>\s*</thead>")
TABLE = '<div class="table-scroll" role="group" aria-label="Table" tabindex="0"><table>'


@dataclass(frozen=True, slots=True)
class Link:
    """Where a mark leads; `label` is its name for a screen reader."""

    url: str
    label: str


def html(markdown: str, links: Mapping[int, Link], pending: bool = False) -> SafeString:
    """Clean HTML of an answer; headings begin at h3.

    [n] becomes the link of citation n. A mark without one is left out, or shown as a plain number
    where the answer is `pending`: its citations come at its end.
    """
    markdown = markdown.replace(OPEN, "").replace(CLOSE, "")
    cleaned = nh3.clean(
        _markdown.render(markdown), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES
    )
    cleaned = NO_HEADER.sub("", cleaned)
    cleaned = cleaned.replace("<table>", TABLE).replace("</table>", "</table></div>")
    return mark_safe(CARRIED.sub(lambda match: mark(int(match[1]), links, pending), cleaned))  # noqa: S308 - cleaned


def mark(number: int, links: Mapping[int, Link], pending: bool) -> str:
    """The link of one mark."""
    if link := links.get(number):
        return format_html(
            '<a class="citation" href="{}" hx-get="{}" hx-target="#source" aria-label="{}">{}</a>',
            link.url,
            link.url,
            link.label,
            number,
        )
    return format_html('<span class="citation">{}</span>', number) if pending else ""


def citation_mark(state: StateInline, silent: bool) -> bool:
    """The inline rule that takes [n] for a mark, wherever it is not code."""
    match = MARK.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("text", "", 0).content = f"{OPEN}{match[1]}{CLOSE}"
    state.pos = match.end()
    return True


def lowered_headings(state) -> None:
    """The page has its own h1 and h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"


def markdown_reader() -> MarkdownIt:
    """Markdown with tables, without HTML and images. An underlined heading is off as well: in a
    stream, the first dash of a list would make one of the line above it."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    reader.disable(["html_block", "html_inline", "image", "reference", "lheading"])
    reader.inline.ruler.before("link", "citation_mark", citation_mark)
    reader.core.ruler.push("lowered_headings", lowered_headings)
    reader.validateLink = lambda url: url.partition(":")[0].lower() in SCHEMES
    return reader


_markdown = markdown_reader()
