"""Pure: an answer's Markdown to clean HTML, its [n] marks to links to their sources."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
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
# Between these two stands a sentence that no source bears out.
DOUBT, SURE = "\ue002", "\ue003"
SIGNS = dict.fromkeys(map(ord, (OPEN, CLOSE, DOUBT, SURE)))
CARRIED = re.compile(rf"\s*{OPEN}(\d+){CLOSE}")
# Markdown has no table without a header; an empty one is not shown.
NO_HEADER = re.compile(r"<thead>\s*<tr>\s*(?:<th></th>\s*)+</tr>\s*</thead>")
TAG = re.compile(r"(<[^>]*>)")
BLOCK_END = re.compile(r"</(?:p|li|td|th|h[3-6]|blockquote)>")
NOT_IN_SOURCES = _("Not found in the sources")
DOUBTED = '<span class="unsupported" title="{}">{}</span>'
DOUBT_MARK = (
    '<span class="unsupported-mark" title="{}"><span aria-hidden="true">?</span>'
    '<span class="visually-hidden"> ({})</span></span>'
)
TABLE = '<div class="table-scroll" role="group" aria-label="{}" tabindex="0"><table>'


@dataclass(frozen=True, slots=True)
class Link:
    """Where a mark leads; `label` is its name for a screen reader."""

    url: str
    label: str


def html(
    markdown: str,
    links: Mapping[int, Link],
    pending: bool = False,
    unsupported: Sequence[tuple[int, int]] = (),
    addresses: Collection[str] = (),
) -> SafeString:
    """Clean HTML of an answer; headings begin at h3.

    [n] becomes the link of citation n. A mark without one is left out, or shown as a plain number
    where the answer is `pending`: its citations come at its end. Characters `unsupported` of the
    Markdown are marked as not found in the sources. A link to any but `addresses` is its text.
    """
    markdown = carried(markdown, unsupported)
    rendered = _markdown.render(markdown, {"addresses": addresses})
    cleaned = nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES)
    cleaned = doubted(NO_HEADER.sub("", cleaned))
    if "<table>" in cleaned:
        table = format_html(TABLE, gettext("Table"))
        cleaned = cleaned.replace("<table>", table).replace("</table>", "</table></div>")
    return mark_safe(CARRIED.sub(lambda match: mark(int(match[1]), links, pending), cleaned))  # noqa: S308 - cleaned


def carried(markdown: str, unsupported: Sequence[tuple[int, int]]) -> str:
    """The Markdown with the ends of the unsupported sentences in it, and no such sign else."""
    pieces, done = [], 0
    for start, end in sorted(unsupported):
        if done <= start < end <= len(markdown):
            pieces += [bare(markdown[done:start]), DOUBT, bare(markdown[start:end]), SURE]
            done = end
    return "".join([*pieces, bare(markdown[done:])])


def bare(text: str) -> str:
    return text.translate(SIGNS)


def doubted(cleaned: str) -> str:
    """Each run of text of an unsupported sentence in an element, and a sign at the last one's end.

    The runs lie between tags, so that emphasis and table cells stay whole.
    """
    if DOUBT not in cleaned:
        return cleaned
    out, doubting = [], False
    title = str(NOT_IN_SOURCES)
    sign = format_html(DOUBT_MARK, title, title.lower())
    for piece in TAG.split(cleaned):
        if piece.startswith("<"):
            if doubting and BLOCK_END.fullmatch(piece) and not piece.startswith(("</td", "</th")):
                out.append(sign)
                doubting = False
            out.append(piece)
            continue
        for part in re.split(f"([{DOUBT}{SURE}])", piece):
            if part == SURE and doubting:
                out.append(sign)
            elif part not in (DOUBT, SURE):
                told = doubting and part.strip()
                out.append(DOUBTED.format(title, part) if told else part)
            doubting = part == DOUBT if part in (DOUBT, SURE) else doubting
    return "".join(out)


def addresses(markdown: str) -> list[str]:
    """What the answer's Markdown links to, each address once."""
    if "](" not in markdown and "<" not in markdown:
        return []
    tokens = (child for token in _markdown.parse(markdown, {}) for child in token.children or ())
    return list(dict.fromkeys(one.attrGet("href") for one in tokens if one.type == "link_open"))


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


def known_links(state) -> None:
    """Leaves out the links whose address is not among those of the environment; the text stays."""
    allowed = state.env.get("addresses")
    for token in state.tokens:
        kept, dropping = [], False
        for child in token.children or ():
            if child.type == "link_open":
                dropping = allowed is not None and child.attrGet("href") not in allowed
            if not (dropping and child.type in ("link_open", "link_close")):
                kept.append(child)
        token.children = kept if token.children is not None else None


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
    reader.core.ruler.push("known_links", known_links)
    reader.core.ruler.push("lowered_headings", lowered_headings)
    reader.validateLink = lambda url: url.partition(":")[0].lower() in SCHEMES
    return reader


_markdown = markdown_reader()
