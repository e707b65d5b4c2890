"""Datasets: frozen, split, and rendered as the chat renders."""

import json

import pytest
from django.contrib.auth.models import Group, Permission

from helpdesk import prompts, showing
from knowledge.models import Collection
from knowledge.search import search
from tuning import dataset as datasets
from tuning import local
from tuning.errors import TuningError
from tuning.models import Dataset, Example, QAPair

RULES = {
    "leave.md": "# Leave\n\nEmployees have 25 days of paid leave a year.",
    "lunch.md": "# Lunch\n\nLunch costs 9 euros in the canteen on weekdays.",
    "notice.md": "# Notice\n\nThe notice period is 3 months for everybody.",
    "parking.md": "# Parking\n\nParking permits are renewed every January by reception.",
}


def approved(question, answer, by, *sources):
    pair = QAPair.objects.create(question=question, answer=answer, author=by, status="approved")
    pair.sources.set(sources)
    return pair


@pytest.fixture
def pairs(ingest, everyone, curator):
    versions = {name: ingest(everyone, name, text) for name, text in RULES.items()}
    asked = {
        "How many days of paid leave?": (
            "leave.md",
            "Hello! You have 25 days of paid leave a year.",
        ),
        "What does lunch cost?": ("lunch.md", "Hello! Lunch costs 9 euros in the canteen."),
        "How long is the notice period?": ("notice.md", "Hello! The notice period is 3 months."),
        "When are parking permits renewed?": (
            "parking.md",
            "Hello! Parking permits are renewed every January by reception.",
        ),
    }
    return [approved(q, a, curator, versions[name]) for q, (name, a) in asked.items()]


@pytest.fixture
def frozen(pairs, administrator):
    taken = Dataset.objects.take(administrator)
    datasets.freeze(taken, administrator)
    return taken


def test_a_dataset_is_as_the_pairs_were_when_it_was_taken(frozen, pairs):
    before = frozen.sha256
    QAPair.objects.filter(pk=pairs[0].pk).update(answer="Other.")
    pairs[1].delete()
    assert len(before) == 64
    assert frozen.examples.count() == 4
    assert datasets.hashed(list(frozen.examples.all())) == before
    assert not frozen.examples.filter(answer="Other.").exists()


def test_only_approved_pairs_are_taken(pairs, administrator):
    QAPair.objects.filter(pk__in=[pair.pk for pair in pairs[1:]]).update(status="draft")
    assert Dataset.objects.take(administrator).examples.count() == 1
    QAPair.objects.update(status="rejected")
    with pytest.raises(TuningError, match="nothing to train on"):
        Dataset.objects.take(administrator)


def test_training_is_shown_what_the_chat_shows(frozen, administrator):
    for example in frozen.examples.all():
        found = search(example.question, administrator, 5)
        (messages, *_) = datasets.conversations(example, showing.PASSAGES)
        assert messages[:-1] == prompts.answer_messages(example.question, found)
        own = [n for n, one in enumerate(found, 1) if one.version_id in example.versions]
        assert messages[-1]["content"].endswith(f"[{own[0]}]")
        assert len(found) > len(own), "there are distractors"


def test_some_questions_are_asked_without_their_sources_and_declined(frozen, monkeypatch):
    monkeypatch.setattr(datasets, "DECLINED_PERCENT", 100)
    for example in frozen.examples.all():
        _, declined = datasets.conversations(example, showing.PASSAGES)
        assert declined[-1]["content"] == prompts.NOT_FOUND
        fact = example.answer.removeprefix("Hello! ").rstrip(".").split(" ", 2)[2]
        assert fact not in declined[-2]["content"]


def test_the_files_are_openais_format_and_the_index_says_which_example_a_line_is(frozen, tmp_path):
    counts = datasets.write(frozen, showing.PASSAGES, tmp_path / "run")
    index = json.loads((tmp_path / "run" / "index.json").read_text())
    for split, count in counts.items():
        lines = (tmp_path / "run" / f"{split}.jsonl").read_text().splitlines()
        assert len(lines) == count == len(index[split]) > 0
        for line in lines:
            messages = json.loads(line)["messages"]
            assert [each["role"] for each in messages] == ["system", "user", "assistant"]


def test_what_an_answer_repeats_is_learned_as_others_and_scrambled_in_training_alone(frozen):
    example = frozen.examples.get(question__contains="parking")
    texts = [held["text"] for held in example.passages]
    example.split = Example.Split.TRAIN
    told = datasets.conversations(example, showing.SENTENCES)
    answers = [messages[-1]["content"] for messages in told]
    assert len(answers) == 3
    assert all(one.startswith("Hello! ") and one.endswith("]") for one in answers)
    repeated = [one.removeprefix("Hello! ").rpartition(" [1]")[0] for one in answers[:2]]
    assert any(repeated[0] in text for text in texts)
    scrambled = answers[2].removeprefix("Hello! ").partition(" [1]")[0]
    assert not any(scrambled in text for text in texts)
    example.split = Example.Split.TEST
    assert datasets.conversations(example, showing.SENTENCES) == told[:1]


def test_a_pair_stays_one_line_whatever_signs_stand_in_it(frozen, tmp_path):
    answer = "Hello!\u2028You have 25 days\x85of leave."
    frozen.examples.update(answer=answer)
    counts = datasets.write(frozen, showing.PASSAGES, tmp_path)
    for split, count in counts.items():
        assert len((tmp_path / f"{split}.jsonl").read_text().splitlines()) == count
    assert {"\u2028", "\x85"} <= set(local.validation(tmp_path)[0][1])


def test_a_restricted_pair_enters_no_adapter_for_everyone(
    ingest, pairs, managers, finance, curator, administrator, make_user
):
    secret = ingest(managers, "bands.md", "# Bands\n\nThe top pay band begins at 90,000 euros.")
    approved("Where does the top band begin?", "At 90,000 euros.", curator, secret)
    group, other = Group.objects.get(name="Managers"), Group.objects.get(name="Finance")
    for groups in ([], [other], [group, other]):
        with pytest.raises(TuningError, match="rests on a restricted document"):
            Dataset.objects.take(administrator, groups)
    taken = Dataset.objects.take(administrator, [group])
    assert taken.examples.count() == 5
    assert Dataset.objects.visible_to(administrator).get() == taken
    assert not Dataset.objects.visible_to(curator).exists()


def test_a_dataset_is_seen_no_more_once_a_source_is_closed_or_a_closed_one_deleted(
    pairs, frozen, everyone, curator
):
    view = Permission.objects.get(codename="view_run")
    curator.user_permissions.add(view)
    curator = type(curator).objects.get(pk=curator.pk)
    assert frozen in Dataset.objects.visible_to(curator)
    everyone.open_to_all = False
    everyone.save()
    assert frozen not in Dataset.objects.visible_to(curator)
    pairs[0].sources.get().document.delete()
    everyone.open_to_all = True
    everyone.save()
    assert frozen not in Dataset.objects.visible_to(curator)


def test_a_dataset_is_seen_no_more_once_a_passage_shown_in_it_is_closed(frozen, curator):
    curator.user_permissions.add(Permission.objects.get(codename="view_run"))
    frozen.examples.update(versions=[])
    assert frozen in Dataset.objects.visible_to(type(curator).objects.get(pk=curator.pk))
    Collection.objects.filter(slug="everyone").update(open_to_all=False)
    assert frozen not in Dataset.objects.visible_to(type(curator).objects.get(pk=curator.pk))


def test_no_restricted_passage_is_shown_in_a_dataset_for_everyone(
    ingest, pairs, managers, administrator
):
    ingest(managers, "bands.md", "# Lunch\n\nLunch for managers costs 1 euro in the canteen.")
    taken = Dataset.objects.take(administrator)
    datasets.freeze(taken, administrator)
    shown = [held["collection"] for one in taken.examples.all() for held in one.passages]
    assert set(shown) == {"everyone"}
