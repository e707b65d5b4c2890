"""A few readers for many threads."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong

import pytest

from knowledge.extract import KnowledgeError
from knowledge.extract.readers import Readers


@pytest.fixture
def readers():
    found = Readers(2)
    yield found
    found.close()


def test_who_comes_when_all_read_waits_until_one_is_free(readers):
    def third():
        with readers.one() as reader:
            return reader

    with ThreadPoolExecutor(1) as pool, readers.one() as first:
        with readers.one() as second:
            waiting = pool.submit(third)
            with pytest.raises(TookTooLong):
                waiting.result(0.2)
        assert waiting.result(20) is second is not first


def test_the_same_reader_reads_on_where_one_is_enough(readers, tmp_path):
    path = tmp_path / "leave.txt"
    path.write_text("Everybody has 25 days.")
    children = set()
    for _ in range(3):
        with readers.one() as reader:
            assert reader.extract(path).pages[0].text == "Everybody has 25 days."
            children.add(reader._child.pid)
    assert len(children) == 1


def test_a_reader_whose_file_failed_is_free_again(readers, tmp_path):
    for _ in range(3):
        with pytest.raises(KnowledgeError, match="gone"), readers.one() as reader:
            reader.extract(tmp_path / "nothing.txt")
