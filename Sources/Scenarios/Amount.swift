// SPDX-License-Identifier: GPL-2.0-or-later

/// A number with a unit: `256 KiB`, `120 Mcycles`, `550 ms`, `+2 %`.
struct Amount: Sendable, Equatable {
    enum Sign: Sendable, Equatable { case none, plus, minus }

    var sign: Sign
    /// Without its sign.
    var magnitude: Double
    var unit: AmountUnit

    /// Signed; in the dimension's own unit.
    var value: Double { (sign == .minus ? -1 : 1) * magnitude * unit.scale }

    /// nil for text that is no number, or has a unit that does not exist.
    init?(_ text: String) {
        guard let parts = Self.split(text),
            let unit = AmountUnit.all.first(where: { $0.name == parts.unit })
        else { return nil }
        (sign, magnitude) = (parts.sign, parts.magnitude)
        self.unit = unit
    }

    /// The same number in other units, for "did you mean": those with the first letter of the one given,
    /// where there are such.
    static func spellings(of text: String, _ isValid: (AmountUnit) -> Bool) -> [String] {
        guard let parts = split(text), let letter = parts.unit.first?.lowercased() else {
            return []
        }
        let number = text.trimmingBlanks.dropLast(parts.unit.count).description.trimmingBlanks
        let units = AmountUnit.all.filter { isValid($0) && !$0.name.isEmpty }.map(\.name)
        let near = units.filter { $0.first?.lowercased() == letter }
        return (near.isEmpty ? units : near).map { "\(number) \($0)" }
    }

    private static func split(_ text: String) -> (sign: Sign, magnitude: Double, unit: String)? {
        var rest = text.trimmingBlanks[...]
        let sign: Sign =
            switch rest.first {
            case "+": .plus
            case "-": .minus
            default: .none
            }
        if sign != .none { rest.removeFirst() }
        let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
        guard let first = digits.first, first.isNumber, digits.last?.isNumber == true,
            let magnitude = Double(digits.filter { $0 != "_" }), magnitude < 1e18
        else { return nil }
        return (sign, magnitude, String(rest.dropFirst(digits.count)).trimmingBlanks)
    }
}

extension String {
    var trimmingBlanks: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
