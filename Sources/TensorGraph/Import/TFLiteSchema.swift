// SPDX-License-Identifier: GPL-2.0-or-later

/// The part of TFLite's FlatBuffer schema (schema.fbs, version 3) that is read: field numbers of
/// tables and values of enumerations, in the schema's order.
enum TFLiteSchema {
    static let identifier = "TFL3"
    static let version = 3

    enum Model {
        static let version = 0
        static let operatorCodes = 1
        static let subgraphs = 2
        static let description = 3
        static let buffers = 4
    }

    enum OperatorCode {
        static let deprecatedBuiltinCode = 0
        static let customCode = 1
        static let builtinCode = 3
    }

    enum SubGraph {
        static let tensors = 0
        static let inputs = 1
        static let outputs = 2
        static let operators = 3
    }

    enum Tensor {
        static let shape = 0
        static let type = 1
        static let buffer = 2
        static let name = 3
        static let quantization = 4
        static let isVariable = 5
        static let sparsity = 6
        static let shapeSignature = 7
        static let externalBuffer = 10
    }

    enum QuantizationParameters {
        static let scale = 2
        static let zeroPoint = 3
        static let detailsType = 4
        static let quantizedDimension = 6
    }

    enum Operator {
        static let opcodeIndex = 0
        static let inputs = 1
        static let outputs = 2
        static let optionsType = 3
        static let options = 4
    }

    enum Buffer {
        static let data = 0
        static let offset = 1
        static let size = 2
    }

    enum Conv2DOptions {
        static let type = 1
        static let padding = 0
        static let strideWidth = 1
        static let strideHeight = 2
        static let activation = 3
        static let dilationWidth = 4
        static let dilationHeight = 5
    }

    enum DepthwiseConv2DOptions {
        static let type = 2
        static let padding = 0
        static let strideWidth = 1
        static let strideHeight = 2
        static let depthMultiplier = 3
        static let activation = 4
        static let dilationWidth = 5
        static let dilationHeight = 6
    }

    enum Pool2DOptions {
        static let type = 5
        static let padding = 0
        static let strideWidth = 1
        static let strideHeight = 2
        static let filterWidth = 3
        static let filterHeight = 4
        static let activation = 5
    }

    enum FullyConnectedOptions {
        static let type = 8
        static let activation = 0
        static let weightsFormat = 1
    }

    enum SoftmaxOptions {
        static let type = 9
        static let beta = 0
    }

    enum AddOptions {
        static let type = 11
        static let activation = 0
    }

    enum ReshapeOptions {
        static let type = 17
        static let newShape = 0
    }

    /// Tensor types by value; the supported ones have an element type.
    static let typeNames = """
        float32 float16 int32 uint8 int64 string bool int16 complex64 int8 float64 complex128 \
        uint64 resource variant uint32 uint16 int4 bfloat16 int2 uint4 float8_e4m3fn float8_e5m2
        """.split(separator: " ").map(String.init)
    static let float32 = 0
    static let int32 = 2
    static let int64 = 4
    static let int8 = 9

    static let activationNames = ["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"]

    /// The name of a value in one of the lists above.
    static func name(_ value: Int, in names: [String]) -> String {
        names.indices.contains(value) ? names[value] : "number \(value)"
    }
}
