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

/// Geometry and number text of the charts.
enum Chart {
    static let width = 760.0
    /// Colours of Okabe and Ito (2008), which people with any colour vision tell apart, on light and
    /// on dark ground.
    static let colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"]

    static func colour(_ index: Int) -> String { colours[index % colours.count] }

    /// A coordinate with one decimal.
    static func coordinate(_ value: Double) -> String {
        // No grouping commas: these would be read as separators.
        Figures.fixed(value, decimals: 1).filter { $0 != "," }
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

    /// A key of coloured squares under a chart.
    static func legend(_ entries: [(name: String, colour: String)]) -> String {
        let items = entries.map { entry in
            "<li><i style=\"background:\(entry.colour)\"></i>\(entry.name.htmlEscaped)</li>"
        }
        return "<ul class=\"key\">\(items.joined())</ul>\n"
    }
}
