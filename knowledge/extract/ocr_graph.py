"""Models that read lines, rewritten so that they run quicker and say the same."""

from collections import defaultdict

MICROSOFT = "com.microsoft"
# GELU(x) is nearly x times the sigmoid of this times x.
STEEPNESS = 1.702


class Graph:
    """A model's graph: which node makes what, which take it, and what is constant."""

    def __init__(self, graph):
        self.graph = graph
        self.constants = {one.name: one for one in graph.initializer}
        self.makers = {name: node for node in graph.node for name in node.output}
        self.takers = defaultdict(list)
        for node in graph.node:
            for name in node.input:
                self.takers[name].append(node)

    def constant(self, node) -> str:
        """The name of a node's one constant input, "" where there is none."""
        return next((name for name in node.input if name in self.constants), "")

    def next(self, node, kind: str):
        """The node that alone takes the output of this one, if it is of that kind."""
        takers = self.takers[node.output[0]] if node is not None else []
        return takers[0] if len(takers) == 1 and takers[0].op_type == kind else None

    def put(self, nodes: list) -> None:
        """Has these nodes in the place of all, and forgets the constants that none takes."""
        used = {name for node in nodes for name in node.input}
        kept = [one for one in self.graph.initializer if one.name in used]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(nodes)
        self.graph.initializer.extend(kept)


def with_own_kinds(model):
    """The model, in which ONNX Runtime's own kinds of nodes may stand."""
    from onnx import helper

    if all(one.domain != MICROSOFT for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return model


def eased(model):
    """The ONNX model with a swish in the place of each GELU: a third of its time.

    The product before takes the steepness in, and the one after gives it back.
    """
    from onnx import helper

    _without_identities(model.graph)
    graph = Graph(model.graph)
    instead: dict[int, list] = {}
    for node in graph.graph.node:
        found = _gelu(graph, node) if node.op_type == "Erf" else None
        if not found:
            continue
        bias, parts, after = found
        before = next(graph.makers[name] for name in bias.input if name in graph.makers)
        for name in (graph.constant(before), graph.constant(bias)):
            _scale(graph.constants[name], STEEPNESS)
        _scale(graph.constants[graph.constant(after)], 1 / STEEPNESS)
        names = [bias.output[0]], [parts[-1].output[0]]
        swish = helper.make_node("QuickGelu", *names, domain=MICROSOFT, alpha=1.0)
        instead |= {id(part): [] for part in parts} | {id(parts[-1]): [swish]}
    graph.put([new for node in graph.graph.node for new in instead.get(id(node), [node])])
    return with_own_kinds(model)


def _without_identities(graph) -> None:
    same: dict[str, str] = {}
    kept = []
    given = {one.name for one in graph.output}
    for node in graph.node:
        node.input[:] = [same.get(name, name) for name in node.input]
        if node.op_type == "Identity" and node.output[0] not in given:
            same[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)


def _gelu(graph: Graph, erf) -> tuple | None:
    """The addition before a GELU, the nodes that it is made of, and the product after it."""
    divided = graph.makers[erf.input[0]]
    one = graph.next(erf, "Add")
    times = graph.next(one, "Mul")
    half = graph.next(times, "Mul")
    after = graph.next(half, "Conv")
    bias = graph.makers.get(divided.input[0])
    if after is None or bias is None or bias.op_type != "Add" or not graph.constant(bias):
        return None
    before = next((graph.makers[name] for name in bias.input if name in graph.makers), None)
    if before is None or graph.next(before, "Add") is None or before.op_type != "Conv":
        return None
    # Only two take what is scaled, and both are of the GELU.
    if [id(taker) for taker in graph.takers[bias.output[0]]] != [id(divided), id(times)]:
        return None
    return bias, [divided, erf, one, times, half], after


def _scale(constant, by: float) -> None:
    from onnx import numpy_helper

    values = numpy_helper.to_array(constant) * by
    constant.CopyFrom(numpy_helper.from_array(values.astype("float32"), constant.name))


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
