"""What the demo's model begins with: weights that already copy, roughly.

A model that repeats a text finds where its last three words stood before and says what followed. To
learn that from random weights takes most of a training; here it is written down instead. The width
is divided: the token itself, a constant, the three tokens before it, and what is to be said next.

First layer: three heads look one, two and three places back, by position alone, and note what they
see. Second layer: all heads look for a place whose three tokens before are the last three, and pass
on the token there to what is said. The other two layers, and all between, begin with nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import LlamaForCausalLM

TOKEN, CONSTANT = slice(0, 95), 95
BEFORE = (slice(96, 128), slice(128, 160), slice(160, 192))
SAID = slice(192, 256)
THETA = 1e6
# Of the pairs of numbers that positions turn: those that turn fast tell places apart, those that
# hardly turn within a prompt carry meaning.
FAST, SLOW = slice(0, 4), slice(7, 16)
# How sharply the first heads look, how strictly the second ones compare, and how loudly is spoken.
LOOK, COMPARE, SPEAK, LOGIT = 0.7, 1.2, 3.0, 1.2
# What the last token counts in the comparison, and the two before it.
WEIGHTS = (1.3, 1.0, 0.8)
QUIET = 0.05


def begin(model: LlamaForCausalLM):
    """Writes the beginning into a model of 256 numbers a token, with heads of 32."""
    import torch

    first, second = model.model.layers[0].self_attn, model.model.layers[1].self_attn
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight.mul_(QUIET)
            layer.mlp.down_proj.weight.mul_(QUIET)
        tokens = embed(model)
        code = orthonormal(32, 95)
        for back, place in enumerate(BEFORE, 1):
            look_back(first, back, code, place)
        say = torch.randn(64, 95) / 8
        for head in range(8):
            find(second, head, code, say)
        model.lm_head.weight.zero_()
        model.lm_head.weight[:, SAID] = LOGIT * tokens @ say.T


def embed(model: LlamaForCausalLM) -> torch.Tensor:
    """Gives each token a code of its own, of length one, and all the constant."""
    import torch

    weight = model.model.embed_tokens.weight
    weight.zero_()
    weight[:, TOKEN] = torch.nn.functional.normalize(torch.randn(len(weight), 95), dim=1)
    weight[:, CONSTANT] = 1.0
    return weight[:, TOKEN].clone()


def orthonormal(rows: int, columns: int) -> torch.Tensor:
    import torch

    return torch.linalg.qr(torch.randn(columns, rows))[0].T


def turns() -> torch.Tensor:
    """How far each pair turns from one place to the next."""
    import torch

    return THETA ** (-torch.arange(16) / 16)


def look_back(attention, back: int, code: torch.Tensor, place: slice):
    """Head `back` looks so many places back, and writes the code of what is there to `place`."""
    import torch

    rows = slice(32 * back, 32 * (back + 1))
    key, query = torch.zeros(2, 16), torch.zeros(2, 16)
    key[0, FAST] = LOOK
    # The query is turned back by as many places as the head is to look.
    query[0, FAST] = LOOK * torch.cos(back * turns()[FAST])
    query[1, FAST] = -LOOK * torch.sin(back * turns()[FAST])
    for weight, made in ((attention.k_proj.weight, key), (attention.q_proj.weight, query)):
        weight[rows] *= QUIET
        weight[rows, CONSTANT] = made.flatten()
    attention.v_proj.weight[rows] = 0
    attention.v_proj.weight[rows, TOKEN] = code
    attention.o_proj.weight[:, rows] = 0
    attention.o_proj.weight[place, rows] = torch.eye(32) / 6.56


def find(attention, head: int, code: torch.Tensor, say: torch.Tensor):
    """A head that looks for the last three tokens, and speaks an eighth of what followed them."""
    import torch

    rows = slice(32 * head, 32 * (head + 1))
    slow = [32 * head + i for i in range(*SLOW.indices(16))]
    slow += [place + 16 for place in slow]
    attention.q_proj.weight[rows] *= QUIET
    attention.k_proj.weight[rows] *= QUIET
    asked = (TOKEN, *BEFORE[:2])
    for weight, mine, theirs in zip(WEIGHTS, asked, BEFORE, strict=True):
        mix = COMPARE * weight**0.5 * torch.randn(len(slow), 32) / 32**0.5
        # What was noted of a token is longer than its code seen through `code`.
        attention.q_proj.weight[slow, mine] = mix @ code * 1.72 if mine is TOKEN else mix
        attention.k_proj.weight[slow, theirs] = mix
    part = slice(12 * head, min(12 * (head + 1), 95))
    width = part.stop - part.start
    attention.v_proj.weight[rows] = 0
    attention.v_proj.weight[32 * head : 32 * head + width, part] = torch.eye(width)
    attention.o_proj.weight[:, rows] = 0
    attention.o_proj.weight[SAID, 32 * head : 32 * head + width] = SPEAK / 7.15 * say[:, part]
