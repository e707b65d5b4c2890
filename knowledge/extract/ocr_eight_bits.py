"""A model's matrix products in 8 bits, for processors that are quick at them.

Two thirds of the reading model's time go into convolutions over one pixel, which are matrix
products over a picture's channels. Weights get 8 bits a column, activations 8 bits by their range
at each run. A product wants the channels last and other convolutions want them first, so what
stands between products has them last too: to turn them round takes a tenth of the time.
"""

from .ocr_graph import MICROSOFT, Graph, with_own_kinds

TO_LAST, TO_FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
LEVELS = 127
# What works on each value by itself, and so on any order of channels.
PLAIN = {"Add", "Mul", "Relu", "HardSigmoid", "QuickGelu"}


def in_eight_bits(model):
    """The ONNX model with its products with constant weights in 8 bits."""
    graph = Graph(model.graph)
    writer = _Writer(graph)
    for node in list(graph.graph.node):
        writer.write(node)
    graph.put(writer.nodes)
    return with_own_kinds(model)


class _Writer:
    """Writes the nodes anew, one by one."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.nodes: list = []
        # By a value's name, that of it with its channels last, and which values are only there so.
        self.last: dict[str, str] = {}
        self.turned: set[str] = set()
        # Sums that a product before them has taken in.
        self.taken: set[str] = set()

    def write(self, node) -> None:
        """Writes what stands in a node's place."""
        if node.output[0] in self.taken:
            return
        weights = self._columns(node)
        if weights is not None:
            bias, target = self._bias(node, weights.shape[1])
            if node.op_type == "MatMul":
                self._product(node.input[0], weights, bias, target)
            else:
                self._product(self._to_last(node.input[0]), weights, bias, self._new_last(target))
        elif self._goes_on(node):
            self._write_last(node)
        else:
            for name in node.input:
                self._to_first(name)
            self.nodes.append(node)

    def _columns(self, node):
        """The weights of a product with a constant, outputs as columns; None for other nodes."""
        from onnx import helper, numpy_helper

        if node.op_type not in ("MatMul", "Conv") or node.input[1] not in self.graph.constants:
            return None
        weights = numpy_helper.to_array(self.graph.constants[node.input[1]])
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
        added = self.graph.next(node, "Add")
        name = self.graph.constant(added) if added else ""
        bias = numpy_helper.to_array(self.graph.constants[name]) if name else None
        if bias is None or bias.size != outputs:
            return None, target
        self.taken.add(added.output[0])
        return bias.reshape(-1), added.output[0]

    def _goes_on(self, node) -> bool:
        """Whether a node can have the channels last, as one of its inputs has them."""
        if node.op_type not in PLAIN:
            return False
        return any(name in self.turned for name in node.input) and not self.graph.constant(node)

    def _write_last(self, node) -> None:
        """Writes a node whose inputs and output have their channels last."""
        names = [self._to_last(name) for name in node.input]
        new = type(node)()
        new.CopyFrom(node)
        new.input[:] = names
        new.output[:] = [self._new_last(node.output[0])]
        self.nodes.append(new)

    def _new_last(self, name: str) -> str:
        """The name under which a value gets its channels last as it is made."""
        self.last[name] = f"{name}.last"
        self.turned.add(name)
        return self.last[name]

    def _to_last(self, name: str) -> str:
        from onnx import helper

        if name not in self.last:
            self.last[name] = f"{name}.last"
            turn = helper.make_node("Transpose", [name], [self.last[name]], perm=TO_LAST)
            self.nodes.append(turn)
        return self.last[name]

    def _to_first(self, name: str) -> None:
        """Has a value as it was, for what takes only this."""
        from onnx import helper

        if name in self.turned:
            self.turned.remove(name)
            turn = helper.make_node("Transpose", [self.last[name]], [name], perm=TO_FIRST)
            self.nodes.append(turn)

    def _product(self, source: str, weights, bias, target: str) -> None:
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
        self.nodes.append(
            helper.make_node("DynamicQuantizeMatMul", [source, *names], [target], domain=MICROSOFT)
        )

    def _constant(self, name: str, values) -> str:
        from onnx import numpy_helper

        self.graph.graph.initializer.append(numpy_helper.from_array(values, name))
        return name
