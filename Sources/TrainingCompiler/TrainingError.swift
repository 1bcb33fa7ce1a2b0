// SPDX-License-Identifier: GPL-2.0-or-later
package import MemoryPlanner
package import StrictYAML
package import TensorGraph

/// Why a scheme or network file cannot be read, or a scheme cannot be compiled for a graph.
package enum TrainingError: Error, Sendable, Equatable {
    /// Something in a scheme or network file.
    case file(YAMLError)
    /// No scheme or network of this name comes with the product.
    case unknownName(what: String, found: String, valid: [String])
    /// The scheme names a layer that the graph does not have.
    case unknownLayer(scheme: String, found: String, valid: [String])
    /// The scheme asks for something that this graph does not offer.
    case scheme(name: String, what: String, found: String, valid: String)
    /// A gradient would have to pass an operator that has no rule for it.
    case noGradient(node: String, operation: String, why: String)
    /// The graph itself is unlawful.
    case graph(GraphError)
    /// The step's buffers are beyond what the planner takes.
    case memory(PlanningError)
}

extension TrainingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .unknownName(let what, let found, let valid):
            "no \(what) is called '\(found)'; valid: \(valid.joined(separator: ", "))"
        case .unknownLayer(let scheme, let found, let valid):
            "scheme '\(scheme)': no layer '\(found)'; valid: 0...\(valid.count - 1) or "
                + valid.joined(separator: ", ")
        case .scheme(let name, let what, let found, let valid):
            "scheme '\(name)': \(what) is \(found); valid: \(valid)"
        case .noGradient(let node, let operation, let why):
            "\(node): no gradient passes this \(operation): \(why)"
        case .graph(let error): error.description
        case .memory(let error): error.description
        }
    }
}
