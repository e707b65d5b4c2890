"""How large models and their adapters are."""

import json

import pytest

from tuning import sizes
from tuning.errors import TuningError


def test_a_layer_of_512_by_64_at_rank_8_trains_4608_instead_of_32768():
    assert sizes.lora((512, 64), 8) == 4608
    assert 512 * 64 == 32768


@pytest.mark.parametrize("dora", [False, True])
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_adapter_is_counted_as_peft_makes_it(tiny_model, dora):
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    size = sizes.size_of(str(tiny_model))
    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    assert size.parameters == model.num_parameters()
    config = LoraConfig(r=8, target_modules="all-linear", use_dora=dora)
    adapted = get_peft_model(model, config)
    assert size.adapter(8, dora) == adapted.get_nb_trainable_parameters()[0]


def test_a_folder_without_a_model_is_told(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 8}))
    with pytest.raises(TuningError, match="holds no causal language model"):
        sizes.size_of(str(tmp_path))


def test_a_model_that_is_not_here_has_no_size():
    for name in ("nobody/has-such-a-model", "/nowhere/at/all", "no name: at all"):
        assert sizes.size_of(name) is None


def test_a_template_has_one_sum_wherever_it_stands(tmp_path):
    assert sizes.template_sha256(str(tmp_path)) == ""
    settings = tmp_path / "tokenizer_config.json"
    settings.write_text(json.dumps({"chat_template": "{{ messages }}"}))
    told = sizes.template_sha256(str(tmp_path))
    settings.unlink()
    (tmp_path / "chat_template.jinja").write_text("{{ messages }}")
    assert sizes.template_sha256(str(tmp_path)) == told
    assert len(told) == 64
