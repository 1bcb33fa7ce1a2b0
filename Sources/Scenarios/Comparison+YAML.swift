// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
package import StrictYAML

extension Comparison {
    /// The keys of a comparison file.
    package static let keys = [
        "schema_version", "name", "summary", "defaults", "rows", "twin", "objectives",
    ]
    /// Those of a row: a scenario's without budgets, and its own.
    package static let rowKeys =
        ["group"]
        + Scenario.keys.filter { !["schema_version", "budgets", "baseline"].contains($0) }
        + ["fallback_board", "fallback_board_file"]
    /// Those of `defaults`, each of which a row may have for itself.
    package static let defaultKeys = rowKeys.filter { !["name", "summary"].contains($0) }
    package static let twinKeys = ["steps", "args"]

    /// A row's keys that leave those of the defaults without a meaning.
    private static let displaced = [
        "image": ["model", "scheme", "classes", "compile"], "model": ["image"], "scheme": ["image"],
        "board": ["board_file"], "board_file": ["board"],
        "fallback_board": ["fallback_board_file"], "fallback_board_file": ["fallback_board"],
    ]

    /// Reads a comparison file.
    ///
    /// - Parameter file: as messages shall name it; its last component without extension is the
    ///   comparison's name where it has no other.
    package static func parse(yaml: String, file: String) throws(YAMLError) -> Comparison {
        let top = try Reader(yaml: yaml, file: file, keys: keys)
        try top.requireVersion()
        let name = try top.optional("name", valid: Scenario.validName) {
            Scenario.isName($0) ? $0 : nil
        }
        var comparison = Comparison(
            file: file, name: name ?? Scenario.nameOfFile(file),
            summary: try top.optional("summary", valid: "text") { $0 },
            objectives: try objectives(top), longRun: try longRun(top), rows: try rows(top))
        if comparison.longRun != nil, !comparison.rows.contains(where: \.isTrained) {
            throw top.error(
                at: "twin", .syntax("'twin' needs a row with 'model': images have no host twin"))
        }
        if comparison.summary?.isEmpty == true { comparison.summary = nil }
        return comparison
    }

    private static func objectives(_ top: Reader) throws(YAMLError) -> [ComparisonFigure] {
        guard top.has("objectives") else { return ComparisonFigure.usualObjectives }
        let names = ComparisonFigure.allCases.map(\.rawValue)
        var figures: [ComparisonFigure] = []
        for node in try top.list("objectives") {
            figures.append(
                try Reader.scalar(
                    node, key: "objectives", file: top.file,
                    valid: names.joined(separator: ", "), choices: names,
                    ComparisonFigure.init(rawValue:)))
        }
        return figures
    }

    private static func longRun(_ top: Reader) throws(YAMLError) -> LongRun? {
        guard top.has("twin") else { return nil }
        let reader = try top.mapping("twin", keys: twinKeys)
        let arguments = try reader.optional("args", valid: "text of at most 200 bytes") {
            $0.utf8.count <= 200 ? $0 : nil
        }
        for key in ["steps", "epochs", "report"]
        where words(arguments ?? "").contains(where: { Self.key($0) == key }) {
            throw reader.bad(
                "args", arguments ?? "", "without '\(key)=': the key 'steps' says how long")
        }
        return LongRun(
            steps: try reader.integer("steps", 1...10_000_000), arguments: arguments ?? "")
    }

    private static func rows(_ top: Reader) throws(YAMLError) -> [Row] {
        let defaults = try top.has("defaults") ? top.mapping("defaults", keys: defaultKeys) : nil
        var rows: [Row] = []
        for reader in try top.mappings("rows", keys: rowKeys) {
            let row = try row(reader, defaults)
            if let other = rows.first(where: { $0.folder == row.folder }) {
                throw reader.error(
                    atMapping: .syntax(
                        "a second row '\(other.folder)'; give one another name with 'name', or "
                            + "another group with 'group'"))
            }
            rows.append(row)
        }
        guard !rows.isEmpty else {
            throw top.error(at: "rows", .syntax("'rows' is empty; valid: one row or more"))
        }
        return rows
    }

    private static func row(_ own: Reader, _ defaults: Reader?) throws(YAMLError) -> Row {
        let skipped = displaced.filter { own.has($0.key) }.flatMap(\.value)
        let reader = defaults.map { own.filled(from: $0, except: skipped) } ?? own
        let name = { (text: String) in Scenario.isName(text) ? text : nil }
        let group = try reader.optional("group", valid: Scenario.validName, name)
        let board = try reader.located("fallback_board", valid: "a board's name")
        let file = try reader.located("fallback_board_file", valid: "a file")
        if let file, board != nil {
            throw reader.bad(
                "fallback_board_file", file.value,
                "either 'fallback_board' or 'fallback_board_file'")
        }
        let scenario = try Scenario(reader, usualName: "row")
        var row = Row(
            group: group, scenario: scenario,
            fallback: file.map(Fallback.file) ?? board.map(Fallback.board))
        if !own.has("name") { row.scenario.name = usualName(scenario) }
        return row
    }

    /// The scheme's, or the image's.
    private static func usualName(_ scenario: Scenario) -> String {
        switch scenario.subject {
        case .image(let path): Scenario.nameOfFile(path.value)
        case .training(let training): Scenario.nameOfFile(training.scheme.value)
        }
    }
}

extension Comparison.Row {
    /// Whether it is built from a model and a scheme, and so has a host twin.
    package var isTrained: Bool {
        if case .training = scenario.subject { true } else { false }
    }
}
