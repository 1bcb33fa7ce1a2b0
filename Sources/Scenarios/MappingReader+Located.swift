// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension MappingReader<YAMLError> {
    func missing(_ key: String) -> YAMLError { error(atMapping: .missingKey(key)) }

    func located<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(YAMLError) -> Located<T>? {
        guard let node = optionalNode(key) else { return nil }
        return try Self.located(node, key, file, valid, convert)
    }

    /// Text that is not empty.
    func located(_ key: String, valid: String) throws(YAMLError) -> Located<String>? {
        try located(key, valid: valid) { $0.isEmpty ? nil : $0 }
    }

    func requiredLocated(_ key: String, valid: String) throws(YAMLError) -> Located<String> {
        guard let value = try located(key, valid: valid) else { throw missing(key) }
        return value
    }

    func locatedValues(_ key: String, valid: String) throws(YAMLError) -> [Located<String>] {
        var values: [Located<String>] = []
        for node in try list(key) {
            values.append(try Self.located(node, key, file, valid) { $0.isEmpty ? nil : $0 })
        }
        return values
    }

    private static func located<T>(
        _ node: YAMLNode, _ key: String, _ file: String, _ valid: String,
        _ convert: (String) -> T?
    ) throws(YAMLError) -> Located<T> {
        let value = try scalar(node, key: key, file: file, valid: valid, convert)
        return Located(value: value, line: node.line, column: node.column)
    }

    /// An amount of one dimension, in its own unit; more than nothing.
    func amount(
        _ key: String, _ valid: String, _ dimension: AmountUnit.Dimension
    ) throws(YAMLError) -> Double? {
        guard let node = optionalNode(key) else { return nil }
        let choices = Amount.spellings(of: node.text ?? "") { $0.dimension == dimension }
        return try Self.scalar(node, key: key, file: file, valid: valid, choices: choices) { text in
            guard let amount = Amount(text), amount.sign == .none,
                amount.unit.dimension == dimension, amount.value > 0
            else { return nil }
            return amount.value
        }
    }
}
