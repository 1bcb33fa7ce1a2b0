// SPDX-License-Identifier: GPL-2.0-or-later

extension ArenaPlan {
    /// The plan as a table for a terminal: totals, then a line for each buffer by offset.
    ///
    /// Buffers alive at the peak step carry a star.
    package var tableText: String {
        let peak = Set(bound.buffers)
        var rows = [["", "offset", "bytes", "align", "steps", "buffer"]]
        for index in indicesByOffset {
            let buffer = problem.buffers[index]
            rows.append([
                peak.contains(index) ? "*" : "", grouped(offsets[index]),
                grouped(buffer.sizeBytes), String(buffer.alignmentBytes),
                "\(buffer.firstStep)-\(buffer.lastStep)",
                printable(buffer.name) + (buffer.fixedOffset == nil ? "" : " (fixed)"),
            ])
        }
        let widths = rows[0].indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        let lines = rows.map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                let isLeft = column == 0 || column == row.count - 1
                return column == row.count - 1
                    ? row[column] : isLeft ? row[column] + padding : padding + row[column]
            }.joined(separator: "  ")
        }
        return (summaryLines + [""] + lines).joined(separator: "\n") + "\n"
    }

    /// What the arena needs, what it could need at best, and where.
    package var summaryLines: [String] {
        let proof = isProvenOptimal ? ", proven smallest" : ""
        let above = arenaBytes - bound.bytes
        return [
            "arena \(grouped(arenaBytes)) bytes, \(percent(excess)) above the lower bound of "
                + "\(grouped(bound.bytes)) (\(grouped(above)) bytes)\(proof)",
            "peak at step \(bound.step): \(bound.buffers.count) of \(problem.buffers.count) "
                + "buffers alive (*)",
            "found by \(strategy.isEmpty ? "nothing to place" : strategy)",
        ]
    }

    /// By offset, then by first step, then as in the problem.
    var indicesByOffset: [Int] {
        problem.buffers.indices.sorted {
            (offsets[$0], problem.buffers[$0].firstStep, $0)
                < (offsets[$1], problem.buffers[$1].firstStep, $1)
        }
    }
}

/// 1234567 → "1,234,567".
func grouped(_ value: Int) -> String {
    var result = ""
    for (index, digit) in String(value.magnitude).reversed().enumerated() {
        if index > 0, index % 3 == 0 { result.append(",") }
        result.append(digit)
    }
    return (value < 0 ? "-" : "") + String(result.reversed())
}

/// 0.0123 → "1.23 %".
func percent(_ ratio: Double) -> String {
    let hundredths = Int((ratio * 10_000).rounded())
    let fraction = String(hundredths % 100)
    return "\(grouped(hundredths / 100)).\(fraction.count < 2 ? "0" : "")\(fraction) %"
}

/// A name without control characters, so that it can neither break a line nor steer a terminal.
func printable(_ name: String) -> String {
    String(
        String.UnicodeScalarView(
            name.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned,
                    .privateUse, .surrogate:
                    "\u{FFFD}"
                default: scalar
                }
            }))
}
