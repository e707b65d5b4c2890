import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from knowledge.filter_forms import FilterForm
from knowledge.forms import UploadForm, document_name


@pytest.fixture
def keeper(employee):
    employee.user_permissions.add(Permission.objects.get(codename="add_version"))
    return employee


def form(user, collection, files, names=()):
    data = QueryDict(mutable=True)
    data["collection"] = collection.pk
    data.setlist("names", names)
    return UploadForm(data, MultiValueDict({"files": files}), user=user)


def file(name="leave.txt", content=b"Hello"):
    return SimpleUploadedFile(name, content)


def test_many_files_are_taken(keeper, everyone):
    bound = form(keeper, everyone, [file("a.txt"), file("b.txt")])
    assert bound.is_valid()
    assert [name for name, _ in bound.named_files()] == ["a.txt", "b.txt"]


def test_an_empty_file_is_left_to_its_version_to_tell(keeper, everyone):
    assert form(keeper, everyone, [file(content=b"")]).is_valid()


def test_no_file_is_told(keeper, everyone):
    assert form(keeper, everyone, []).errors["files"] == ["Choose at least one file."]


def test_names_bring_the_folders(keeper, everyone):
    bound = form(keeper, everyone, [file("a.txt")], ["travel/2026/a.txt"])
    assert bound.is_valid()
    assert [name for name, _ in bound.named_files()] == ["travel/2026/a.txt"]


def test_names_that_do_not_match_the_files_are_ignored(keeper, everyone):
    bound = form(keeper, everyone, [file("a.txt"), file("b.txt")], ["only-one.txt"])
    assert bound.is_valid()
    assert [name for name, _ in bound.named_files()] == ["a.txt", "b.txt"]


def test_a_collection_that_one_may_not_read_is_no_choice(keeper, managers):
    assert "collection" in form(keeper, managers, [file()]).errors


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("leave.pdf", "leave.pdf"),
        ("travel/leave.pdf", "travel/leave.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\files\\leave.pdf", "C:/files/leave.pdf"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("..", ""),
    ],
)
def test_a_name_leads_nowhere(path, name):
    assert document_name(path) == name


def test_a_long_name_keeps_its_end():
    name = document_name("folder/" * 60 + "leave.pdf")
    assert len(name) <= 255
    assert name.endswith("/leave.pdf")


def test_nonsense_in_a_filter_is_no_choice(employee, managers):
    data = QueryDict(f"state=lost&collection={managers.pk}&q=leave")
    assert FilterForm(data, user=employee).chosen() == {"q": "leave"}
