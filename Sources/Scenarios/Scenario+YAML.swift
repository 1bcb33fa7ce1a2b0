// SPDX-License-Identifier: GPL-2.0-or-later
package import StrictYAML

typealias Reader = MappingReader<YAMLError>

extension Scenario {
    /// The keys of a scenario file.
    package static let keys = [
        "schema_version", "name", "summary", "image", "model", "scheme", "classes", "compile",
        "board", "board_file", "clock", "files", "args", "steps", "seed", "step_symbol", "regions",
        "timing", "limits", "budgets", "baseline",
    ]
    package static let compileKeys = [
        "gradient_bits", "residual_bits", "accumulate", "rows", "without", "optimise",
    ]
    package static let regionKeys = ["from", "to"]
    package static let limitKeys = ["cycles", "time", "resets"]
    package static let budgetKeys = ["warn", "fail"]
    package static let timings = ["fast", "detailed"]

    /// Reads a scenario file.
    ///
    /// - Parameter file: as messages shall name it; its last component without extension is the
    ///   scenario's name where it has no other.
    package static func parse(yaml: String, file: String) throws(YAMLError) -> Scenario {
        let top = try Reader(yaml: yaml, file: file, keys: keys)
        try top.requireVersion()
        return try Scenario(top, usualName: nameOfFile(file))
    }

    /// Reads a scenario's keys.
    ///
    /// - Parameter usualName: where it has no other.
    init(_ top: Reader, usualName: String) throws(YAMLError) {
        let name = try top.optional("name", valid: Self.validName) { Self.isName($0) ? $0 : nil }
        var scenario = Scenario(
            file: top.file, name: name ?? usualName, subject: try Self.subject(top),
            arguments: try Self.arguments(top))
        _ = try top.optional("summary", valid: "text") { $0 }
        scenario.board = try top.located("board", valid: "a board's name")
        scenario.boardFile = try top.located("board_file", valid: "a file")
        if let file = scenario.boardFile, scenario.board != nil {
            throw top.bad("board_file", file.value, "either 'board' or 'board_file'")
        }
        scenario.clockHz = try top.located("clock", valid: "a frequency, e.g. 64 MHz") { text in
            guard let amount = Amount(text), amount.sign == .none,
                amount.unit.dimension == .hertz
            else { return nil }
            return UInt64(exactly: amount.value).flatMap { $0 > 0 ? $0 : nil }
        }
        scenario.files = try top.located("files", valid: "a folder")
        scenario.stepSymbol = try top.located("step_symbol", valid: "a symbol or 0x address")
        if top.has("timing") { _ = try top.choice("timing", Self.timings) }
        scenario.timing = try top.located("timing", valid: Self.timings.joined(separator: ", "))
        scenario.regions = try Self.regions(top)
        scenario.limits = try Self.limits(top)
        scenario.budgets = try Self.budgets(top)
        scenario.baseline = try top.located("baseline", valid: "a file")
        self = scenario
    }

    private static func subject(_ top: Reader) throws(YAMLError) -> Subject {
        let trainingKeys = ["model", "scheme", "classes", "compile"]
        if let image = try top.located("image", valid: "a file") {
            for key in trainingKeys where top.has(key) {
                throw top.unknown(key, valid: top.keys.filter { !trainingKeys.contains($0) })
            }
            return .image(image)
        }
        guard top.has("model") else { throw top.missing("image' or 'model") }
        var training = Training(
            model: try top.requiredLocated("model", valid: "a .tflite file, or a network's name"),
            scheme: try top.requiredLocated("scheme", valid: "a scheme file, or a scheme's name"),
            classes: top.has("classes") ? try top.integer("classes", 2...10_000) : nil,
            options: CompileOptions())
        if top.has("compile") {
            training.options = try CompileOptions(top.mapping("compile", keys: compileKeys))
        }
        return .training(training)
    }

    /// `steps` and `seed` are words of the firmware's command line, before those of `args`.
    private static func arguments(_ top: Reader) throws(YAMLError) -> String {
        let own = try top.optional("args", valid: "text of at most 200 bytes") {
            $0.utf8.count <= 200 ? $0 : nil
        }
        var words: [String] = []
        for key in ["steps", "seed"] where top.has(key) {
            words.append("\(key)=\(try top.integer(key, 0...1_000_000_000))")
            if (own ?? "").split(separator: " ").contains(where: { $0.hasPrefix("\(key)=") }) {
                throw top.bad("args", own ?? "", "without '\(key)=', which the file gives as a key")
            }
        }
        return (words + (own.map { [$0] } ?? [])).joined(separator: " ")
    }

    private static func regions(_ top: Reader) throws(YAMLError) -> [Region] {
        guard top.has("regions") else { return [] }
        var regions: [Region] = []
        let place = "a symbol or 0x address"
        for entry in try top.entries("regions", valid: "a name with 'from' and 'to'") {
            let reader = try Reader(entry.value, file: top.file, keys: regionKeys)
            regions.append(
                Region(
                    name: entry.name, from: try reader.requiredLocated("from", valid: place),
                    to: try reader.requiredLocated("to", valid: place)))
        }
        return regions
    }

    private static func limits(_ top: Reader) throws(YAMLError) -> Limits {
        guard top.has("limits") else { return Limits() }
        let reader = try top.mapping("limits", keys: limitKeys)
        let cycles = try reader.amount("cycles", "a number of cycles, e.g. 2 Gcycles", .cycles)
        let seconds = try reader.amount("time", "a time on this machine, e.g. 2 min", .seconds)
        return Limits(
            cycles: cycles.map { UInt64($0) }, seconds: seconds,
            resets: reader.has("resets")
                ? UInt64(try reader.integer("resets", 0...1_000_000)) : nil)
    }

    static let validName = "letters, digits and '-_.+', 100 at most, e.g. quick-start"

    /// Names become files and folders.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 100 && text.first != "." && text.first != "-"
            && text.allSatisfy {
                ($0.isASCII && ($0.isLetter || $0.isNumber)) || "-_.+".contains($0)
            }
    }

    /// A path's last component without its extension, with what names may not have replaced.
    static func nameOfFile(_ file: String) -> String {
        let last = file.split(separator: "/").last ?? "scenario"
        let stem = last.lastIndex(of: ".").map { last[..<$0] } ?? last
        let name = String(stem.map { isName("a\($0)") ? $0 : "_" }.prefix(100))
        return isName(name) ? name : "scenario"
    }
}

extension Scenario.CompileOptions {
    /// How the C compiler may optimise kernels.
    package static let optimisations = ["-O0", "-O1", "-O2", "-O3", "-Os"]

    fileprivate init(_ reader: Reader) throws(YAMLError) {
        self.init()
        func flag(_ key: String) throws(YAMLError) -> Bool {
            try reader.optional(key, valid: "true or false") { Bool($0) } ?? false
        }
        func bits(_ key: String, _ valid: [Int]) throws(YAMLError) -> Int? {
            let text = valid.map(String.init).joined(separator: ", ")
            return try reader.optional(key, valid: text) { text in
                Int(text).flatMap { valid.contains($0) ? $0 : nil }
            }
        }
        gradientBits = try bits("gradient_bits", [8, 16]) ?? gradientBits
        residualBits = try bits("residual_bits", [0, 8, 16])
        accumulates = try flag("accumulate")
        readsInputByRows = try flag("rows")
        if accumulates, let bits = residualBits {
            throw reader.bad(
                "residual_bits", "\(bits)", "nothing beside 'accumulate: true', which keeps 16")
        }
        optimise = try reader.optional(
            "optimise", valid: Self.optimisations.joined(separator: ", ")
        ) { Self.optimisations.contains($0) ? $0 : nil }
        if reader.has("without") {
            without = try reader.locatedValues("without", valid: "names of passes")
        }
    }
}
