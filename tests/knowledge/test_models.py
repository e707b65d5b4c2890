import pytest
from django.contrib.auth.models import AnonymousUser
from procrastinate.contrib.django.models import ProcrastinateJob

from knowledge import publishing
from knowledge.models import Collection, Document, Passage, Version
from knowledge.publishing import Content

READY, FAILED, REPLACED = Version.Status.READY, Version.Status.FAILED, Version.Status.REPLACED
SEES = {
    "employee": {"everyone"},
    "manager": {"everyone", "managers"},
    "accountant": {"everyone", "finance"},
    "curator": {"everyone"},
    "administrator": {"everyone", "managers", "finance"},
    "outsider": {"everyone"},
    "inactive": set(),
    "anonymous": set(),
}


@pytest.fixture
def inactive(make_user):
    return make_user("inactive", "Managers", is_superuser=True, is_active=False)


@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def document(everyone):
    return Document.objects.create(collection=everyone, name="leave.txt")


def queued(document):
    number = document.versions.count() + 1
    return Version.objects.create(
        document=document, number=number, sha256=f"{number:064}", size=1, file="versions/x"
    )


def passage(version, ordinal=0, **values):
    collection = version.document.collection
    values = {"text": "25 days"} | values
    return Passage(version=version, collection=collection, ordinal=ordinal, **values)


def publish(version, passages=1, title="Leave"):
    rows = [passage(version, n) for n in range(passages)]
    publishing.publish(version, Content(title, 3, True, rows, []))
    version.refresh_from_db()
    version.document.refresh_from_db()


def live(document):
    found = Passage.objects.live().filter(version__document=document)
    return sorted(found.values_list("version__number", "ordinal"))


@pytest.mark.parametrize("person", SEES)
def test_each_sees_what_is_open_or_for_a_group_of_theirs(
    request, everyone, managers, finance, person
):
    user = request.getfixturevalue(person)
    for collection in (everyone, managers, finance):
        publish(queued(Document.objects.create(collection=collection, name="a.txt")))
    slugs = {
        Collection: "slug",
        Document: "collection__slug",
        Version: "document__collection__slug",
        Passage: "collection__slug",
    }
    for model, slug in slugs.items():
        found = sorted(model.objects.visible_to(user).values_list(slug, flat=True))
        assert found == sorted(SEES[person]), model


def test_all_others_are_closed_to_them(
    everyone, managers, finance, administrator, manager, employee, outsider
):
    for number, collection in enumerate((everyone, managers, finance)):
        document = Document.objects.create(collection=collection, name=f"{number}.md")
        Version.objects.create(document=document, number=1, sha256="0" * 64, size=1)
    for user in (administrator, manager, employee, outsider, AnonymousUser()):
        for model in (Collection, Version):
            seen, closed = model.objects.visible_to(user), model.objects.closed_to(user)
            assert set(seen) | set(closed) == set(model.objects.all())
            assert not set(seen) & set(closed)
    assert set(Collection.objects.closed_to(manager)) == {finance}


def test_two_groups_that_may_read_show_a_collection_once(manager, managers, finance):
    managers.groups.add(*finance.groups.all())
    manager.groups.add(*finance.groups.all())
    assert Collection.objects.visible_to(manager).filter(slug="managers").count() == 1


def test_who_leaves_a_group_sees_no_more_of_it(manager, managers):
    manager.groups.clear()
    assert not Collection.objects.visible_to(manager).exists()


def test_work_goes_from_queued_by_stages_to_ready(document):
    version = queued(document)
    assert (version.finished, version.seconds) == (False, None)
    version.begin()
    version.report(Version.Status.EXTRACTING, 40)
    version.was_read(3, 3, ["Page 3: blank", "Page 5: faint"])
    version.refresh_from_db()
    assert (version.status, version.progress) == ("embedding", 0)
    assert (version.readable_pages, version.expected_pages) == (3, 3)
    version.report(Version.Status.EMBEDDING, 140)
    version.refresh_from_db()
    assert (version.status, version.progress) == ("embedding", 100)
    assert version.warning == "Page 3: blank\nPage 5: faint"
    publish(version, passages=2)
    assert version.finished
    assert version.seconds >= 0
    assert (version.status, version.pages, version.paged) == (READY, 3, True)
    assert (version.passage_count, live(document)) == (2, [(1, 0), (1, 1)])
    assert (version.document.current, version.document.title) == (version, "Leave")


def test_a_new_version_replaces_the_old_one(document):
    first, second = queued(document), queued(document)
    publish(first, 3)
    publish(second, 2, title="Leave, revised")
    first.refresh_from_db()
    assert (first.status, second.status) == (REPLACED, READY)
    assert live(document) == [(2, 0), (2, 1)]
    assert first.passages.count() == 3
    assert (second.document.current, second.document.title) == (second, "Leave, revised")


def test_an_older_version_that_comes_later_replaces_nothing(document):
    first, second, third = (queued(document) for _ in range(3))
    publish(first)
    publish(third, title="Newest")
    publish(second, 2, title="Late")
    assert live(document) == [(3, 0)]
    assert second.status == REPLACED
    assert second.passages.count() == 2
    assert (second.document.current, second.document.title) == (third, "Newest")


def test_a_failed_older_version_that_is_tried_again_replaces_nothing(document):
    first, second = queued(document), queued(document)
    first.fail("It broke.")
    publish(second)
    first.retry()
    first.refresh_from_db()
    publish(first)
    assert live(document) == [(2, 0)]


def test_a_failed_version_leaves_the_published_one_answering(document):
    first, second = queued(document), queued(document)
    publish(first)
    second.fail("It is damaged.")
    second.refresh_from_db()
    first.document.refresh_from_db()
    assert (second.status, second.error) == (FAILED, "It is damaged.")
    assert second.finished_at is not None
    assert (live(document), first.document.current) == ([(1, 0)], first)


def test_publishing_again_after_a_crash_doubles_nothing(document):
    version = queued(document)
    Passage.objects.bulk_create([passage(version, n) for n in range(5)])
    Version.objects.filter(pk=version.pk).update(passage_count=5)
    publish(version, 2)
    assert live(document) == [(1, 0), (1, 1)]
    assert version.passages.count() == 2


@pytest.mark.parametrize("end", ["publish", "fail", "delete"])
@pytest.mark.parametrize(
    "verb",
    [
        lambda version: version.begin(),
        lambda version: version.report(Version.Status.EXTRACTING, 1),
        lambda version: version.was_read(1, 1, ["Late."]),
        lambda version: version.fail("Late."),
        lambda version: publish(version, title="Late"),
    ],
)
def test_a_worker_taken_for_dead_changes_nothing_any_more(document, verb, end):
    version = queued(document)
    late = Version.objects.get(pk=version.pk)
    {
        "publish": lambda: publish(version),
        "fail": lambda: version.fail("It broke."),
        "delete": lambda: Version.objects.filter(pk=version.pk).delete(),
    }[end]()
    before = list(Version.objects.values()), live(document), document.title
    with pytest.raises(Version.DoesNotExist):
        verb(late)
    document.refresh_from_db()
    assert (list(Version.objects.values()), live(document)) == before[:2]
    assert document.title != "Late"


def test_only_a_failed_version_with_a_file_is_queued_again(document):
    version, without = queued(document), queued(document)
    version.retry()
    assert not ProcrastinateJob.objects.exists()
    version.fail("It broke.")
    version.retry()
    version.retry()
    version.refresh_from_db()
    assert (version.status, version.error, version.finished_at) == ("queued", "", None)
    assert ProcrastinateJob.objects.get().lock == f"document-{document.pk}"
    Version.objects.filter(pk=without.pk).update(file="")
    without.refresh_from_db()
    without.fail("The file is empty.")
    without.retry()
    without.refresh_from_db()
    assert without.status == FAILED


def test_files_are_kept_under_their_bytes_not_their_names(document):
    version = Version(document=document, sha256="ab" * 32)
    path = Version._meta.get_field("file").upload_to(version, "../../evil.sh")
    assert path == f"versions/ab/{'ab' * 32}-{document.pk}"


def test_the_names_that_people_see(document):
    version = queued(document)
    assert str(version) == "leave.txt, version 1"
    publish(version)
    assert str(version.document) == "Leave"
    assert str(version.passages.first()) == "Leave, passage 0"
    assert str(document.collection) == "Everyone"
