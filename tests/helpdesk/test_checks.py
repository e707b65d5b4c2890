import pytest
from django.core.checks import run_checks

from helpdesk.errors import HelpdeskError
from helpdesk.preparing import check_settings


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"LLM_BASE_URL": "http://127.0.0.1:1/v1"}, {"helpdesk.E001"}),
        ({"LLM_MODEL": "m"}, {"helpdesk.E002"}),
        ({"LLM_MODEL": "m", "LLM_API_KEY": "k"}, set()),
        ({"LLM_MODEL": "m", "LLM_BASE_URL": "http://127.0.0.1:1/v1"}, set()),
        ({"LLM_MODEL": "m", "LLM_BASE_URL": "127.0.0.1:1"}, {"helpdesk.E003"}),
        ({"LLM_MODEL": "m", "LLM_BASE_URL": "http://[oops"}, {"helpdesk.E003"}),
        ({"WEB_WORKERS": 2}, {"helpdesk.E004"}),
        ({"WEB_WORKERS": 2, "REDIS_URL": "redis://127.0.0.1"}, set()),
        ({}, set()),
    ],
)
def test_settings_that_do_not_go_together_are_named(settings, values, expected):
    nothing = {"LLM_BASE_URL": "", "LLM_MODEL": "", "LLM_API_KEY": "", "REDIS_URL": ""}
    for name, value in ({**nothing, "WEB_WORKERS": 1} | values).items():
        setattr(settings, name, value)
    errors = run_checks(tags=["helpdesk"])

    assert {error.id for error in errors} == expected
    assert all(error.hint for error in errors)


def test_an_origin_without_its_scheme_stops_the_start(settings):
    settings.CSRF_TRUSTED_ORIGINS = ["desk.example.com"]
    with pytest.raises(HelpdeskError, match="Settings: .*desk.example.com"):
        check_settings()
