// SPDX-License-Identifier: GPL-2.0-or-later

/// Names in the debug sections, told apart by where they stand.
///
/// Names may share bytes, so a hostile file could spell far more text than it holds; each one is decoded
/// once, and the sum of the decoded bytes is limited to a multiple of the file's size.
struct DebugStrings {
    private let file: ByteReader
    private let strings: Range<Int>?
    private let lineStrings: Range<Int>?
    private var known: [Int: String] = [:]
    private var budgetBytes: Int

    /// Stands for a name that is not given.
    static let none = -1

    init(file: ByteReader, strings: Range<Int>?, lineStrings: Range<Int>?) {
        self.file = file
        self.strings = strings
        self.lineStrings = lineStrings
        budgetBytes = 8 * file.count + 65_536
    }

    /// Where the string at `offset` of `.debug_line_str` or `.debug_str` stands in the file.
    func place(
        _ offset: UInt64, inLines: Bool, _ from: Int
    ) throws(FirmwareImageError) -> Int {
        let name = inLines ? ".debug_line_str" : ".debug_str"
        guard let range = inLines ? lineStrings : strings, offset < UInt64(range.count) else {
            throw .invalidField(
                what: "offset into \(name)", offset: from, found: "\(offset)",
                valid: "below the section's size, "
                    + "\((inLines ? lineStrings : strings)?.count ?? 0)")
        }
        return range.lowerBound + Int(offset)
    }

    mutating func text(at place: Int) throws(FirmwareImageError) -> String {
        guard place != Self.none else { return "" }
        if let text = known[place] { return text }
        let limit = min(file.count, place + budgetBytes)
        guard let end = (place..<limit).first(where: { file.bytes[$0] == 0 }) else {
            throw .invalidField(
                what: "name in the debug information", offset: place, found: "without an end",
                valid: "a name that ends in a zero byte")
        }
        budgetBytes -= end - place
        let text = String(decoding: file.bytes[place..<end], as: UTF8.self)
        known[place] = text
        return text
    }
}
