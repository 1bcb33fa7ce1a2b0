// SPDX-License-Identifier: GPL-2.0-or-later

extension Interpreter {
    /// Both operands raised by 20 bits, rescaled, added, rescaled.
    func add(_ node: Node, _ left: [Int8], _ right: [Int8]) -> [Int8] {
        let scaling = graph.additionScaling(of: node)
        let leftZero = zeroPoint(node.inputs[0])
        let rightZero = zeroPoint(node.inputs[1])
        let zeroPoint = self.zeroPoint(node.output)
        let range = graph.outputRange(of: node)
        return zip(left, right).map { a, b in
            let raisedA = (Int32(a) &- leftZero) << Int32(AdditionScaling.leftShift)
            let raisedB = (Int32(b) &- rightZero) << Int32(AdditionScaling.leftShift)
            let sum = scaling.left.apply(raisedA) &+ scaling.right.apply(raisedB)
            return range.clamp(scaling.output.apply(sum) &+ zeroPoint)
        }
    }

    /// Standalone activations and changes of scale.
    func requantize(_ node: Node, _ values: [Int8]) -> [Int8] {
        let multiplier = graph.requantizationMultiplier(of: node)
        let inputZero = zeroPoint(node.inputs[0])
        let zeroPoint = self.zeroPoint(node.output)
        let range = graph.outputRange(of: node)
        return values.map { value in
            range.clamp(multiplier.apply(Int32(value) &- inputZero) &+ zeroPoint)
        }
    }

    /// float32 to int8: rounds half away from zero, saturates; not-a-number becomes the zero point.
    func quantize(_ values: [Float], _ node: Node) -> [Int8] {
        let quantization = graph.quantization(of: node.output)
        return values.map { value in
            let steps = (value / quantization.scale).rounded(.toNearestOrAwayFromZero)
            let stored = steps.isNaN ? 0 : steps + Float(quantization.zeroPoint)
            return Int8(max(-128, min(127, stored)))
        }
    }
}
