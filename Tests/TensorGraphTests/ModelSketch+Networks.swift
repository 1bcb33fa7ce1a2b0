// SPDX-License-Identifier: GPL-2.0-or-later

extension ModelSketch {
    /// A small residual network with every supported operator once: 9x9x3 to 5 probabilities.
    static var everyOperator: ModelSketch {
        var model = ModelSketch()
        let input = model.activation("input", [1, 9, 9, 3], scale: 0.0078125, zeroPoint: 0)
        let requantised = model.activation("requantised", [1, 9, 9, 3], scale: 0.01, zeroPoint: 5)
        model.add(114, [input], requantised)

        let paddings = model.numbers("paddings", [4, 2], [0, 0, 1, 1, 1, 1, 0, 0])
        let padded = model.activation("padded", [1, 11, 11, 3], scale: 0.01, zeroPoint: 5)
        model.add(34, [requantised, paddings], padded)

        let stem = model.activation("stem", [1, 5, 5, 8], scale: 0.0235294, zeroPoint: -128)
        let stemWeights = model.weights("stem/weights", [8, 3, 3, 3], axis: 0)
        let stemBias = model.bias(
            "stem/bias", input: padded, weights: stemWeights,
            values: [900, -40, 3, 0, 77, -1200, 5, 610])
        model.add(
            3, [padded, stemWeights, stemBias], stem, optionsType: 1,
            options: [0: .byte(1), 1: .int(2), 2: .int(2), 3: .byte(3)])

        let depthwise = model.activation("depthwise", [1, 5, 5, 8], scale: 0.03, zeroPoint: -128)
        let depthwiseWeights = model.weights("depthwise/weights", [1, 3, 3, 8], axis: 3)
        let depthwiseBias = model.bias(
            "depthwise/bias", input: stem, weights: depthwiseWeights,
            values: [12, -7, 0, 0, 300, 1, -90, 8])
        model.add(
            4, [stem, depthwiseWeights, depthwiseBias], depthwise, optionsType: 2,
            options: [0: .byte(0), 1: .int(1), 2: .int(1), 3: .int(1), 4: .byte(1)])

        let project = model.activation("project", [1, 5, 5, 8], scale: 0.04, zeroPoint: 3)
        let projectWeights = model.weights("project/weights", [8, 1, 1, 8], axis: nil)
        model.add(
            3, [depthwise, projectWeights], project, optionsType: 1,
            options: [0: .byte(1), 1: .int(1), 2: .int(1)])

        let sum = model.activation("sum", [1, 5, 5, 8], scale: 0.05, zeroPoint: -2)
        model.add(0, [project, stem], sum, optionsType: 11, options: [0: .byte(0)])
        let limited = model.activation("limited", [1, 5, 5, 8], scale: 0.0235294, zeroPoint: -128)
        model.add(21, [sum], limited)
        let positive = model.activation("positive", [1, 5, 5, 8], scale: 0.025, zeroPoint: -128)
        model.add(19, [limited], positive)
        let pooled = model.activation("pooled", [1, 3, 3, 8], scale: 0.025, zeroPoint: -128)
        model.add(
            17, [positive], pooled, optionsType: 5,
            options: [0: .byte(0), 1: .int(2), 2: .int(2), 3: .int(2), 4: .int(2)])
        let averaged = model.activation("averaged", [1, 2, 2, 8], scale: 0.025, zeroPoint: -128)
        model.add(
            1, [pooled], averaged, optionsType: 5,
            options: [0: .byte(1), 1: .int(1), 2: .int(1), 3: .int(2), 4: .int(2)])
        let axes = model.numbers("axes", [2], [1, 2])
        let mean = model.activation("mean", [1, 1, 1, 8], scale: 0.02, zeroPoint: -120)
        model.add(40, [averaged, axes], mean, optionsType: 27, options: [0: .byte(1)])

        let newShape = model.numbers("new_shape", [2], [-1, 8])
        let features = model.activation("features", [1, 8], scale: 0.02, zeroPoint: -120)
        model.add(22, [mean, newShape], features)
        let logits = model.activation("logits", [1, 5], scale: 0.1, zeroPoint: 10)
        let denseWeights = model.weights("dense/weights", [5, 8], axis: nil)
        let denseBias = model.bias(
            "dense/bias", input: features, weights: denseWeights, values: [1, -2, 30, 400, -50])
        model.add(
            9, [features, denseWeights, denseBias], logits, optionsType: 8,
            options: [0: .byte(0)])
        let probabilities = model.activation(
            "probabilities", [1, 5], scale: 1 / 256, zeroPoint: -128)
        model.add(25, [logits], probabilities, optionsType: 9, options: [0: .float(1)])
        return model
    }
}
