// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph

/// C names of a graph's nodes, made of tensor names that may be anything.
///
/// Every symbol of a node is its base name with one of the prefixes or suffixes below; bases are
/// chosen so that no two of all symbols are equal.
struct Identifiers {
    /// Base names by node.
    let nodes: [String]

    private static let lengthLimit = 40
    private static let prefixes = ["x_", "g_", "c_", "m_", "kept_", "db_", "dw_", "e_"]
    private static let suffixes = [
        "_layer", "_filter", "_units", "_weights", "_biases", "_slice", "_channels", "_scales",
        "_shifts", "_multipliers", "_trained_layer", "_values", "_block",
        "_tiles",
    ]
    private static let trainedSuffixes = ["_weights", "_biases", "_residuals", "_accumulators"]
    /// What the emitted files and the kernels define beside them.
    private static let reserved: Set<String> = [
        "x_input", "model_parameters", "row_source", "row_context",
    ]

    init(_ graph: Graph) {
        var taken = Self.reserved
        nodes = graph.nodes.map { node in
            let wanted = Self.base(graph.name(of: node))
            var base = wanted
            var number = 1
            while !taken.isDisjoint(with: Self.symbols(base)) {
                number += 1
                base = "\(wanted)_\(number)"
            }
            taken.formUnion(Self.symbols(base))
            return base
        }
    }

    private static func symbols(_ base: String) -> [String] {
        prefixes.map { $0 + base } + suffixes.map { base + $0 }
            + trainedSuffixes.map { "trained_\(base)\($0)" }
    }

    /// Letters, digits and single underscores of the first of a name's parts; converters join the
    /// names of what they fused with ';'.
    static func base(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars.prefix(while: { $0 != ";" }) {
            switch scalar {
            case "a"..."z", "0"..."9": result.unicodeScalars.append(scalar)
            case "A"..."Z": result += String(scalar).lowercased()
            default: if !result.isEmpty, result.last != "_" { result += "_" }
            }
            if result.utf8.count == lengthLimit { break }
        }
        while result.last == "_" { result.removeLast() }
        guard let first = result.first else { return "layer" }
        return first.isNumber || result.hasPrefix("kl_") ? "n\(result)" : result
    }
}
