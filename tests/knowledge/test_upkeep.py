import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection

from knowledge import hnsw, upkeep
from knowledge.models import CommonWord, Index, Passage
from knowledge.publishing import set_live
from knowledge.tasks import keep_search_fast
from tests.knowledge.test_search import LEAVE, PAY, publish


def test_the_published_passages_of_every_collection_are_counted(everyone, managers, finance):
    publish(everyone, "leave", LEAVE)
    publish(managers, "pay", PAY)
    set_live([publish(managers, "old pay", PAY)], False)
    upkeep.count_passages()
    assert [counted(each) for each in (everyone, managers, finance)] == [1, 1, 0]
    set_live(list(managers.documents.get(name="pay").versions.all()), False)
    upkeep.count_passages()
    assert counted(managers) == 0


def counted(collection):
    collection.refresh_from_db()
    return collection.passages


def test_the_words_of_what_came_in_are_found_before_and_after_they_are_sorted_in(everyone):
    upkeep.sort_words_in()
    for number in range(9):
        publish(everyone, f"leave {number}", LEAVE)
    found = Passage.objects.live().filter(words=SearchQuery("annual", config="english"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert found.count() == 9
    assert upkeep.sort_words_in() == 1
    assert found.count() == 9
    publish(everyone, "more leave", LEAVE)
    upkeep.tend()
    assert upkeep.sort_words_in() == 0


def test_words_that_stand_in_many_passages_are_known(everyone):
    CommonWord.objects.create(word="former", passages=5)
    for number in range(20):
        publish(everyone, f"leave {number}", LEAVE if number % 2 else PAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledge_passage")
    upkeep.count_words()
    upkeep.count_words()
    words = dict(CommonWord.objects.values_list("word", "passages"))
    assert words["annual"] == words["band"] == 10
    assert "former" not in words


@pytest.mark.usefixtures("run_jobs")
def test_a_scan_is_built_once_it_is_worth_it_and_again_where_it_broke_off(everyone, monkeypatch):
    publish(everyone, "leave", LEAVE)
    index = Index.objects.active()
    upkeep.tend()
    assert hnsw.state(index) is None
    monkeypatch.setattr(upkeep, "EXACT_BELOW", 1)
    upkeep.tend()
    assert hnsw.built(index)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)",
            [hnsw.name(index)],
        )
    assert hnsw.broken(index)
    upkeep.tend()
    assert hnsw.built(index)
    hnsw.drop(index)
    assert hnsw.state(index) is None


def test_the_worker_sees_to_it(everyone, run_jobs):
    publish(everyone, "leave", LEAVE)
    keep_search_fast.defer(timestamp=0)
    run_jobs()
    assert counted(everyone) == 1
