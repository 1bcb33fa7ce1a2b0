// SPDX-License-Identifier: GPL-2.0-or-later

/// Bytes of a memory that belong to one name.
package struct MemoryUse: Sendable, Equatable {
    package var name: String
    /// The section they stand in; empty for what no symbol covers.
    package var section: String
    package var bytes: UInt64

    package init(name: String, section: String, bytes: UInt64) {
        self.name = name
        self.section = section
        self.bytes = bytes
    }

    /// The name of what no symbol covers: alignment gaps, string literals, assembly without sizes.
    package static let otherName = "[other]"
}

extension FirmwareImage {
    /// What the loaded bytes in these memories belong to; the sum is `LoadFootprint.flashLoadedBytes`.
    ///
    /// Initial values of variables count under the variable's name. Largest first.
    package func flashUse(of windows: [MemoryWindow]) -> [MemoryUse] {
        var tally = UseTally(self)
        for segment in segments
        where windows.contains(where: { $0.offset(of: segment.loadAddress) != nil }) {
            let start = UInt64(segment.virtualAddress)
            tally.add(start..<start + UInt64(segment.bytes.count))
        }
        return tally.uses
    }

    /// What the static bytes in these memories belong to; the sum is `LoadFootprint.ramStaticBytes`
    /// where no sections overlap. Largest first.
    package func staticUse(of windows: [MemoryWindow]) -> [MemoryUse] {
        var tally = UseTally(self)
        for section in sections
        where section.isAllocated && !section.reservesStackOrHeap
            && windows.contains(where: { $0.offset(of: section.address) != nil })
        {
            let start = UInt64(section.address)
            tally.add(start..<start + UInt64(section.size))
        }
        return tally.uses
    }
}

/// Sums bytes by symbol and section.
private struct UseTally {
    private struct Key: Hashable {
        var name: String
        var section: String
    }
    private let ranges: [(range: Range<UInt64>, symbol: Symbol)]
    private let sections: [Section]
    private var bytes: [Key: UInt64] = [:]

    init(_ image: FirmwareImage) {
        ranges = SymbolTable(image).sizedRanges
        sections = image.sections.filter(\.isAllocated).sorted { $0.address < $1.address }
    }

    mutating func add(_ part: Range<UInt64>) {
        var position = part.lowerBound
        var index = SymbolTable.firstIndex(in: ranges) { $0.range.upperBound > part.lowerBound }
        while index < ranges.count, ranges[index].range.lowerBound < part.upperBound {
            let covered = ranges[index].range.clamped(to: part)
            addOther(covered.lowerBound - position)
            let symbol = ranges[index].symbol
            bytes[Key(name: symbol.name, section: section(of: symbol)), default: 0] +=
                covered.upperBound - covered.lowerBound
            position = covered.upperBound
            index += 1
        }
        addOther(part.upperBound - position)
    }

    private mutating func addOther(_ count: UInt64) {
        guard count > 0 else { return }
        bytes[Key(name: MemoryUse.otherName, section: ""), default: 0] += count
    }

    private func section(of symbol: Symbol) -> String {
        let next = SymbolTable.firstIndex(in: sections) { $0.address > symbol.address }
        guard next > 0, symbol.address - sections[next - 1].address < sections[next - 1].size
        else { return "" }
        return sections[next - 1].name
    }

    var uses: [MemoryUse] {
        bytes.map { MemoryUse(name: $0.key.name, section: $0.key.section, bytes: $0.value) }
            .sorted { ($1.bytes, $0.name, $0.section) < ($0.bytes, $1.name, $1.section) }
    }
}
