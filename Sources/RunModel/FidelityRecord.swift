// SPDX-License-Identifier: GPL-2.0-or-later

/// How the cycles of a run were found, and how far they can be trusted.
public struct FidelityRecord: Codable, Sendable, Equatable {
    /// Name and version of the pipeline model.
    public var model: String
    /// `fast`: one cost for each way from block to block, with means where a cost depends on data.
    /// `detailed`: caches, flash lines, unaligned accesses and divides followed one by one.
    public var mode: String
    /// The board's memory timing: means in the fast mode, the memory system's in the detailed mode.
    public var parameters: [String: Double]
    /// What is known of the error for each class of code.
    public var classes: [CodeClass]

    /// Creates the record from its parts.
    public init(model: String, mode: String, parameters: [String: Double], classes: [CodeClass]) {
        self.model = model
        self.mode = mode
        self.parameters = parameters
        self.classes = classes
    }

    /// One class of code and what is known of the model's error on it.
    public struct CodeClass: Codable, Sendable, Equatable {
        /// For example `integer` or `floating-point`.
        public var name: String
        /// `measured` on a chip, `estimated` from published rules, or `not-modelled`.
        public var basis: String
        /// One sentence.
        public var statement: String

        /// Creates the statement from its parts.
        public init(name: String, basis: String, statement: String) {
            self.name = name
            self.basis = basis
            self.statement = statement
        }
    }
}
