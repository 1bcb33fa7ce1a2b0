// SPDX-License-Identifier: GPL-2.0-or-later

/// Cycle counts that were read on a real board: a CSV file.
///
/// Its first line names the columns `region` and `cycles`, and perhaps `image`, in any order; lines that
/// begin with `#` and empty ones are comments.
package struct MeasuredCycles: Sendable, Equatable {
    package struct Reading: Sendable, Equatable {
        /// Name of the image's file without its extension; nil without that column.
        package var image: String?
        package var region: String
        package var cycles: Double
        package var line: Int
    }
    package var path: String
    /// At least one; no region of an image twice.
    package var readings: [Reading] = []

    package init(path: String) throws(WorkbenchError) {
        let bytes = try ImageFile.contents(path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .measured(path: path, line: 1, detail: "is not UTF-8 text")
        }
        try self.init(text, path: path)
    }

    package init(_ text: String, path: String) throws(WorkbenchError) {
        self.path = path
        var columns: Columns?
        var places: [String: Int] = [:]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let fields = Self.fields(line)
            guard fields != [""], fields.first?.hasPrefix("#") != true else { continue }
            func refuse(_ detail: String) -> WorkbenchError {
                .measured(path: path, line: index + 1, detail: detail)
            }
            guard let known = columns else {
                guard let found = Columns(fields) else {
                    throw refuse(
                        "the columns are '\(line)'; valid: region,cycles or image,region,cycles, "
                            + "in any order")
                }
                columns = found
                continue
            }
            guard fields.count == known.count else {
                throw refuse("has \(fields.count) fields; valid: \(known.count)")
            }
            let reading = Reading(
                image: known.image.map { fields[$0] }, region: fields[known.region],
                cycles: try Self.cycles(fields[known.cycles], refuse), line: index + 1)
            guard !reading.region.isEmpty, reading.image != "" else {
                throw refuse("a name is empty; valid: the region, and its image's name")
            }
            let place = "\(reading.image ?? "")\0\(reading.region)"
            if let first = places.updateValue(index + 1, forKey: place) {
                throw refuse("region '\(reading.region)' stands twice, first on line \(first)")
            }
            readings.append(reading)
        }
        guard !readings.isEmpty else {
            throw .measured(
                path: path, line: lines.count,
                detail: "holds no readings; valid: a line region,cycles, then one for each region")
        }
    }

    private struct Columns {
        var image: Int?
        var region: Int
        var cycles: Int
        var count: Int

        init?(_ names: [String]) {
            guard Set(names).count == names.count, let region = names.firstIndex(of: "region"),
                let cycles = names.firstIndex(of: "cycles")
            else { return nil }
            image = names.firstIndex(of: "image")
            guard names.count == (image == nil ? 2 : 3) else { return nil }
            (self.region, self.cycles, count) = (region, cycles, names.count)
        }
    }

    private static func cycles(
        _ text: String, _ refuse: (String) -> WorkbenchError
    ) throws(WorkbenchError) -> Double {
        guard let cycles = Double(text), cycles.isFinite, cycles > 0,
            text.allSatisfy({ $0.isNumber || ".eE+-".contains($0) })
        else { throw refuse("cycles are '\(text)'; valid: a number above 0, without separators") }
        return cycles
    }

    /// A line's fields, without blanks around them and without the mark that begins some files.
    static func fields(_ line: Substring) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            let start = field.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            return String(start.reversed().drop { $0.isWhitespace }.reversed())
        }
    }
}
