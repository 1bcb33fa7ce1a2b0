// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph: CustomStringConvertible {
    /// One line a node, and totals. `%0` and on are the inputs, then the nodes' results in order;
    /// `#12` is a convolution's number in a scheme.
    package var description: String {
        var names: [TensorID: String] = [:]
        for id in inputs { names[id] = "%\(names.count)" }
        for node in nodes { names[node.output] = "%\(names.count)" }
        var numbers: [Int: Int] = [:]
        for (number, index) in convolutions.enumerated() { numbers[index] = number }
        let classifier = classifier

        var rows: [(code: String, note: String)] = []
        for id in inputs { rows.append(("\(names[id] ?? "") = input : \(type(of: id))", "")) }
        for (index, node) in nodes.enumerated() {
            let operands = node.inputs.map { names[$0] ?? "@\(short($0))" }
            var code =
                "\(names[node.output] ?? "") = \(node.operation.name) "
                + operands.joined(separator: " ")
            if let parameters = node.parameters {
                let weights = self[parameters.weights]
                code += " weights\(weights.shape)"
                if weights.quantization?.isPerChannel == true { code += " per-channel" }
            }
            code += attributes(of: node.operation) + " : \(type(of: node.output))"
            var note: [String] = []
            if let number = numbers[index] { note.append("#\(number)") }
            if index == classifier { note.append("classifier") }
            note.append(short(node.output))
            let macs = macs(of: node)
            if macs > 0 { note.append(Self.macs(macs)) }
            rows.append((code, note.joined(separator: "  ")))
        }
        rows.append(
            ("return " + outputs.map { names[$0] ?? "" }.joined(separator: " "), ""))
        return (["graph \"\(name)\""] + aligned(rows) + [summary]).joined(separator: "\n") + "\n"
    }

    private func aligned(_ rows: [(code: String, note: String)]) -> [String] {
        let column = rows.map(\.code.count).max() ?? 0
        return rows.map { row in
            guard !row.note.isEmpty else { return "  " + row.code }
            let gap = String(repeating: " ", count: column - row.code.count)
            return "  \(row.code)\(gap)  // \(row.note)"
        }
    }

    /// A tensor's name; of the names that a converter joined with ';', the first.
    private func short(_ id: TensorID) -> String {
        let name = self[id].name.prefix { $0 != ";" }
        return name.count > 48 ? name.prefix(47) + "…" : String(name)
    }

    private func type(of id: TensorID) -> String {
        let tensor = self[id]
        var text = "\(tensor.elementType.rawValue)\(tensor.shape)"
        if let quantization = tensor.quantization {
            text += " s=\(quantization.scale) z=\(quantization.zeroPoint)"
        }
        return text
    }

    private func attributes(of operation: Operation) -> String {
        var text = ""
        if let window = operation.window {
            switch operation {
            case .averagePool, .maxPool:
                text += " window \(window.kernelHeight)x\(window.kernelWidth)"
            default: break
            }
            text += " stride \(Self.pair(window.strideHeight, window.strideWidth))"
            if window.isDilated {
                text += " dilation \(Self.pair(window.dilationHeight, window.dilationWidth))"
            }
            if window.padding != .none { text += " pad \(window.padding)" }
        }
        switch operation {
        case .depthwiseConvolution(_, let multiplier, _) where multiplier > 1:
            text += " multiplier \(multiplier)"
        case .pad(let padding, let before, let after):
            text += " \(padding)"
            if before + after > 0 { text += " channels \(before),\(after)" }
        case .softmax(let beta) where beta != 1: text += " beta \(beta)"
        case .activation: return text
        default: break
        }
        if operation.activation != .none { text += " \(operation.activation.rawValue)" }
        return text
    }

    private var summary: String {
        let totals = totals
        let largest = largestActivations(3).map { "\(short($0)) \(self[$0].byteCount)" }
        var text =
            "  // \(nodes.count) operators, \(convolutions.count) convolutions, "
            + "\(Self.macs(totals.macs)), weights \(totals.weightBytes) B, "
            + "biases \(totals.biasBytes) B\n"
            + "  // largest activations: \(largest.joined(separator: ", ")) B"
        if let node = totals.largestNode {
            text +=
                "; operands and result of \(short(nodes[node].output)) "
                + "\(totals.largestNodeBytes) B"
        }
        return text
    }

    private static func pair(_ a: Int, _ b: Int) -> String { a == b ? "\(a)" : "\(a)x\(b)" }

    /// Millions with two decimals, rounded half up, in integers so that every machine agrees.
    private static func macs(_ count: Int) -> String {
        guard count >= 10_000 else { return "\(count) MAC" }
        let hundredths = (count + 5_000) / 10_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) MMAC"
    }
}

extension Padding: CustomStringConvertible {
    /// Top, left, bottom, right.
    package var description: String { "\(top),\(left),\(bottom),\(right)" }
}
