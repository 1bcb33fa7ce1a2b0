// SPDX-License-Identifier: GPL-2.0-or-later

/// What a report says about its cycle figures: the model, the mode, the parameters, and how sure it is.
package struct FidelityStatement: Sendable, Equatable, Codable {
    /// One class of code and what is known of the model's error on it.
    package struct CodeClass: Sendable, Equatable, Codable {
        package enum Basis: String, Sendable, Codable {
            /// Compared with readings of a chip.
            case measured
            /// Follows from published rules or measurements of others; not compared by us.
            case estimated
            case notModelled = "not-modelled"
        }
        package var name: String
        package var basis: Basis
        package var statement: String
        package init(name: String, basis: Basis, statement: String) {
            self.name = name
            self.basis = basis
            self.statement = statement
        }
    }

    /// `PipelineModel.identifier`.
    package var model: String
    /// "fast": one cost per edge, means where a cost depends on operands or addresses; "detailed":
    /// `TimingMode.detailed`.
    package var mode: String
    package var memory: MemoryTiming
    /// What the detailed mode follows; nil in the fast mode.
    package var system: MemorySystem?
    package var classes: [CodeClass]

    package init(model: String, mode: String, memory: MemoryTiming, classes: [CodeClass]) {
        self.model = model
        self.mode = mode
        self.memory = memory
        self.classes = classes
    }
}
