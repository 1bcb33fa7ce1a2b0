// SPDX-License-Identifier: GPL-2.0-or-later
import Suggestions

/// Looks up an image's symbols by address and by name.
package struct SymbolTable: Sendable {
    private let symbols: [Symbol]
    /// Disjoint ranges in ascending order, each with the innermost sized symbol that covers it.
    private let sized: [CoveredRange]
    /// The same for symbols without a size (assembly labels), each reaching to the next symbol.
    private let unsized: [CoveredRange]
    private let indexByName: [String: Int]

    package init(_ image: FirmwareImage) {
        symbols = image.symbols
        let places = symbols.indices.filter { !image.symbols[$0].isAbsolute }
        sized = Self.flatten(
            places.filter { image.symbols[$0].size > 0 && image.symbols[$0].kind != .other }
                .map { index in
                    let start = UInt64(image.symbols[index].address)
                    return CoveredRange(
                        start: start, end: start + UInt64(image.symbols[index].size), symbol: index)
                }, image.symbols)
        unsized = Self.labels(places, image)
        var indexByName: [String: Int] = [:]
        for (index, symbol) in symbols.enumerated() {
            if let known = indexByName[symbol.name],
                !Self.isPreferred(symbol, over: image.symbols[known])
            {
                continue
            }
            indexByName[symbol.name] = index
        }
        self.indexByName = indexByName
    }

    package var isEmpty: Bool { symbols.isEmpty }

    /// Disjoint ranges in ascending order, each with the function or object with a size that covers it.
    package var sizedRanges: [(range: Range<UInt64>, symbol: Symbol)] {
        sized.map { ($0.start..<$0.end, symbols[$0.symbol]) }
    }

    /// The symbol whose bytes include `address` (bit 0 is ignored inside functions).
    ///
    /// A function or object with a size wins; otherwise the last label before the address, within
    /// the same executable section. Among aliases, a strong global name wins.
    package func symbol(covering address: UInt32) -> Symbol? {
        for ranges in [sized, unsized] {
            if let range = Self.range(covering: UInt64(address), in: ranges) {
                return symbols[range.symbol]
            }
        }
        return nil
    }

    /// "function+0x1c", or "function" at its first byte; nil when no symbol covers the address.
    package func describe(_ address: UInt32) -> String? {
        guard let symbol = symbol(covering: address) else { return nil }
        let offset = address - symbol.address
        if offset == 0 || (offset == 1 && symbol.kind == .function) { return symbol.name }
        return "\(symbol.name)+0x\(String(offset & ~(symbol.kind == .function ? 1 : 0), radix: 16))"
    }

    /// The symbol with exactly this name; a global one wins over locals of the same name.
    package func symbol(named name: String) -> Symbol? { indexByName[name].map { symbols[$0] } }

    /// The address that a symbol name or a `0x…` number stands for, with the Thumb bit cleared.
    package func address(of text: String) throws(FirmwareImageError) -> UInt32 {
        if let symbol = symbol(named: text) { return symbol.address }
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            guard let value = UInt32(text.dropFirst(2), radix: 16) else {
                throw .invalidAddress(text: text)
            }
            return value & ~1
        }
        throw .unknownSymbol(
            name: text, suggestion: Suggestion.nearest(to: text, among: symbols.lazy.map(\.name)),
            symbolCount: symbols.count)
    }
}

extension SymbolTable {
    struct CoveredRange {
        var start: UInt64
        var end: UInt64
        var symbol: Int
    }

    private static func range(
        covering address: UInt64, in ranges: [CoveredRange]
    ) -> CoveredRange? {
        let following = firstIndex(in: ranges) { $0.start > address }
        guard following > 0, address < ranges[following - 1].end else { return nil }
        return ranges[following - 1]
    }

    /// The first index whose element fulfils `condition`, which must be false and then true along
    /// the array; its count when there is none.
    static func firstIndex<Element>(
        in ordered: [Element], where condition: (Element) -> Bool
    ) -> Int {
        var low = 0
        var high = ordered.count
        while low < high {
            let middle = (low + high) / 2
            if condition(ordered[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static func isPreferred(_ a: Symbol, over b: Symbol) -> Bool {
        func rank(_ symbol: Symbol) -> Int {
            (symbol.kind == .function ? 4 : 0) + (symbol.isGlobal ? 2 : 0)
                + (symbol.isWeak ? 0 : 1)
        }
        return rank(a) > rank(b)
    }

    /// Turns nested and overlapping ranges into disjoint ones; where several cover, the one that
    /// starts last wins.
    static func flatten(
        _ ranges: [CoveredRange], _ symbols: [Symbol]
    ) -> [CoveredRange] {
        let ordered = ranges.sorted { a, b in
            if a.start != b.start { return a.start < b.start }
            if a.end != b.end { return a.end > b.end }
            if isPreferred(symbols[b.symbol], over: symbols[a.symbol]) { return true }
            if isPreferred(symbols[a.symbol], over: symbols[b.symbol]) { return false }
            return a.symbol > b.symbol
        }
        var result: [CoveredRange] = []
        var open: [CoveredRange] = []
        var position: UInt64 = 0
        func emit(upTo limit: UInt64) {
            while let top = open.last, position < limit {
                let end = min(top.end, limit)
                if position < end {
                    result.append(CoveredRange(start: position, end: end, symbol: top.symbol))
                    position = end
                }
                if top.end <= position { open.removeLast() }
            }
        }
        for range in ordered {
            emit(upTo: range.start)
            position = max(position, range.start)
            open.append(range)
        }
        emit(upTo: .max)
        return result
    }
}
