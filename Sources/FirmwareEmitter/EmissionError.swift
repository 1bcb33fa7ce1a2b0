// SPDX-License-Identifier: GPL-2.0-or-later

/// Why no firmware can be written for a plan.
package enum EmissionError: Error, Sendable, Equatable {
    /// A node that no kernel computes; `node` is its label.
    case node(String, what: String, found: String, valid: String)
    case graph(what: String, found: String, valid: String)
}

extension EmissionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .node(let node, let what, let found, let valid):
            "\(node): \(what) is \(found); the kernels support \(valid)"
        case .graph(let what, let found, let valid):
            "\(what) is \(found); the firmware supports \(valid)"
        }
    }
}
