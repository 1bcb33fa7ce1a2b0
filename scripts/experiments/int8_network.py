# SPDX-License-Identifier: GPL-2.0-or-later
"""Int8 networks read from .tflite files, and their exact forward pass in numpy.

A network is a list of `Layer`s; tensors are NHWC. Only what the networks of the training
experiments are made of: CONV_2D, DEPTHWISE_CONV_2D, PAD, ADD, AVERAGE_POOL_2D, RESHAPE.
"""

from dataclasses import dataclass, field

import numpy as np
import tflite


@dataclass
class Quantisation:
    """value = scale * (stored - zero_point)."""

    scale: float
    zero_point: int


@dataclass
class Layer:
    """One operator; `inputs` and `output` number tensors, `q_...` are their quantisations."""

    kind: str  # conv, depthwise, add, pool
    inputs: list
    output: int
    q_inputs: list
    q_output: Quantisation
    weights: np.ndarray = None  # conv [out, ky, kx, in], depthwise [ky, kx, channel]
    weight_scales: np.ndarray = None
    bias: np.ndarray = None
    stride: int = 1
    pads: tuple = (0, 0, 0, 0)  # top, bottom, left, right
    number: int = -1  # among the convolutions, the classifier left out

    @property
    def is_relu6(self):
        """Whether the float network clamped here: the quantised range then starts at 0."""
        return self.kind in ("conv", "depthwise") and self.q_output.zero_point == -128


@dataclass
class Network:
    layers: list = field(default_factory=list)
    input: int = 0

    @property
    def classifier(self):
        return self.layers[-1]

    def numbered(self, number):
        return next(layer for layer in self.layers if layer.number == number)

    @property
    def convolutions(self):
        return sum(layer.number >= 0 for layer in self.layers)


def _quantisation(tensor):
    q = tensor.Quantization()
    return Quantisation(float(q.ScaleAsNumpy()[0]), int(q.ZeroPointAsNumpy()[0]))


def _options(operator, kind):
    options = kind()
    options.Init(operator.BuiltinOptions().Bytes, operator.BuiltinOptions().Pos)
    return options


def _same_padding(size, kernel, stride):
    total = max(((size + stride - 1) // stride - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def read(path):
    """The network in a .tflite file, PADs folded into the convolutions that read them."""
    data = open(path, "rb").read()
    model = tflite.Model.GetRootAs(data, 0)
    graph = model.Subgraphs(0)
    names = {v: k for k, v in vars(tflite.BuiltinOperator).items() if isinstance(v, int)}

    def array(index, dtype):
        tensor = graph.Tensors(index)
        raw = model.Buffers(tensor.Buffer()).DataAsNumpy()
        return np.frombuffer(raw.tobytes(), dtype).reshape(tensor.ShapeAsNumpy())

    network = Network(input=int(graph.Inputs(0)))
    padded, alias, number = {}, {}, 0
    for i in range(graph.OperatorsLength()):
        operator = graph.Operators(i)
        code = model.OperatorCodes(operator.OpcodeIndex())
        name = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs, output = operator.InputsAsNumpy(), int(operator.Outputs(0))
        source = alias.get(int(inputs[0]), int(inputs[0]))
        if name == "PAD":
            pads = array(inputs[1], np.int32)
            padded[output] = (source, tuple(int(p) for p in pads[1:3].ravel()))
            continue
        if name == "RESHAPE":
            alias[output] = source
            continue
        source, pads = padded.get(source, (source, (0, 0, 0, 0)))
        q_input, q_output = _quantisation(graph.Tensors(source)), _quantisation(graph.Tensors(output))
        if name == "ADD":
            other = int(inputs[1])
            quantisations = [q_input, _quantisation(graph.Tensors(other))]
            network.layers.append(Layer("add", [source, other], output, quantisations, q_output))
        elif name == "AVERAGE_POOL_2D":
            network.layers.append(Layer("pool", [source], output, [q_input], q_output))
        elif name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            depthwise = name != "CONV_2D"
            kind = tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions
            options = _options(operator, kind)
            if options.FusedActivationFunction() != 0:
                raise ValueError(f"operator {i}: fused activations are not supported")
            weights = array(inputs[1], np.int8)
            weights = weights[0] if depthwise else weights
            kernel = weights.shape[0] if depthwise else weights.shape[1]
            if options.Padding() == tflite.Padding.SAME and kernel > 1:
                height, width = graph.Tensors(source).ShapeAsNumpy()[1:3]
                pads = _same_padding(height, kernel, options.StrideH())
                pads += _same_padding(width, kernel, options.StrideW())
            network.layers.append(
                Layer(
                    "depthwise" if depthwise else "conv", [source], output, [q_input], q_output,
                    weights, graph.Tensors(inputs[1]).Quantization().ScaleAsNumpy(),
                    array(inputs[2], np.int32), options.StrideH(), pads, number))
            number += 1
        else:
            raise ValueError(f"operator {i} ({name}) is not supported")
    network.classifier.number = -1
    return network


def fixed_point(real):
    """TFLite's multiplier (31 bits) and shift of positive real factors."""
    mantissa, shift = np.frexp(np.asarray(real, np.float64))
    multiplier = np.floor(mantissa * 2.0**31 + 0.5).astype(np.int64)
    carry = multiplier == 1 << 31
    multiplier, shift = np.where(carry, 1 << 30, multiplier), np.where(carry, shift + 1, shift)
    small = shift < -31
    return np.where(small, 0, multiplier), np.where(small, 0, shift).astype(np.int64)


def requantise(values, multiplier, shift):
    """Doubled high half of the product, rounded half up; then a shift, half away from zero."""
    high = ((values << np.maximum(shift, 0)) * multiplier + (1 << 30)) >> 31
    right = np.maximum(-shift, 0)
    mask = (1 << right) - 1
    threshold = (mask >> 1) + (high < 0)
    return (high >> right) + ((high & mask) > threshold)


def windows(x, kernel, stride, pads, fill):
    """[n, out height, out width, ky, kx, channels] view of the padded input."""
    x = np.pad(x, ((0, 0), pads[:2], pads[2:], (0, 0)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (1, 2))
    return view[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)


def run_layer(layer, x, y=None):
    """The layer's int8 output on a batch of int8 inputs; equal to TFLite's reference kernels."""
    q, out = layer.q_inputs[0], layer.q_output
    if layer.kind == "pool":
        total, count = x.astype(np.int64).sum((1, 2), keepdims=True), x.shape[1] * x.shape[2]
        away = np.where(total > 0, count // 2, -(count // 2))
        return np.trunc((total + away) / count).astype(np.int8)
    if layer.kind == "add":
        twice = 2 * max(q.scale, layer.q_inputs[1].scale)
        terms = 0
        for part, given in zip((x, y), layer.q_inputs):
            raised = (part.astype(np.int64) - given.zero_point) << 20
            terms = terms + requantise(raised, *fixed_point(given.scale / twice))
        result = requantise(terms, *fixed_point(twice / ((1 << 20) * out.scale)))
    else:
        # Sums of products of whole numbers: exact in float32 below 2^24, which is checked.
        centred = x.astype(np.float32) - q.zero_point
        weights = layer.weights.astype(np.float32)
        bound = 255.0 * np.abs(weights).sum((0, 1) if layer.kind == "depthwise" else (1, 2, 3))
        if bound.max() >= 1 << 24:
            centred, weights = centred.astype(np.float64), weights.astype(np.float64)
        if layer.kind == "depthwise":
            kernel = layer.weights.shape[0]
            view = windows(centred, kernel, layer.stride, layer.pads, 0)
            sums = np.zeros(view.shape[:3] + view.shape[5:], centred.dtype)
            for ky in range(kernel):
                for kx in range(kernel):
                    sums += view[:, :, :, ky, kx] * weights[ky, kx]
        else:
            kernel = layer.weights.shape[1]
            if kernel > 1:
                centred = windows(centred, kernel, layer.stride, layer.pads, 0)
                centred = centred.reshape(centred.shape[:3] + (-1,))
            sums = centred @ weights.reshape(len(weights), -1).T
        scale = q.scale * layer.weight_scales.astype(np.float64) / out.scale
        result = requantise(sums.astype(np.int64) + layer.bias, *fixed_point(scale))
    return np.clip(result + out.zero_point, -128, 127).astype(np.int8)


def run(layers, tensors):
    """Runs layers on {tensor number: int8 batch}, adding their outputs; returns the last."""
    for layer in layers:
        tensors[layer.output] = run_layer(layer, *(tensors[i] for i in layer.inputs))
    return tensors[layers[-1].output]
