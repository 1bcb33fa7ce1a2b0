// SPDX-License-Identifier: GPL-2.0-or-later
package import StrictYAML

/// A value of a scenario file and where it stands.
package struct Located<Value: Sendable & Equatable>: Sendable, Equatable {
    package var value: Value
    /// From 1.
    package var line: Int
    /// From 1.
    package var column: Int

    package init(value: Value, line: Int, column: Int) {
        self.value = value
        self.line = line
        self.column = column
    }
}

/// What to run, and how far its figures may go: one scenario file.
///
/// Paths are as written, relative to the file's folder.
package struct Scenario: Sendable, Equatable {
    /// What runs.
    package enum Subject: Sendable, Equatable {
        case image(Located<String>)
        /// Compiled and built on demand.
        case training(Training)
    }

    /// A model and a scheme, each a file or the name of one that comes with Kinglet.
    package struct Training: Sendable, Equatable {
        package var model: Located<String>
        package var scheme: Located<String>
        package var classes: Int?
        package var options: CompileOptions
    }

    /// As the options of `kinglet compile`.
    package struct CompileOptions: Sendable, Equatable {
        package var gradientBits = 16
        package var residualBits: Int?
        package var accumulates = false
        package var readsInputByRows = false
        package var without: [Located<String>] = []
        /// The C compiler's option for kernels; the project's own where there is none.
        package var optimise: String?
    }

    /// From one symbol (or 0x address) to another.
    package struct Region: Sendable, Equatable {
        package var name: String
        package var from: Located<String>
        package var to: Located<String>
    }

    package struct Limits: Sendable, Equatable {
        package var cycles: UInt64?
        /// Host seconds: a net only.
        package var seconds: Double?
        package var resets: UInt64?
    }

    /// The scenario file, as messages name it.
    package var file: String
    package var name: String
    package var subject: Subject
    package var board: Located<String>?
    /// A board described in a file.
    package var boardFile: Located<String>?
    package var clockHz: Located<UInt64>?
    /// The folder that the firmware may open files in.
    package var files: Located<String>?
    package var arguments: String
    package var stepSymbol: Located<String>?
    package var regions: [Region] = []
    /// One of `Scenario.timings`; fast where there is none.
    package var timing: Located<String>?
    package var limits = Limits()
    package var budgets: [Budget] = []
    package var baseline: Located<String>?

    /// Where the baseline stands unless the file says otherwise, relative to the scenario's folder.
    package var baselinePath: String { baseline?.value ?? "\(name).baseline.json" }

    /// The error for a value that only the world outside the file makes wrong.
    package func bad(
        _ key: String, _ value: Located<String>, valid: String, choices: [String] = []
    ) -> YAMLError {
        YAMLError(
            file: file, line: value.line, column: value.column,
            .badValue(key: key, found: value.value, valid: valid, choices: choices))
    }
}
