"""RapidOCR's models as the desk runs them: the reading one with its matrix products in 8 bits.

Two thirds of its time go into convolutions over one pixel, which are matrix products over a
picture's channels. Weights get 8 bits a column, activations 8 bits by their range at each run. It
is made anew at each start of a reader: that takes a tenth of a second, and the model loads faster.
"""

from collections import defaultdict
from pathlib import Path

from ..embedders.backends import INT8, offered

TO_PIXELS, TO_CHANNELS = (0, 2, 3, 1), (0, 3, 1, 2)
LEVELS = 127


def path(name: str) -> str:
    """Where one of RapidOCR's models lies."""
    import rapidocr

    return str(Path(rapidocr.__file__).parent / "models" / name)


def session(model):
    """A session of an ONNX model, or of the one at a path, that keeps to its caller's thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # Pictures are read side by side: threads on one of them wait for each other in a loop.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model if isinstance(model, str) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def parted(model, columns) -> tuple:
    """The model with its last choice only among some columns, and a model of the choice among all.

    The first gives the probabilities, and beside them what the second takes.
    """
    from onnx import helper, numpy_helper

    graph = model.graph
    last = max(index for index, node in enumerate(graph.node) if node.op_type == "MatMul")
    constants = {one.name: one for one in graph.initializer}
    names = [node.input[1] for node in graph.node[last : last + 2]]
    weights, bias = (numpy_helper.to_array(constants[name]) for name in names)
    marks = graph.node[last].input[0]
    few = _choice(marks, weights[:, columns], bias[columns])
    every = _choice(marks, weights, bias)
    taken = helper.make_graph([*graph.node[:last], *few.node], "few", graph.input, few.output)
    taken.initializer.extend(one for one in graph.initializer if one.name not in names)
    taken.initializer.extend(few.initializer)
    taken.output.append(every.input[0])
    return tuple(
        helper.make_model(one, opset_imports=model.opset_import, ir_version=model.ir_version)
        for one in (taken, every)
    )


def _choice(marks: str, weights, bias):
    """A graph from `marks`, a row for each place, to the probabilities of the columns there."""
    from onnx import TensorProto, helper, numpy_helper

    def matrix(name: str, columns: int):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, columns])

    nodes = [
        helper.make_node("MatMul", [marks, "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["sum"]),
        helper.make_node("Softmax", ["sum"], ["likely"], axis=2),
    ]
    values = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")]
    inputs, outputs = matrix(marks, len(weights)), matrix("likely", len(bias))
    return helper.make_graph(nodes, "choice", [inputs], [outputs], values)


def in_eight_bits(model):
    """The ONNX model with its products in 8 bits, where the processor is quick at them."""
    from onnx import helper

    if INT8 not in offered():
        return model
    graph = model.graph
    rewriter = _Rewriter(graph)
    nodes = [new for node in list(graph.node) for new in rewriter.rewritten(node)]
    # Left among the constants, the old weights would be loaded with the new.
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return model


class _Rewriter:
    """Puts products in 8 bits in the place of those with constant weights."""

    def __init__(self, graph):
        self.graph = graph
        self.constants = {one.name: one for one in graph.initializer}
        self.readers = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self.readers[name].append(node)
        # Sums that a product before them has taken in.
        self.taken: set[str] = set()

    def rewritten(self, node) -> list:
        """What stands in a node's place."""
        if node.output[0] in self.taken:
            return []
        weights = self._columns(node)
        if weights is None:
            return [node]
        bias, target = self._bias(node, weights.shape[1])
        if node.op_type == "MatMul":
            return [self._product(node.input[0], weights, bias, target)]
        return self._turned(node.input[0], weights, bias, target)

    def _columns(self, node):
        """The weights of a product with a constant, outputs as columns; None for other nodes."""
        from onnx import helper, numpy_helper

        if node.op_type not in ("MatMul", "Conv") or node.input[1] not in self.constants:
            return None
        weights = numpy_helper.to_array(self.constants[node.input[1]])
        if node.op_type == "MatMul":
            return weights if weights.ndim == 2 else None
        own = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        plain = own.get("group", 1) == 1 and set(own.get("strides", [1])) == {1}
        if not plain or weights.shape[2:] != (1, 1) or len(node.input) > 2:
            return None
        return weights[:, :, 0, 0].T

    def _bias(self, node, outputs: int) -> tuple:
        """The constant that is added next, if there is one, and the name of the result."""
        from onnx import numpy_helper

        (target,) = node.output
        readers = self.readers[target]
        if len(readers) != 1 or readers[0].op_type != "Add":
            return None, target
        other = next(name for name in readers[0].input if name != target)
        if other not in self.constants:
            return None, target
        bias = numpy_helper.to_array(self.constants[other])
        if bias.size != outputs:
            return None, target
        self.taken.add(readers[0].output[0])
        return bias.reshape(-1), readers[0].output[0]

    def _turned(self, source: str, weights, bias, target: str) -> list:
        """A product over channels, which stand last meanwhile."""
        from onnx import helper

        pixels, result = f"{target}.pixels", f"{target}.product"
        return [
            helper.make_node("Transpose", [source], [pixels], perm=TO_PIXELS),
            self._product(pixels, weights, bias, result),
            helper.make_node("Transpose", [result], [target], perm=TO_CHANNELS),
        ]

    def _product(self, source: str, weights, bias, target: str):
        import numpy
        from onnx import helper

        scale = numpy.abs(weights).max(0) / LEVELS
        scale[scale == 0] = 1
        names = [
            self._constant(f"{target}.weights", numpy.rint(weights / scale).astype(numpy.int8)),
            self._constant(f"{target}.scale", scale.astype(numpy.float32)),
        ]
        if bias is not None:
            names += ["", self._constant(f"{target}.bias", bias.astype(numpy.float32))]
        inputs = [source, *names]
        return helper.make_node("DynamicQuantizeMatMul", inputs, [target], domain="com.microsoft")

    def _constant(self, name: str, values) -> str:
        from onnx import numpy_helper

        self.graph.initializer.append(numpy_helper.from_array(values, name))
        return name
