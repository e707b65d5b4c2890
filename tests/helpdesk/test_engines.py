import asyncio
import json

import pytest
from django.core.exceptions import ValidationError

from helpdesk import curated_stage, greeting_replies
from helpdesk.engines import CONFIGURED, api_key, chat_model, create_configured_engine
from helpdesk.models import Engine
from helpdesk.models.engines import OWN_NAMES

ENDPOINT = "http://127.0.0.1:9/v1"


@pytest.fixture
def configured(settings):
    settings.LLM_BASE_URL = ENDPOINT
    settings.LLM_MODEL = "test-model"
    settings.LLM_API_KEY = "secret"


def say_hello(engine):
    async def invoke():
        model = await chat_model(engine)
        return await model.ainvoke([{"role": "user", "content": "Hello?"}])

    return asyncio.run(invoke()).text


def openai_engine(base_url):
    return Engine(name="test", kind=Engine.Kind.OPENAI, base_url=base_url, model="test-model")


def test_the_model_asks_the_endpoint_of_the_row_with_the_key_of_the_settings(
    model_server, settings, monkeypatch
):
    monkeypatch.setenv("OPENAI_API_KEY", "from elsewhere")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")
    settings.LLM_BASE_URL = model_server.base_url
    settings.LLM_API_KEY = "secret"
    model_server.says("Good morning")

    assert say_hello(openai_engine(model_server.base_url)) == "Good morning"
    (request,) = model_server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer secret"
    assert request.body["model"] == "test-model"
    assert request.body["temperature"] == 0


def test_a_model_that_prefers_another_api_is_still_asked_for_chat_completions(model_server):
    engine = openai_engine(model_server.base_url)
    engine.model = "gpt-5-pro"
    say_hello(engine)

    assert model_server.requests[0].path == "/v1/chat/completions"


def test_a_server_error_is_tried_three_times_at_most(model_server):
    model_server.fails(500, times=5)

    with pytest.raises(Exception, match="server_error"):
        say_hello(openai_engine(model_server.base_url))
    assert len(model_server.requests) == 3


def test_the_key_goes_to_no_other_endpoint_than_the_one_it_belongs_to(configured):
    assert api_key(openai_engine(ENDPOINT + "/")) == "secret"
    assert api_key(openai_engine("http://127.0.0.1:10/v1")) == "none"
    assert api_key(openai_engine("")) == "none"


def test_a_model_that_a_service_has_tuned_is_asked_with_the_key_of_that_service(settings):
    settings.LLM_API_KEY, settings.TUNING_API_KEY = "secret", "the service's"
    engine = openai_engine("")
    engine.key = Engine.Key.TUNING
    assert api_key(engine) == "the service's"
    settings.TUNING_BASE_URL = "http://127.0.0.1:10/v1"
    assert api_key(engine) == "none", "whoever changes the address gets no key"


def test_a_key_alone_is_for_openai_and_for_no_address_that_a_row_names(settings):
    settings.LLM_API_KEY = "secret"
    assert api_key(openai_engine("")) == "secret"
    assert api_key(openai_engine("http://127.0.0.1:10/v1")) == "none"


def test_the_client_is_kept_from_one_answer_to_the_next(settings):
    settings.LLM_BASE_URL = ENDPOINT

    async def made():
        first, second = [await chat_model(openai_engine(ENDPOINT)) for _ in range(2)]
        settings.LLM_API_KEY = "another"
        return first is second, first is await chat_model(openai_engine(ENDPOINT))

    assert asyncio.run(made()) == (True, False)


def test_the_client_is_closed_with_its_loop(settings):
    async def made():
        return await chat_model(Engine(name="one", kind="openai", model="m"))

    assert asyncio.run(made()).root_async_client.is_closed()


@pytest.mark.django_db
class TestConfiguredEngine:
    def test_without_settings_quotes_answers(self):
        assert create_configured_engine().kind == Engine.Kind.QUOTES
        assert Engine.objects.get().active

    def test_the_settings_create_and_activate_a_row_that_holds_no_key(self, configured):
        engine = create_configured_engine()

        assert (engine.name, engine.kind) == (CONFIGURED, Engine.Kind.OPENAI)
        assert (engine.base_url, engine.model) == (ENDPOINT, "test-model")
        assert Engine.current() == engine
        assert not any("secret" in str(value) for value in Engine.objects.values_list())

    def test_a_second_start_changes_nothing(self, configured):
        first = create_configured_engine()

        assert create_configured_engine().activated_at == first.activated_at
        assert Engine.objects.count() == 2

    def test_a_start_leaves_the_engine_that_somebody_chose_since(self, configured):
        create_configured_engine()
        chosen = Engine.objects.create(name="tuned", kind=Engine.Kind.OPENAI, model="tuned")
        chosen.activate()

        assert create_configured_engine() == chosen

    def test_another_model_in_the_settings_is_switched_on(self, configured, settings):
        create_configured_engine()
        Engine.objects.get(name="quotes").activate()
        settings.LLM_MODEL = "another"

        assert create_configured_engine().model == "another"
        assert Engine.objects.filter(active=True).count() == 1

    def test_without_the_settings_quotes_answers_again(self, configured, settings):
        create_configured_engine()
        settings.LLM_BASE_URL = settings.LLM_MODEL = ""

        assert create_configured_engine().kind == Engine.Kind.QUOTES
        assert not Engine.objects.filter(name=CONFIGURED).exists()

    def test_without_the_settings_a_chosen_engine_stays(self, configured, settings):
        create_configured_engine()
        chosen = Engine.objects.create(name="tuned", kind=Engine.Kind.OPENAI, model="tuned")
        chosen.activate()
        settings.LLM_BASE_URL = settings.LLM_MODEL = ""

        assert create_configured_engine() == chosen

    def test_settings_that_come_back_are_switched_on_again(self, configured, settings):
        create_configured_engine()
        settings.LLM_MODEL = ""
        create_configured_engine()
        settings.LLM_MODEL = "test-model"

        assert create_configured_engine().name == CONFIGURED

    def test_people_are_told_the_models_name_where_nobody_named_the_engine(self, configured):
        assert create_configured_engine().label == "test-model"
        assert Engine(name="Our own", kind=Engine.Kind.OPENAI, model="x").label == "Our own"
        assert Engine(name="quotes").label == "quotes"

    @pytest.mark.parametrize("name", OWN_NAMES)
    def test_a_model_that_is_called_so_is_not_taken_for_the_desk_itself(
        self, configured, settings, name
    ):
        settings.LLM_MODEL = name

        assert create_configured_engine().label == CONFIGURED


def test_no_engine_with_a_model_has_a_name_that_marks_the_desks_own_answers():
    assert {Engine.Kind.QUOTES, curated_stage.ENGINE, greeting_replies.ENGINE} == set(OWN_NAMES)
    Engine(name="quotes").clean()
    Engine(name="Our own", kind=Engine.Kind.OPENAI).clean()
    for name in (*OWN_NAMES, "Curated"):
        with pytest.raises(ValidationError, match="Choose another"):
            Engine(name=name, kind=Engine.Kind.OPENAI).clean()


def test_a_piece_without_text_or_choices_is_passed_over(model_server):
    pieces = [
        {"choices": [{"index": 0}]},
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "Good"}}]},
        {"choices": None},
        {"choices": [{"index": 0, "delta": {"content": " day"}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}},
    ]
    model_server.sends(b"".join(b"data: %s\n\n" % json.dumps(each).encode() for each in pieces))

    async def streamed():
        model = await chat_model(openai_engine(model_server.base_url))
        return [piece async for piece in model.astream("Good day?")]

    heard = asyncio.run(streamed())
    assert "".join(piece.text for piece in heard) == "Good day"
    assert [piece.response_metadata.get("finish_reason") for piece in heard].count("stop") == 1
