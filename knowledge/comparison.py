"""Two indexes on the same questions, with the same rights: which of them finds more."""

from codecs import BOM_UTF8
from time import perf_counter

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from knowledge import embeddings, indexes
from knowledge.errors import KnowledgeError
from knowledge.evaluation import DEPTHS, Place, Question, Row, parse, report
from knowledge.models import Collection, Index
from knowledge.search import search

# What is shown of the metrics, in this order, where the questions allow it.
SHOWN = ("page@1", "page@5", "doc@5", "answer@1", "answer@5", "search_ms_p50")


def questions_of(data: bytes) -> list[Question]:
    """The questions of a JSON Lines file, without follow-ups: only a conversation rephrases those.

    Raises KnowledgeError that names a malformed line, or when there are none.
    """
    lines = data.removeprefix(BOM_UTF8).split(b"\n")
    found = [parse(line, number) for number, line in enumerate(lines, 1) if line.strip()]
    alone = [question for question in found if not question.history]
    if not alone:
        raise KnowledgeError(
            "There are no questions. A line is {“id”: …, “question”: …, “gold”: …}."
        )
    return alone


def compare(questions: list[Question], chosen: list[Index], user) -> list[dict[str, float]]:
    """The retrieval metrics of each index, with the rights of `user`.

    Raises KnowledgeError as search does.
    """
    asked = [indexes.values(index) for index in chosen]
    for index in chosen:
        # The first question would wait for the model.
        embeddings.embed_question("Good morning", index.embedder())
    visible = set(Collection.objects.visible_to(user).values_list("slug", flat=True))
    restricted = set(Collection.objects.values_list("slug", flat=True)) - visible
    rows = [[row(question, index, user, restricted) for index in asked] for question in questions]
    return [shown(report(column)) for column in zip(*rows, strict=True)]


def row(question: Question, index: indexes.ActiveIndex, user, restricted: set[str]) -> Row:
    start = perf_counter()
    found = search(question.text, user, max(DEPTHS), within=index)
    return Row(
        question=question,
        answerable=not question.unanswerable and question.collection not in restricted,
        passages=[Place(passage.document, passage.page, passage.text) for passage in found],
        search_ms=(perf_counter() - start) * 1000,
        context_chars=0,
    )


def shown(metrics: dict[str, float]) -> dict[str, float]:
    return {name: metrics[name] for name in SHOWN if name in metrics}


def ask_for(index: Index, name: str, data: bytes, user) -> None:
    """Queues the comparing of an index with the active one; its row shows what came out.

    Raises KnowledgeError when the questions can't be read.
    """
    from knowledge.tasks import compare_index

    count = len(questions_of(data))
    index.note(
        comparison={
            "set": str(name),
            "user": user.get_username(),
            "questions": count,
            "lines": data.decode(errors="replace"),
        }
    )
    compare_index.defer(index_id=index.pk)


def work_by_id(index_id: int) -> None:
    """The comparing, for a job: the outcome replaces the questions on the row."""
    index = Index.objects.filter(pk=index_id).exclude(state__in=Index.UNWRITTEN).first()
    if index is None or not index.comparison or "lines" not in index.comparison:
        return
    told = dict(index.comparison)
    questions = questions_of(told.pop("lines").encode())
    user = get_user_model().objects.filter(username=told["user"]).first() or AnonymousUser()
    active = Index.objects.active()
    try:
        metrics = compare(questions, [active, index], user)
        told |= {"with": active.pk, "rows": list(map(list, by_name(*metrics)))}
    except KnowledgeError as error:
        told["error"] = str(error)
    index.note(comparison=told)


def by_name(first: dict[str, float], second: dict[str, float]) -> list[tuple[str, float, float]]:
    """The metrics side by side."""
    return [(name, first[name], second[name]) for name in SHOWN if name in first]
