// SPDX-License-Identifier: GPL-2.0-or-later

extension String {
    /// As plain text inside HTML, in elements and in quoted attributes.
    var htmlEscaped: String {
        var result = ""
        for scalar in printable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Numbers and texts of drawings.
enum Chart {
    /// Styles of what has no meaning of its own: runs beside each other, kinds of buffers.
    static func style(_ index: Int) -> String { "s\(index % 7)" }

    /// A phase has one colour everywhere.
    static func style(ofPhase name: String, among names: [String]) -> String {
        let known = ["forward": 0, "backward": 1, "update": 2, "input": 4, "evaluation": 3]
        if let index = known[name] { return "s\(index)" }
        if name == PhaseShares.outside { return "s7" }
        let others = names.filter { known[$0] == nil && $0 != PhaseShares.outside }
        return "s\(5 + (others.firstIndex(of: name) ?? 0) % 2)"
    }

    /// Round numbers that cover `range` in about `count` steps.
    static func ticks(_ range: ClosedRange<Double>, count: Int = 5) -> [Double] {
        let span = range.upperBound - range.lowerBound
        guard span > 0, span.isFinite else { return [range.lowerBound] }
        var step = 1.0
        while step * Double(count) < span { step *= 10 }
        while step * Double(count) > span * 10 { step /= 10 }
        for factor in [0.1, 0.2, 0.5] where step * factor * Double(count) >= span {
            step *= factor
            break
        }
        var ticks: [Double] = []
        var value = (range.lowerBound / step).rounded(.up) * step
        while value <= range.upperBound, ticks.count < 20 {
            ticks.append(value)
            value += step
        }
        return ticks
    }

    /// 50969018 → "50.97 M": three to four digits.
    static func short(_ value: Double) -> String {
        for (unit, scale) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where value.magnitude >= scale {
            let scaled = value / scale
            return Figures.fixed(scaled, decimals: scaled.magnitude < 100 ? 2 : 1) + " \(unit)"
        }
        return Figures.fixed(value, decimals: value == value.rounded() ? 0 : 3)
    }

    /// A tick of an axis: "40 M", "2.5 k", "0.25".
    static func tick(_ value: Double) -> String {
        for (unit, scale) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where value.magnitude >= scale {
            return trimmed(value / scale) + " \(unit)"
        }
        return trimmed(value)
    }

    /// Up to three decimals, without zeros at the end.
    static func trimmed(_ value: Double) -> String {
        var text = Figures.fixed(value, decimals: 3)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// Pixels that 12-pixel letters take at most, by those of DejaVu Sans, which are wide.
    static func width(of text: String) -> Double {
        text.printable.unicodeScalars.reduce(0.0) { sum, scalar in
            guard scalar.isASCII else { return sum + 13 }
            switch scalar {
            case "m", "M", "W", "@", "%": return sum + 12
            case "w", "O", "Q", "&", "~", "+", "<", ">", "=", "#": return sum + 10.2
            case "A"..."Z": return sum + 9.3
            case "i", "j", "l", "f", "t", "r", " ", ".", ",", ":", ";", "'", "|", "!", "/", "-":
                return sum + 5
            default: return sum + 7.7
            }
        }
    }

    /// As much of the text as has room, an ellipsis for the rest.
    static func fitted(_ text: String, _ room: Double) -> String {
        var kept = String(text.printable.prefix(300))
        guard width(of: kept) > room || kept.count < text.printable.count else { return kept }
        while !kept.isEmpty, width(of: kept) + 13 > room { kept.removeLast() }
        return kept + "…"
    }
}
