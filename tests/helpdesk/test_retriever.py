import pytest

from helpdesk.retriever import HandbookRetriever
from tests.helpdesk.answers import publish

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_document_carries_the_found_passage_with_its_page(everyone, employee):
    version = publish(everyone, "leave.pdf", "Annual leave is 25 days.")

    (document,) = HandbookRetriever(user=employee).invoke("annual leave")

    assert document.page_content == "Annual leave is 25 days."
    assert document.metadata["found"].version_id == version.pk
    assert document.metadata["source"] == "leave.pdf"
    assert document.metadata["page"] == 1


async def test_the_async_way_gives_the_same(everyone, employee):
    from asgiref.sync import sync_to_async

    await sync_to_async(publish)(everyone, "leave.pdf", "Annual leave is 25 days.")
    retriever = HandbookRetriever(user=employee)

    assert await retriever.ainvoke("leave") == await sync_to_async(retriever.invoke)("leave")


def test_nobody_is_given_what_they_may_not_read(managers, employee, manager):
    publish(managers, "pay.pdf", "Pay band four begins at 61,000 EUR.")

    assert HandbookRetriever(user=employee).invoke("pay band") == []
    assert len(HandbookRetriever(user=manager).invoke("pay band")) == 1


def test_the_limit_is_kept(everyone, employee):
    for number in range(4):
        publish(everyone, f"leave-{number}.pdf", f"Annual leave, part {number}.")

    assert len(HandbookRetriever(user=employee, limit=3).invoke("annual leave")) == 3
