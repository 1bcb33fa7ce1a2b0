// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What to compare: one comparison file.
///
/// Paths are as written, relative to the file's folder.
package struct Comparison: Sendable, Equatable {
    /// One thing to build and run.
    package struct Row: Sendable, Equatable {
        /// What belongs together, such as a network.
        package var group: String?
        /// What runs, and how; its name is the row's.
        package var scenario: Scenario
        /// Where it runs when it is too large for its board.
        package var fallback: Fallback?

        /// Where the row's results stand within the comparison's: `GROUP/NAME`.
        package var folder: String { (group.map { "\($0)/" } ?? "") + scenario.name }
    }

    package enum Fallback: Sendable, Equatable {
        case board(Located<String>)
        case file(Located<String>)
    }

    /// A run of the host twin that is longer than the emulated one.
    package struct LongRun: Sendable, Equatable {
        package var steps: Int
        /// Words that take the place of the row's own of the same name, or stand beside them.
        package var arguments: String

        package init(steps: Int, arguments: String) {
            self.steps = steps
            self.arguments = arguments
        }
    }

    /// The comparison file, as messages name it.
    package var file: String
    package var name: String
    package var summary: String?
    package var objectives: [ComparisonFigure]
    package var longRun: LongRun?
    package var rows: [Row]
}

extension Comparison.LongRun {
    /// The command line of the long run: the row's with these words in place of its own.
    ///
    /// - Parameter window: steps a line of loss.
    package func commandLine(row: String, window: Int) -> String {
        let own = ["steps=\(steps)"] + Comparison.words(arguments) + ["report=\(window)"]
        var replaced = Set(own.map(Comparison.key))
        replaced.insert("epochs")
        let kept = Comparison.words(row).filter { !replaced.contains(Comparison.key($0)) }
        return (kept + own).joined(separator: " ")
    }
}

extension Comparison {
    static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }

    /// `lr` of `lr=0.01`.
    static func key(_ word: String) -> String {
        String(word.prefix { $0 != "=" })
    }

    /// Whether a command line has a word `key=…`.
    package static func has(_ key: String, in arguments: String) -> Bool {
        words(arguments).contains { self.key($0) == key }
    }

    /// The number that a command line gives for a word.
    package static func number(_ key: String, in arguments: String) -> Int? {
        words(arguments).last { self.key($0) == key }.flatMap { Int($0.dropFirst(key.count + 1)) }
    }

    /// The number that all rows' command lines give for a word; nil where they differ or have none.
    package func common(_ key: String) -> Int? {
        let values = Set(rows.map { Self.number(key, in: $0.scenario.arguments) })
        return values.count == 1 ? values.first ?? nil : nil
    }

    /// Keeps rows with one of `words` in `GROUP/NAME`.
    package func filtered(_ words: [String]) -> Comparison {
        guard !words.isEmpty else { return self }
        var result = self
        result.rows = rows.filter { row in words.contains { row.folder.contains($0) } }
        return result
    }
}

extension Scenario {
    /// How it is compiled and run beyond model, scheme and board, as a command line.
    package var optionsText: String {
        var words: [String] = []
        if case .training(let training) = subject {
            let options = training.options
            if options.readsInputByRows { words.append("--rows") }
            if options.gradientBits != 16 {
                words.append("--gradient-bits \(options.gradientBits)")
            }
            if let bits = options.residualBits { words.append("--residual-bits \(bits)") }
            if options.accumulates { words.append("--accumulate") }
            if !options.without.isEmpty {
                words.append(
                    "--without \(options.without.map(\.value).joined(separator: ","))")
            }
            if let optimise = options.optimise { words.append(optimise) }
        }
        if let clockHz { words.append("--clock \(clockHz.value)Hz") }
        if let timing, timing.value != "fast" { words.append("--timing \(timing.value)") }
        return words.joined(separator: " ")
    }
}
