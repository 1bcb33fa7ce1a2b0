// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Scheme {
    private static let updates = ["full", "classifier", "biases", "layers", "sparse"]
    static let countLimit = 100_000

    /// Reads a scheme file.
    ///
    /// `update` is `full`, `classifier`, `biases` or `layers` (both with `last: k`; `biases` also
    /// with `last: all`), or `sparse` (with `biases: k` and a list `weights`). Unknown keys, and keys
    /// that this kind of update has no use for, are refused with their line.
    package static func parse(yaml: String, file: String) throws(TrainingError) -> Scheme {
        let common = ["schema_version", "name", "summary", "network", "update"]
        let top = try YAMLReader(
            yaml: yaml, file: file, keys: common + ["last", "biases", "weights"])
        try top.requireVersion()
        let kind = try top.choice("update", updates)
        let own: [String] =
            switch kind {
            case "biases", "layers": ["last"]
            case "sparse": ["biases", "weights"]
            default: []
            }
        for key in ["last", "biases", "weights"] where top.has(key) && !own.contains(key) {
            throw top.unknown(key, valid: common + own)
        }
        return Scheme(
            name: try top.value("name", valid: "a word") { $0.isEmpty ? nil : $0 },
            summary: try top.optional("summary", valid: "text") { $0 } ?? "",
            network: try top.optional("network", valid: "a network's name") { $0 },
            update: try update(kind, top))
    }

    private static func update(
        _ kind: String, _ top: YAMLReader
    ) throws(TrainingError) -> Update {
        switch kind {
        case "full": return .full
        case "classifier": return .classifier
        case "biases":
            let last = try top.value("last", valid: "all or 1...\(countLimit)") { text -> Int?? in
                if text == "all" { return .some(nil) }
                return Int(text).flatMap { (1...countLimit).contains($0) ? .some($0) : nil }
            }
            return .biases(last: last)
        case "layers": return .layers(last: try top.integer("last", 1...countLimit))
        default:
            var weights: [LayerChoice] = []
            if top.has("weights") {
                for entry in try top.mappings("weights", keys: ["layer", "ratio", "channels"]) {
                    weights.append(try LayerChoice(entry))
                }
            }
            return .sparse(biases: try top.integer("biases", 0...countLimit), weights: weights)
        }
    }
}

extension Scheme.LayerChoice {
    fileprivate init(_ reader: YAMLReader) throws(TrainingError) {
        let choices = Scheme.ChannelChoice.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(
            layer: try reader.value("layer", valid: "a number or a name") { text in
                if let number = Int(text) { return number >= 0 ? .number(number) : nil }
                return text.isEmpty ? nil : .name(text)
            },
            ratio: try reader.optional("ratio", valid: Ratio.valid) { Ratio($0) } ?? .all,
            channels: try reader.optional(
                "channels", valid: choices, Scheme.ChannelChoice.init(rawValue:)) ?? .largest)
    }
}
