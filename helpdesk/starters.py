"""Questions to begin with, each about a document that the person may read."""

from knowledge.models import Document, Passage

AT_MOST = 4

# The demo company's, best first, each with the document that answers it.
STARTERS = [
    ("How many unused leave days can I carry over, and until when?", "paid-leave-policy.pdf"),
    ("What is the hotel limit in Manchester?", "expenses-policy.pdf"),
    ("Which pay band is a senior engineer in?", "pay-bands.pdf"),
    ("When is the ledger locked for the September 2026 close?", "closing-calendar-2026.pdf"),
    ("How many days a week may I work from home?", "remote-and-flexible-work-policy.docx"),
    ("How long must my password be, and does it expire?", "information-security-policy.pdf"),
]
# A heading that makes a question of its own: a few words, no numbering.
HEADING = r"^[^›]+ › [^\d›?:.]{8,50}$"


def starters(user) -> list[str]:
    """Up to four questions that the documents which `user` may read answer."""
    readable = Document.objects.visible_to(user).filter(current__isnull=False)
    names = [name for _, name in STARTERS]
    there = set(readable.filter(name__in=names).values_list("name", flat=True))
    chosen = [question for question, name in STARTERS if name in there][:AT_MOST]
    return chosen or from_headings(readable)


def nothing_to_ask(user) -> bool:
    """Whether `user` may read no document at all."""
    return not Document.objects.visible_to(user).filter(current__isnull=False).exists()


def from_headings(readable) -> list[str]:
    """A question about one section each of the newest documents."""
    newest = list(readable.order_by("-current_id").values_list("current_id", flat=True)[:12])
    sections = (
        Passage.objects.filter(version__in=newest, headings__regex=HEADING)
        .order_by("-version_id", "ordinal")
        .distinct("version_id")
        .values_list("headings", flat=True)[:AT_MOST]
    )
    pairs = (headings.split(" › ") for headings in sections)
    return [f"What does “{title}” say about {lowered(section)}?" for title, section in pairs]


def lowered(heading: str) -> str:
    """A heading as it stands in a sentence; a name or an abbreviation keeps its capitals."""
    return heading[:1].lower() + heading[1:] if heading[1:].islower() else heading
