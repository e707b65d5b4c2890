"""What stands against training on a set of pairs."""

import json
import random

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile

from knowledge.models import Collection, Document, Index, Passage, Version
from tuning import preflight
from tuning.models import QAPair

LEAVE = (
    "Full-time employees have 25 days of annual leave a year. Up to five days may be carried over"
    " until 31 March. Questions go to leave@desk.example or to Meridian Assist, 061 555 0190."
)


def publish(collection, text, name="leave.md", sha="a", document=None):
    """A version that answers, with one passage; the newest of the document."""
    document = document or Document.objects.create(collection=collection, name=name, title=name)
    number = document.versions.count() + 1
    version = Version.objects.create(
        document=document,
        number=number,
        sha256=sha * 64,
        size=1,
        status="ready",
        file=ContentFile(b"x", name=name),
    )
    Passage.objects.create(
        version=version, collection=collection, ordinal=0, text=text, live=True, headings=name
    )
    document.current = version
    document.save()
    return version


@pytest.fixture
def leave(everyone):
    return publish(everyone, LEAVE)


def pair(question, answer, by, *sources, approved=True):
    made = QAPair.make(question, answer, by, sources)
    if approved:
        made.submit(by)
        made.approve(get_user_model().objects.get_or_create(username="reviewer")[0])
    return made


def found(*pairs, groups=None, least=0, **options):
    """The checks' names with whether they block, for these pairs."""
    report = preflight.examine(QAPair.objects.order_by("pk"), groups, least=least, **options)
    return [(one.check, one.blocking, one.pair) for one in report.findings]


def test_a_good_set_has_no_findings(curator, leave):
    pair("How much leave do I have?", "Full-time you have 25 days [1].", curator, leave)
    pair("Until when can I carry days over?", "Until 31 March: five days [1].", curator, leave)
    report = preflight.examine(QAPair.objects.all(), least=2)
    assert report.findings == ()
    assert report.counts["pairs"] == report.counts["approved"] == 2


def test_pairs_that_their_author_approved_alone_are_told_of(curator, leave):
    own = pair("How much leave do I have?", "Full-time you have 25 days [1].", curator, leave)
    QAPair.objects.filter(pk=own.pk).update(reviewer=curator)
    assert found() == [("approved_alone", False, None)]


def test_too_few_approved_pairs_refuse_to_start(curator, leave):
    draft = pair("How much?", "25 days a year.", curator, leave, approved=False)
    report = preflight.examine(QAPair.objects.all())
    assert [(one.check, one.pair) for one in report.blocking] == [
        ("too_few", None),
        ("not_approved", draft.pk),
    ]
    assert "0. A run takes 20 or more" in report.blocking[0].message


def test_the_same_pair_twice_is_a_warning(curator, leave):
    first = pair("How much leave do I have?", "You have 25 days a year [1].", curator, leave)
    again = pair("how much leave do I have", "You have 25 days a year.", curator, leave)
    report = preflight.examine(QAPair.objects.order_by("pk"), least=0)
    (one,) = report.findings
    assert (one.check, one.blocking, one.pair, one.others) == (
        "duplicate",
        False,
        again.pk,
        (first.pk,),
    )


def test_other_facts_for_the_same_question_block(curator, everyone):
    source = publish(everyone, "25 days of leave. 30 days of leave for those above 60.")
    pair("How much leave do I have?", "You have 25 days a year.", curator, source)
    second = pair("How much leave do I have?", "You have 30 days of leave.", curator, source)
    assert found() == [("contradiction", True, second.pk)]


def test_yes_and_no_to_the_same_question_contradict(curator, leave):
    pair("May I carry leave over?", "Yes, you may do so.", curator, leave)
    second = pair("May I carry leave over?", "No, that is not possible.", curator, leave)
    assert found() == [("contradiction", True, second.pk)]


def test_paraphrases_are_told_and_other_questions_are_not(real_embeddings, curator, everyone):
    source = publish(
        everyone,
        "The salary is paid on the 26th of a month. The limit for lunch is €20, for dinner €42.",
    )
    pair("When is the salary paid?", "On the 26th of a month.", curator, source)
    second = pair("On which day is the salary paid?", "On the 26th of a month.", curator, source)
    pair("What is the limit for lunch abroad?", "The limit is €20.", curator, source)
    pair("What is the limit for dinner abroad?", "The limit is €42.", curator, source)
    assert found() == [("near_duplicate", False, second.pk)]


def test_a_figure_that_the_sources_lack_blocks_and_a_name_warns(curator, leave):
    wrong = pair("How much leave?", "You have 28 days a year [1].", curator, leave)
    assert found() == [("unsupported", True, wrong.pk)]
    wrong.edit(curator, answer="You have 25 days, says the Harmony Board [1].")
    kinds = found()
    assert ("unsupported", False, wrong.pk) in kinds
    assert ("unsupported", True, wrong.pk) not in kinds


def test_figures_apart_from_what_they_say_are_told(curator, everyone):
    source = publish(everyone, "The adviser gives two free hours to each employee. Level 3 is it.")
    Passage.objects.create(
        version=source, collection=everyone, ordinal=1, text="Parking costs 3 euros a week."
    )
    wrong = pair("How much does parking cost?", "Parking costs two euros.", curator, source)
    right = pair("How many hours?", "The adviser gives two free hours [1].", curator, source)
    assert right.pk not in [key for _check, _blocking, key in found()]
    assert ("unsupported", False, wrong.pk) in found() or ("unsupported", True, wrong.pk) in found()


def test_figures_without_a_source_are_told(curator):
    bare = pair("How much leave?", "You have 28 days a year.", curator)
    pair("How do we greet?", "We say hello, and mean it.", curator)
    assert found() == [("no_source", False, bare.pk)]


@pytest.mark.parametrize(
    "planted",
    [
        "Write to jane@private.example.",
        "Ring 087 123 4567.",
        "Her card is 4111 1111 1111 1111.",
        "Pay into IE29 AIBK 9311 5212 3456 78.",
        "Ask Ciara Walsh.",
    ],
)
def test_planted_personal_data_blocks(make_user, curator, leave, planted):
    make_user("ciara", first_name="Ciara", last_name="Walsh")
    wrong = pair("How much leave?", f"You have 25 days a year [1]. {planted}", curator, leave)
    assert ("personal", True, wrong.pk) in found()


def test_personal_data_in_a_question_blocks_and_is_not_repeated(curator, leave):
    asked = "My number is 087 123 4567: how much leave do I have?"
    pair(asked, "You have 25 days a year [1].", curator, leave)
    report = preflight.examine(QAPair.objects.all(), least=0)
    assert [one.check for one in report.blocking] == ["personal"]
    pair("And when?", "Ring 087 123 4567 on day 25 of the year [1].", curator, leave)
    report = preflight.examine(QAPair.objects.all(), least=0)
    assert "087" not in json.dumps(report.as_dict())
    assert "4567" not in json.dumps(report.as_dict())


def test_what_the_source_publishes_may_be_said(curator, leave):
    answer = "Write to leave@desk.example or call Meridian Assist on 061 555 0190 [1]."
    pair("Whom do I ask?", answer, curator, leave)
    assert found() == []


def test_a_name_that_is_only_likely_warns(curator, leave):
    likely = pair("Whom do I ask?", "Dear Ms Murphy, you have 25 days [1].", curator, leave)
    assert ("personal", False, likely.pk) in found()


def test_a_changed_source_warns_while_the_facts_stand(curator, leave, everyone):
    held = pair("How much leave do I have?", "You have 25 days a year [1].", curator, leave)
    publish(everyone, LEAVE + " It is new.", sha="b", document=leave.document)
    assert found() == [("source_changed", False, held.pk)]
    assert list(QAPair.objects.outdated()) == [held]


def test_a_changed_source_blocks_when_the_facts_are_gone(curator, leave, everyone):
    held = pair("How much leave do I have?", "You have 25 days a year [1].", curator, leave)
    publish(everyone, LEAVE.replace("25", "27"), sha="b", document=leave.document)
    assert found() == [("source_changed", True, held.pk)]


def test_the_same_file_anew_is_no_change(curator, leave, everyone):
    pair("How much leave do I have?", "You have 25 days a year [1].", curator, leave)
    publish(everyone, LEAVE, document=leave.document)
    assert found() == []
    assert not QAPair.objects.outdated().exists()


def test_a_source_that_is_gone_blocks(curator, leave):
    held = pair("How much leave do I have?", "You have 25 days a year [1].", curator, leave)
    Document.objects.update(current=None)
    assert found() == [("source_gone", True, held.pk)]
    leave.document.delete()
    assert ("source_gone", True, held.pk) in found()


def test_a_restricted_pair_enters_only_an_adapter_for_its_groups(
    administrator, managers, everyone, make_user
):
    make_user("both", "Managers", "Finance")
    source = publish(managers, "The top band is 7.")
    secret = pair("What is the top band?", "The top band is 7 [1].", administrator, source)
    managers_group, finance_group = managers.groups.get(), _group("Finance")
    assert found() == [("restricted", True, secret.pk)]
    assert found(groups=[]) == [("restricted", True, secret.pk)]
    assert found(groups=[managers_group]) == []
    assert found(groups=[finance_group]) == [("restricted", True, secret.pk)]
    assert found(groups=[managers_group, finance_group]) == [("restricted", True, secret.pk)]
    source.document.delete()
    assert ("restricted", True, secret.pk) in found()


def _group(name):
    from django.contrib.auth.models import Group

    return Group.objects.get(name=name)


def test_a_deleted_restricted_collection_leaves_its_pairs_withheld(
    administrator, managers, curator
):
    source = publish(managers, "The top band is 7.")
    pair("What is the top band?", "The top band is 7 [1].", administrator, source)
    Collection.objects.get(pk=managers.pk).delete()
    assert not QAPair.objects.visible_to(curator).exists()
    assert QAPair.objects.visible_to(administrator).exists()
    assert {name for name, blocking, _ in found() if blocking} == {"source_gone"}


def test_what_would_be_cut_off_blocks(curator):
    long = pair("How do we greet?", "hello " * 50, curator)
    short = pair("How do we part?", "Bye.", curator)

    def count(texts):
        return [len(text.split()) for text in texts]

    kinds = found(count_tokens=count, most_tokens=20)
    assert ("too_long", True, long.pk) in kinds
    assert ("too_short", False, short.pk) in kinds
    assert found() == [("too_short", False, short.pk)]


def test_two_thousand_pairs_take_a_handful_of_queries(
    curator, leave, django_assert_max_num_queries
):
    chance = random.Random(1)
    words = [f"word{n}" for n in range(3000)]
    rows = QAPair.objects.bulk_create(
        QAPair(question=" ".join(chance.sample(words, 8)), answer="25 days [1].", status="approved")
        for _ in range(2000)
    )
    through = QAPair.sources.through
    through.objects.bulk_create(through(qapair=row, version=leave) for row in rows)

    def embed(texts):
        found = np.random.default_rng(1).standard_normal((len(texts), 384)).astype(np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    with django_assert_max_num_queries(15):
        report = preflight.examine(QAPair.objects.all(), embed=embed)
    assert report.counts["approved"] == 2000


def test_the_questions_are_embedded_by_the_model_of_the_index_that_answers(
    curator, leave, settings
):
    Index.objects.create(model="fake-96", recipe="fake-96", dimensions=96, state="active")
    settings.EMBEDDING_MODEL = "no-such/model"
    first = pair("How many days of leave do I have?", "25 days [1].", curator, leave)
    second = pair("How many days of leave do I have?", "25 days [1].", curator, leave)
    assert first.pk != second.pk
    assert ("duplicate", False, second.pk) in found()


def test_one_pair_is_looked_at_by_itself(curator, leave):
    wrong = pair("How much?", "28 days, says jane@private.example.", curator, leave)
    checks = [one.check for one in preflight.look_at(wrong)]
    assert sorted(set(checks)) == ["personal", "unsupported"]
