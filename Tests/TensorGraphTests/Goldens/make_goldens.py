#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes golden_models.json: small int8 models, inputs, and outputs of TFLite's reference kernels.

    python3 -m venv venv && venv/bin/pip install ai-edge-litert==2.3.0 flatbuffers numpy
    venv/bin/python Tests/TensorGraphTests/Goldens/make_goldens.py

    venv/bin/python .../make_goldens.py FOLDER COUNT

With a folder it writes NAME.in and NAME.out (int8 bytes of COUNT inputs and outputs) beside every
NAME.tflite of it; then `KINGLET_MODELS=FOLDER swift test -c release --filter ModelFolderTests`.

Models are seeded; the same package versions give the same file.
"""
import base64
import json
import pathlib
import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

INPUTS = 6
SAME, VALID = 0, 1
NONE, RELU, RELU6 = 0, 1, 3
OP = schema.BuiltinOperator


class Model:
    """Builds a TFLite model tensor by tensor."""

    def __init__(self, name, seed):
        self.name = name
        self.random = np.random.default_rng(seed)
        self.tensors, self.operators, self.codes = [], [], []
        self.buffers = [schema.BufferT()]

    def tensor(self, name, shape, kind, scales=None, zero_points=None, axis=0, data=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type = name, list(shape), kind
        tensor.buffer = 0
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            tensor.buffer = len(self.buffers)
            self.buffers.append(buffer)
        if scales is not None:
            quantization = schema.QuantizationParametersT()
            quantization.scale = np.asarray(scales, np.float32)
            quantization.zeroPoint = np.asarray(zero_points, np.int64)
            quantization.quantizedDimension = axis
            tensor.quantization = quantization
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def activation(self, name, shape, scale, zero_point):
        return self.tensor(name, shape, schema.TensorType.INT8, [scale], [zero_point])

    def constant(self, name, values):
        values = np.asarray(values, np.int32)
        return self.tensor(name, values.shape, schema.TensorType.INT32, data=values)

    def parameters(self, name, x, shape, channels, axis, per_channel=True, scale=0.01, span=127):
        """Weights up to span and bias of a layer that reads tensor x."""
        count = channels if per_channel else 1
        scales = (scale * self.random.uniform(0.3, 1.7, count)).astype(np.float32)
        if per_channel and channels > 4:
            scales[1] = 4e-9  # a dead channel
        values = self.random.integers(-span, span + 1, shape, dtype=np.int8)
        weights = self.tensor(name + "/weights", shape, schema.TensorType.INT8, scales,
                              [0] * count, axis, values)
        bias = self.random.integers(-24 * span, 24 * span, channels, dtype=np.int32)
        input_scale = self.tensors[x].quantization.scale[0]
        bias = self.tensor(name + "/bias", [channels], schema.TensorType.INT32,
                           scales * input_scale, [0] * count, 0, bias)
        return weights, bias

    def add(self, code, inputs, output, options_type=0, options=None, version=1):
        if code not in self.codes:
            self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = self.codes.index(code)
        operator.inputs, operator.outputs = list(inputs), [output]
        operator.builtinOptionsType = options_type
        operator.builtinOptions = options
        self.operators.append(operator)
        return output

    def bytes(self, inputs, outputs):
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = inputs, outputs
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [graph], self.buffers
        model.operatorCodes = []
        versions = {OP.CONV_2D: 3, OP.DEPTHWISE_CONV_2D: 3, OP.FULLY_CONNECTED: 4, OP.ADD: 2,
                    OP.AVERAGE_POOL_2D: 2, OP.MAX_POOL_2D: 2, OP.MEAN: 2, OP.PAD: 2,
                    OP.SOFTMAX: 2, OP.RELU: 2, OP.RELU6: 2, OP.QUANTIZE: 2}
        for code in self.codes:
            entry = schema.OperatorCodeT()
            entry.builtinCode = code
            entry.deprecatedBuiltinCode = min(code, 127)
            entry.version = versions.get(code, 1)
            model.operatorCodes.append(entry)
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    # Operators, by the shapes of their results.

    def conv(self, name, x, shape, kernel, stride, padding, activation, q, per_channel=True,
             dilation=1):
        depth = self.tensors[x].shape[3]
        weights, bias = self.parameters(name, x, [shape[3], kernel[0], kernel[1], depth],
                                        shape[3], 0, per_channel)
        options = schema.Conv2DOptionsT()
        options.padding, options.fusedActivationFunction = padding, activation
        options.strideH, options.strideW = stride
        options.dilationHFactor = options.dilationWFactor = dilation
        return self.add(OP.CONV_2D, [x, weights, bias], self.activation(name, shape, *q),
                        schema.BuiltinOptions.Conv2DOptions, options)

    def depthwise(self, name, x, shape, kernel, stride, padding, activation, q,
                  per_channel=True, multiplier=1):
        weights, bias = self.parameters(name, x, [1, kernel[0], kernel[1], shape[3]],
                                        shape[3], 3, per_channel)
        options = schema.DepthwiseConv2DOptionsT()
        options.padding, options.fusedActivationFunction = padding, activation
        options.strideH, options.strideW = stride
        options.depthMultiplier = multiplier
        return self.add(OP.DEPTHWISE_CONV_2D, [x, weights, bias],
                        self.activation(name, shape, *q),
                        schema.BuiltinOptions.DepthwiseConv2DOptions, options)

    def dense(self, name, x, classes, activation, q, per_channel=False, span=127):
        features = int(np.prod(self.tensors[x].shape))
        weights, bias = self.parameters(name, x, [classes, features], classes, 0, per_channel,
                                        span=span)
        options = schema.FullyConnectedOptionsT()
        options.fusedActivationFunction = activation
        return self.add(OP.FULLY_CONNECTED, [x, weights, bias],
                        self.activation(name, [1, classes], *q),
                        schema.BuiltinOptions.FullyConnectedOptions, options)

    def sum(self, name, a, b, activation, q):
        options = schema.AddOptionsT()
        options.fusedActivationFunction = activation
        return self.add(OP.ADD, [a, b], self.activation(name, self.tensors[a].shape, *q),
                        schema.BuiltinOptions.AddOptions, options)

    def pool(self, code, name, x, shape, kernel, stride, padding, activation):
        options = schema.Pool2DOptionsT()
        options.padding, options.fusedActivationFunction = padding, activation
        options.strideH, options.strideW = stride
        options.filterHeight, options.filterWidth = kernel
        source = self.tensors[x].quantization
        output = self.activation(name, shape, source.scale[0], source.zeroPoint[0])
        return self.add(code, [x], output, schema.BuiltinOptions.Pool2DOptions, options)

    def pad(self, name, x, amounts):
        source = self.tensors[x]
        shape = [e + b + a for e, (b, a) in zip(source.shape, amounts)]
        output = self.activation(name, shape, source.quantization.scale[0],
                                 source.quantization.zeroPoint[0])
        return self.add(OP.PAD, [x, self.constant(name + "/amounts", amounts)], output,
                        schema.BuiltinOptions.PadOptions, schema.PadOptionsT())

    def mean(self, name, x, keep, q):
        depth = self.tensors[x].shape[3]
        options = schema.ReducerOptionsT()
        options.keepDims = keep
        output = self.activation(name, [1, 1, 1, depth] if keep else [1, depth], *q)
        return self.add(OP.MEAN, [x, self.constant(name + "/axes", [1, 2])], output,
                        schema.BuiltinOptions.ReducerOptions, options)

    def reshape(self, name, x, shape):
        source = self.tensors[x].quantization
        output = self.activation(name, shape, source.scale[0], source.zeroPoint[0])
        options = schema.ReshapeOptionsT()
        options.newShape = shape
        return self.add(OP.RESHAPE, [x, self.constant(name + "/shape", shape)], output,
                        schema.BuiltinOptions.ReshapeOptions, options)

    def softmax(self, name, x, beta=1.0):
        options = schema.SoftmaxOptionsT()
        options.beta = beta
        output = self.activation(name, self.tensors[x].shape, 1 / 256, -128)
        return self.add(OP.SOFTMAX, [x], output, schema.BuiltinOptions.SoftmaxOptions, options)

    def plain(self, code, name, x, q):
        return self.add(code, [x], self.activation(name, self.tensors[x].shape, *q))


def single(name, seed, shape, q, build, kind=None):
    """A model of one operator or a few: build(model, input) returns the output."""
    model = Model(name, seed)
    if kind is None:
        x = model.activation("input", shape, *q)
    else:
        x = model.tensor("input", shape, kind)
    y = build(model, x)
    return name, model.bytes([x], [y])


def residual(model, x):
    """A small MobileNet: every operator that such a network has."""
    act = (6 / 255, -128)
    x = model.plain(OP.QUANTIZE, "requantised", x, (0.009, -4))
    x = model.pad("pad", x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    x = model.conv("stem", x, [1, 6, 6, 8], (3, 3), (2, 2), VALID, RELU6, act)
    x = model.depthwise("dw1", x, [1, 6, 6, 8], (3, 3), (1, 1), SAME, RELU6, act)
    x = model.conv("project1", x, [1, 6, 6, 8], (1, 1), (1, 1), VALID, NONE, (0.06, 2))
    skip = x
    x = model.conv("expand2", x, [1, 6, 6, 24], (1, 1), (1, 1), SAME, RELU6, act)
    x = model.depthwise("dw2", x, [1, 6, 6, 24], (5, 5), (1, 1), SAME, RELU, (0.03, -128))
    x = model.conv("project2", x, [1, 6, 6, 8], (1, 1), (1, 1), VALID, NONE, (0.07, -9), False)
    x = model.sum("add", skip, x, NONE, (0.09, 1))
    x = model.pool(OP.MAX_POOL_2D, "max", x, [1, 3, 3, 8], (2, 2), (2, 2), SAME, NONE)
    x = model.pool(OP.AVERAGE_POOL_2D, "average", x, [1, 1, 1, 8], (3, 3), (1, 1), VALID, NONE)
    x = model.reshape("features", x, [1, 8])
    x = model.dense("classifier", x, 7, NONE, (0.1, 11))
    return model.softmax("probabilities", x)


def models():
    q = (0.05, -7)
    image = [1, 7, 8, 3]
    yield single("conv, SAME, stride 2, per channel", 1, image, q, lambda m, x: m.conv(
        "y", x, [1, 4, 4, 6], (3, 3), (2, 2), SAME, NONE, (0.1, 3)))
    yield single("conv, VALID, 3x2, relu6, per tensor", 2, image, q, lambda m, x: m.conv(
        "y", x, [1, 5, 7, 5], (3, 2), (1, 1), VALID, RELU6, (6 / 255, -128), False))
    yield single("conv, dilation 2, relu", 3, image, q, lambda m, x: m.conv(
        "y", x, [1, 3, 4, 5], (3, 3), (1, 1), VALID, RELU, (0.1, -20), dilation=2))
    yield single("conv, SAME, dilation 2", 4, image, q, lambda m, x: m.conv(
        "y", x, [1, 7, 8, 4], (3, 3), (1, 1), SAME, NONE, (0.1, 0), dilation=2))
    yield single("conv that amplifies", 5, image, (0.5, 4), lambda m, x: m.conv(
        "y", x, [1, 7, 8, 4], (1, 1), (1, 1), SAME, NONE, (0.001, 5)))
    yield single("depthwise, SAME, stride 2, relu6", 6, [1, 7, 8, 6], q, lambda m, x: m.depthwise(
        "y", x, [1, 4, 4, 6], (3, 3), (2, 2), SAME, RELU6, (6 / 255, -128)))
    yield single("depthwise, 5x5, per tensor", 7, [1, 7, 8, 4], q, lambda m, x: m.depthwise(
        "y", x, [1, 3, 4, 4], (5, 5), (1, 1), VALID, NONE, (0.08, 9), False))
    yield single("depthwise, multiplier 4", 8, image, q, lambda m, x: m.depthwise(
        "y", x, [1, 7, 8, 12], (3, 3), (1, 1), SAME, RELU, (0.05, -60), True, 4))
    yield single("dense, per tensor", 9, [1, 40], q, lambda m, x: m.dense(
        "y", x, 11, NONE, (0.17, 6)))
    yield single("dense, per channel, relu", 10, [1, 40], q, lambda m, x: m.dense(
        "y", x, 11, RELU, (0.1, -128), True))
    yield single("dense, rounding matters", 29, [1, 20], q, lambda m, x: m.dense(
        "y", x, 60, NONE, (0.02, -5), span=3))
    yield single("average pool, SAME, 3x3", 11, image, q, lambda m, x: m.pool(
        OP.AVERAGE_POOL_2D, "y", x, [1, 4, 4, 3], (3, 3), (2, 2), SAME, NONE))
    yield single("average pool, VALID, relu", 12, image, q, lambda m, x: m.pool(
        OP.AVERAGE_POOL_2D, "y", x, [1, 3, 4, 3], (2, 2), (2, 2), VALID, RELU))
    yield single("max pool, SAME, 3x2", 13, image, q, lambda m, x: m.pool(
        OP.MAX_POOL_2D, "y", x, [1, 4, 8, 3], (3, 2), (2, 1), SAME, NONE))
    yield single("max pool, VALID, relu6", 14, image, q, lambda m, x: m.pool(
        OP.MAX_POOL_2D, "y", x, [1, 3, 4, 3], (2, 2), (2, 2), VALID, RELU6))
    yield single("mean, kept, rescaled", 15, image, q, lambda m, x: m.mean(
        "y", x, True, (0.011, 20)))
    yield single("mean, dropped, rescaled", 16, image, q, lambda m, x: m.mean(
        "y", x, False, (0.02, -31)))
    yield single("mean, kept, same scale", 17, image, q, lambda m, x: m.mean("y", x, True, q))
    yield single("pad rows, columns and channels", 18, image, q, lambda m, x: m.pad(
        "y", x, [[0, 0], [2, 1], [0, 3], [1, 2]]))
    yield single("relu", 19, image, q, lambda m, x: m.plain(OP.RELU, "y", x, (0.024, -128)))
    yield single("relu6", 20, image, q, lambda m, x: m.plain(OP.RELU6, "y", x, (0.03, -100)))
    yield single("requantise", 21, image, q, lambda m, x: m.plain(
        OP.QUANTIZE, "y", x, (0.0313, 14)))
    yield single("quantise float32", 22, image, None, lambda m, x: m.plain(
        OP.QUANTIZE, "y", x, (0.02, 5)), schema.TensorType.FLOAT32)
    yield single("softmax", 23, [1, 33], (0.1, 5), lambda m, x: m.softmax("y", x))
    yield single("softmax of small logits", 24, [1, 10], (0.004, 5), lambda m, x: m.softmax("y", x))
    yield single("softmax of a map, beta 0.5", 25, [1, 2, 3, 9], (0.3, 5),
                 lambda m, x: m.softmax("y", x, 0.5))
    yield single("add, one scale dominates", 26, image, q, lambda m, x: m.sum(
        "y", x, m.plain(OP.QUANTIZE, "z", x, (0.6, 30)), NONE, (0.4, -11)))
    yield single("add, relu6", 27, image, q, lambda m, x: m.sum(
        "y", m.plain(OP.QUANTIZE, "z", x, (0.09, 30)), x, RELU6, (0.024, -128)))
    yield single("residual network", 28, [1, 11, 11, 3], (1 / 128, 0), residual)


def interpreter(content):
    runner = Interpreter(model_content=content, num_threads=1,
                         experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    runner.allocate_tensors()
    return runner, runner.get_input_details()[0], runner.get_output_details()[0]


def run(runner, source, target, values):
    runner.set_tensor(source["index"], values)
    runner.invoke()
    return runner.get_tensor(target["index"]).copy()


def sample(random, source, index):
    """Whole-range noise, or a smooth image with noise, or a narrow band."""
    shape = source["shape"]
    if source["dtype"] == np.float32:
        return random.normal(0, 2, shape).astype(np.float32)
    if index % 2 == 0:
        return random.integers(-128, 128, shape, dtype=np.int8)
    rough = random.normal(0, 40, shape)
    if len(shape) == 4 and min(shape[1:3]) > 16:
        coarse = [1, -(-shape[1] // 16), -(-shape[2] // 16), shape[3]]
        rough = random.normal(0, 50, coarse).repeat(16, 1).repeat(16, 2)
        rough = rough[:, :shape[1], :shape[2]] + random.normal(0, 12, shape)
    return np.clip(rough + random.normal(0, 30), -128, 127).astype(np.int8)


def text(values):
    return base64.b64encode(values.tobytes()).decode()


def record(name, content):
    runner, source, target = interpreter(content)
    random = np.random.default_rng(len(content))
    inputs = [sample(random, source, index) for index in range(INPUTS)]
    outputs = [run(runner, source, target, values) for values in inputs]
    return {"name": name, "model": base64.b64encode(content).decode(),
            "inputs": [text(v) for v in inputs], "outputs": [text(v) for v in outputs]}


def main():
    if len(sys.argv) == 3:
        for model in sorted(pathlib.Path(sys.argv[1]).glob("*.tflite")):
            runner, source, target = interpreter(model.read_bytes())
            random = np.random.default_rng(1)
            inputs = [sample(random, source, index) for index in range(int(sys.argv[2]))]
            outputs = [run(runner, source, target, values) for values in inputs]
            model.with_suffix(".in").write_bytes(b"".join(v.tobytes() for v in inputs))
            model.with_suffix(".out").write_bytes(b"".join(v.tobytes() for v in outputs))
        return
    goldens = [record(name, content) for name, content in models()]
    path = pathlib.Path(__file__).with_name("golden_models.json")
    path.write_text(json.dumps(goldens, indent=1) + "\n")


if __name__ == "__main__":
    main()
