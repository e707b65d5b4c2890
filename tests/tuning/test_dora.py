"""DoRA learns, and is merged, where rows of the base are zero."""

import copy

import pytest

# The libraries warn of each other.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


@pytest.fixture
def model(tiny_model, monkeypatch):
    """The tiny model with a layer, one of whose rows is zero."""
    import torch
    from transformers import AutoModelForCausalLM
    from trl.trainer import utils

    # TRL as it is, again, after each test.
    monkeypatch.setattr(utils, "_use_triton", utils._use_triton)
    made = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    with torch.no_grad():
        made.model.layers[0].self_attn.v_proj.weight[3] = 0
    return made


@pytest.fixture
def ids():
    import torch

    torch.manual_seed(4)
    return torch.randint(5, 300, (2, 12))


OPTIONS = {
    "rank": 4,
    "alpha": 8,
    "dropout": 0.0,
    "targets": "all-linear",
    "dora": True,
    "rslora": False,
    "four_bit": False,
}


def test_a_fresh_adapter_says_what_the_base_says_and_every_part_of_it_learns(model, ids):
    import torch

    from tuning import train

    with torch.no_grad():
        said = model(ids).logits
    adapted = train.with_adapter(model, OPTIONS)
    out = adapted(input_ids=ids, labels=ids)
    torch.testing.assert_close(out.logits, said, rtol=1e-4, atol=1e-5)
    out.loss.backward()
    gradients = [one.grad for one in adapted.parameters() if one.requires_grad]
    assert gradients
    assert all(each.isfinite().all() for each in gradients)


def test_what_was_learned_is_loaded_and_merged_as_it_was(model, ids, tiny_model, tmp_path):
    import torch

    from tuning import dora, train

    base = copy.deepcopy(model)
    adapted = train.with_adapter(model, OPTIONS)
    learning = torch.optim.SGD([one for one in adapted.parameters() if one.requires_grad], lr=0.5)
    for _ in range(3):
        learning.zero_grad()
        adapted(input_ids=ids, labels=ids).loss.backward()
        learning.step()
    with torch.no_grad():
        learned = adapted(ids).logits
    adapted.save_pretrained(tmp_path)
    with torch.no_grad():
        untouched = base(ids).logits
        merged = dora.with_trained(base, tmp_path).merge_and_unload()(ids).logits
    assert (learned - untouched).abs().max() > 0.01
    torch.testing.assert_close(merged, learned, rtol=1e-3, atol=1e-4)
