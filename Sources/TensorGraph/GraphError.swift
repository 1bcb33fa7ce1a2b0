// SPDX-License-Identifier: GPL-2.0-or-later

/// Why a graph is not lawful, or cannot run; messages name the node or tensor.
package enum GraphError: Error, Sendable, Equatable {
    /// `what` of a tensor is `found`.
    case tensor(name: String, what: String, found: String, valid: String)
    /// `what` of a node is `found`; `node` is its index and name.
    case node(node: String, what: String, found: String, valid: String)
    /// The graph as a whole.
    case graph(what: String, found: String, valid: String)
}

extension GraphError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tensor(let name, let what, let found, let valid):
            "tensor '\(name)': \(what) is \(found); valid: \(valid)"
        case .node(let node, let what, let found, let valid):
            "\(node): \(what) is \(found); valid: \(valid)"
        case .graph(let what, let found, let valid):
            "graph: \(what) is \(found); valid: \(valid)"
        }
    }
}
