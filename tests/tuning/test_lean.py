"""What is left out of a training step changes none of its results."""

import pytest

# The libraries warn of each other.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture
def made(tiny_model):
    """Makes the tiny model with an adapter that says something, and one batch for it."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM
    from trl.trainer.utils import add_fused_lm_head

    def make(**changes):
        torch.manual_seed(3)
        base = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
        add_fused_lm_head(base)
        config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False, **changes)
        return get_peft_model(base, config)

    return make


@pytest.fixture
def batch():
    import torch

    torch.manual_seed(4)
    ids = torch.randint(5, 300, (2, 12))
    labels = ids.clone()
    labels[:, :9] = -100
    return {"input_ids": ids, "labels": labels, "fused_lm_head": True}


@pytest.fixture
def untouched(monkeypatch):
    """TRL as it is, again, after each test."""
    from trl.trainer import utils

    monkeypatch.setattr(utils, "_use_triton", utils._use_triton)


def learned(model, batch):
    """The loss, and the gradients of all that is trained."""
    out = model(**batch)
    out.loss.backward()
    found = {name: one.grad for name, one in model.named_parameters() if one.requires_grad}
    return out.loss.item(), found


@pytest.mark.parametrize("changes", [{}, {"lora_dropout": 0.0, "use_rslora": True}])
def test_the_loss_and_every_gradient_are_those_of_peft_and_trl(made, batch, untouched, changes):
    import torch

    from tuning import lean

    loss, gradients = learned(made(**changes), batch)
    mine, found = learned(lean.lighten(made(**changes)), batch)
    assert mine == pytest.approx(loss, rel=1e-5)
    assert gradients.keys() == found.keys()
    for name, gradient in gradients.items():
        assert gradient.abs().max() > 0
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-6)


def test_the_vocabulary_is_asked_at_the_learned_tokens_alone(made, batch, untouched, monkeypatch):
    from trl.trainer import utils

    from tuning import lean

    asked, model = [], lean.lighten(made())
    apply = utils._ChunkedLogProbFunction.apply
    monkeypatch.setattr(
        utils._ChunkedLogProbFunction,
        "apply",
        lambda hidden, *rest: asked.append(len(hidden)) or apply(hidden, *rest),
    )
    learned(model, batch)
    assert asked == [6]


def test_an_adapter_that_is_switched_off_adds_nothing(made, batch, untouched):
    import torch

    from tuning import lean

    model = lean.lighten(made())
    with torch.no_grad(), model.disable_adapter():
        bare = model(**batch).loss
    with torch.no_grad():
        assert model.unload()(**batch).loss == pytest.approx(bare.item())


@pytest.mark.parametrize("changes", [{"use_dora": True}, {"lora_dropout": 0.1}])
def test_what_is_more_than_plain_stays_as_peft_computes_it(made, untouched, changes):
    from peft.tuners.lora.layer import Linear

    from tuning import lean

    model = lean.lighten(made(**changes))
    layers = [layer for layer in model.modules() if isinstance(layer, Linear)]
    assert layers
    assert not any("forward" in vars(layer) for layer in layers)
