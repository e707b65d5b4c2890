"""The model that reads lines, its matrix products in 8 bits where the processor is quick at these.

Two thirds of its time go into convolutions over one pixel, which are matrix products over a
picture's channels. Weights get 8 bits a column, activations 8 bits by their range at each run. It
is made anew at each start of a reader: that takes a tenth of a second, and the model loads faster.
"""

from collections import defaultdict
from pathlib import Path

from ..embedders.backends import INT8, offered

FILE = "PP-OCRv6_rec_small.onnx"
TO_PIXELS, TO_CHANNELS = (0, 2, 3, 1), (0, 3, 1, 2)
LEVELS = 127


def session():
    """A session of the model in 8 bits; None where the processor is no quicker at them."""
    if INT8 not in offered():
        return None
    import onnx
    import onnxruntime
    import rapidocr

    path = Path(rapidocr.__file__).parent / "models" / FILE
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    model = in_eight_bits(onnx.load(path)).SerializeToString()
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def in_eight_bits(model):
    """The ONNX model with its products in 8 bits; it is changed itself."""
    from onnx import helper

    graph = model.graph
    rewriter = _Rewriter(graph)
    nodes = [new for node in list(graph.node) for new in rewriter.rewritten(node)]
    del graph.node[:]
    graph.node.extend(nodes)
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
