// SPDX-License-Identifier: GPL-2.0-or-later

extension SymbolTable {
    /// The ranges of symbols without a size, each up to the next symbol or the end of its section.
    ///
    /// Only labels in executable sections name a range: elsewhere they are marks of the linker
    /// script such as `__etext`, behind which something else begins.
    static func labels(_ places: [Int], _ image: FirmwareImage) -> [CoveredRange] {
        let code = executableRanges(of: image)
        let starts = Set(places.map { UInt64(image.symbols[$0].address) }).sorted()
        let ranges = places.compactMap { index -> CoveredRange? in
            let symbol = image.symbols[index]
            guard symbol.size == 0, symbol.kind != .object else { return nil }
            let start = UInt64(symbol.address)
            let section = firstIndex(in: code) { $0.upperBound > start }
            guard section < code.count, code[section].contains(start) else { return nil }
            let next = firstIndex(in: starts) { $0 > start }
            let end = code[section].upperBound
            return CoveredRange(
                start: start, end: next < starts.count ? min(starts[next], end) : end,
                symbol: index)
        }
        return flatten(ranges, image.symbols)
    }

    private static func executableRanges(of image: FirmwareImage) -> [Range<UInt64>] {
        var ranges = ByteRanges()
        for section in image.sections where section.isAllocated && section.isExecutable {
            ranges.insert(start: UInt64(section.address), count: UInt64(section.size))
        }
        if image.sections.isEmpty {
            for segment in image.segments where segment.isExecutable {
                ranges.insert(
                    start: UInt64(segment.virtualAddress), count: UInt64(segment.memorySize))
            }
        }
        return ranges.merged
    }
}
