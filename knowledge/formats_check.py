"""How well every file of a folder is read: what failed and why, word recall and time a format."""

import html
import os
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from .errors import KnowledgeError
from .extract.blocks import Extraction
from .extract.isolated import Extractor, ReaderError

SOURCES, TRUTH = "sources", "groundtruth"
# Chinese and Japanese put no spaces between words: there each character counts as one.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TARGET = re.compile(r"\]\([^)\n]*\)")
TAG = re.compile(r"</?[a-zA-Z][^<>\n]*>")


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file. `broke` is true where it crashed the reader or made it hang.

    `recall` is None where no expected text lies beside the file.
    """

    path: Path
    seconds: float
    error: str = ""
    broke: bool = False
    recall: float | None = None
    readable: int = 0
    expected: int = 0

    @property
    def format(self) -> str:
        return self.path.suffix.lower().lstrip(".") or "(none)"


@dataclass(frozen=True, slots=True)
class Summary:
    """All files of one format. Times are in seconds; `recall` is a mean over `measured` files."""

    format: str
    files: int
    ready: int
    failed: int
    broke: int
    readable: int
    expected: int
    measured: int
    recall: float | None
    median_s: float
    worst_s: float


def check(folder: Path) -> Iterator[Checked]:
    """Reads each file below a folder in a child process, as the worker does.

    Hidden files are left out, and folders named groundtruth: they hold the expected texts.
    """
    with Extractor() as extractor:
        for path in files_of(folder):
            yield check_file(path, extractor)


def files_of(folder: Path) -> list[Path]:
    """The files below a folder, sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != TRUTH and not name.startswith(".")]
        found += [Path(place, name) for name in names if not name.startswith(".")]
    return sorted(found)


def check_file(path: Path, extractor: Extractor) -> Checked:
    """Reads one file. Where it fails though a text is expected, its recall is 0."""
    truth = truth_of(path)
    start = time.perf_counter()
    try:
        extraction = extractor.extract(path)
    except KnowledgeError as error:
        seconds = time.perf_counter() - start
        broke = isinstance(error, ReaderError)
        return Checked(path, seconds, str(error), broke, 0.0 if truth else None)
    seconds = time.perf_counter() - start
    recall = None
    if truth:
        recall = word_recall(plain(truth.read_text("utf-8", errors="replace")), text_of(extraction))
    pages = extraction.readable_pages, extraction.expected_pages
    return Checked(path, seconds, "", False, recall, *pages)


def text_of(extraction: Extraction) -> str:
    return "\n".join(page.text for page in extraction.pages)


def truth_of(path: Path) -> Path | None:
    """The expected Markdown of sources/x.docx: groundtruth/x.docx.md, or groundtruth/x.md.

    A groundtruth folder beside the file itself serves as well.
    """
    folder = path.parent.parent if path.parent.name == SOURCES else path.parent
    for name in (f"{path.name}.md", f"{path.stem}.md"):
        if (folder / TRUTH / name).is_file():
            return folder / TRUTH / name
    return None


def plain(markdown: str) -> str:
    """Markdown without its comments, its links' addresses, its tags and its escapes."""
    text = TARGET.sub("]", COMMENT.sub(" ", markdown))
    return html.unescape(TAG.sub(" ", text))


def words(text: str) -> Counter:
    """How often each word stands in a text: runs of letters and digits, case folded."""
    return Counter(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def word_recall(expected: str, found: str) -> float | None:
    """The share of the expected words that were found, each as often as it is expected.

    The order of the words does not matter. None where nothing is expected.
    """
    wanted, there = words(expected), words(found)
    total = sum(wanted.values())
    return sum((wanted & there).values()) / total if total else None


def summarise(checked: list[Checked]) -> list[Summary]:
    """One row a format, the commonest first."""
    formats = defaultdict(list)
    for one in checked:
        formats[one.format].append(one)
    order = sorted(formats, key=lambda name: (-len(formats[name]), name))
    return [_summary(name, formats[name]) for name in order]


def _summary(name: str, checked: list[Checked]) -> Summary:
    recalls = [one.recall for one in checked if one.recall is not None]
    seconds = [one.seconds for one in checked]
    failed = sum(bool(one.error) for one in checked)
    return Summary(
        format=name,
        files=len(checked),
        ready=len(checked) - failed,
        failed=failed,
        broke=sum(one.broke for one in checked),
        readable=sum(one.readable for one in checked),
        expected=sum(one.expected for one in checked),
        measured=len(recalls),
        recall=mean(recalls) if recalls else None,
        median_s=median(seconds),
        worst_s=max(seconds),
    )


def reasons(checked: list[Checked]) -> list[tuple[str, str, int]]:
    """(format, why, how many files) for what failed, by format and then the commonest first."""
    counts = Counter((one.format, one.error) for one in checked if one.error)
    return sorted(
        ((name, why, n) for (name, why), n in counts.items()), key=lambda r: (r[0], -r[2], r[1])
    )
