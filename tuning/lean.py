"""What the libraries compute and nobody needs, left out: the same gradients in less time and room.

PEFT keeps an adapter in 32 bits and so copies what goes into each layer into 32 bits, too; here the
small matrices are converted instead. TRL asks the vocabulary at each place of the prompt, unless
it has a GPU; here, at those that are learned.
"""

import types

import torch
from peft.tuners.lora.layer import Linear
from torch.nn import functional
from trl.trainer import utils


class LowRank(torch.autograd.Function):
    """`x` through a frozen layer with an adapter beside it; no copy of `x` is kept."""

    @staticmethod
    def forward(ctx, x, weight, bias, down, up, scale):
        ctx.shape, ctx.scale = x.shape, scale
        out = functional.linear(x, weight, bias).flatten(0, -2)
        x = x.flatten(0, -2)
        narrow = x @ down.T
        ctx.save_for_backward(x, weight, down, up, narrow)
        out.addmm_(narrow, up.T, alpha=scale)
        return out.view(*ctx.shape[:-1], -1)

    @staticmethod
    def backward(ctx, gradient):
        x, weight, down, up, narrow = ctx.saved_tensors
        gradient = gradient.flatten(0, -2)
        small = (gradient @ up) * ctx.scale
        of_x = None
        if ctx.needs_input_grad[0]:
            of_x = (gradient @ weight).addmm_(small, down).view(ctx.shape)
        return of_x, None, None, small.T @ x, (gradient.T @ narrow) * ctx.scale, None


def forward(layer, x):
    """In the place of PEFT's own."""
    if layer.merged or layer.disable_adapters:
        return Linear.forward(layer, x)
    weight, (name,) = layer.base_layer.weight, layer.active_adapters
    kind = weight.dtype
    down, up = layer.lora_A[name].weight.to(kind), layer.lora_B[name].weight.to(kind)
    return LowRank.apply(x.to(kind), weight, layer.base_layer.bias, down, up, layer.scaling[name])


def lighten(model):
    """Has the plain adapters of the model computed so; DoRA, dropout and 4 bits stay PEFT's."""
    for layer in model.modules():
        if type(layer) is Linear and plain(layer):
            layer.forward = types.MethodType(forward, layer)
    # Asked by TRL whether it may leave the prompt out.
    utils._use_triton = lambda _device: True
    return model


def plain(layer):
    dropped = any(not isinstance(one, torch.nn.Identity) for one in layer.lora_dropout.values())
    return isinstance(layer.base_layer, torch.nn.Linear) and not layer.lora_variant and not dropped
