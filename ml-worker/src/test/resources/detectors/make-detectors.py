#!/usr/bin/env python3
"""Makes the graphs beside it (needs the package onnx): detectors of the layouts that the shipped one has not, which see
one face whatever they look at, and a recogniser that wants its colours raw, as old mxnet exports do."""
import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

here = os.path.dirname(os.path.abspath(__file__))


def written(name, nodes, size, outputs, constants=()):
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, size, size])
    graph = helper.make_graph(nodes, name, [image], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    save(model, os.path.join(here, name + ".onnx"))


def detector(name, size, strides, anchors, points):
    kinds = [("score", 1), ("bbox", 4)] + ([("kps", 10)] if points else [])
    nodes, outputs = [], []
    for kind, width in kinds:
        for stride in strides:
            columns = size // stride
            values = np.zeros((columns * columns * anchors, width), np.float32)
            if stride == 16:  # the last anchor of cell 2 in row 3
                at = (3 * columns + 2) * anchors + anchors - 1
                values[at] = {
                    "score": [0.9],
                    "bbox": [1, 1.5, 1, 0.5],
                    "kps": [-0.5, -0.5, 0.5, -0.5, 0, 0, -0.25, 0.25, 0.25, 0.25],
                }[kind]
            output = f"{kind}_{stride}"
            nodes.append(
                helper.make_node("Constant", [], [output], value=numpy_helper.from_array(values)))
            outputs.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, values.shape))
    written(name, nodes, size, outputs)


detector("six", 64, [8, 16, 32], 2, False)
detector("ten", 128, [8, 16, 32, 64, 128], 1, False)
detector("fifteen", 128, [8, 16, 32, 64, 128], 1, True)
written(
    "raw",
    [
        helper.make_node("Sub", ["image", "middle"], ["centred"]),
        helper.make_node("Mul", ["centred", "scale"], ["scaled"]),
        helper.make_node("GlobalAveragePool", ["scaled"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["embedding"]),
    ],
    112,
    [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, 3])],
    [
        numpy_helper.from_array(np.array([127.5], np.float32), "middle"),
        numpy_helper.from_array(np.array([0.0078125], np.float32), "scale"),
    ],
)
