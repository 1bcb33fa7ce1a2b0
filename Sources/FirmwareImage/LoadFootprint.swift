// SPDX-License-Identifier: GPL-2.0-or-later

/// What an image occupies in a chip's memories before its first instruction, bytes.
///
/// `.data` counts twice: its initial values in flash (by LMA) and its variables in RAM (by VMA).
package struct LoadFootprint: Sendable, Equatable {
    /// From the lowest to the highest loaded byte of each flash, summed over the flashes.
    package var flashSpanBytes: UInt64
    /// Loaded bytes in flash, without the gaps between segments.
    package var flashLoadedBytes: UInt64
    /// Allocated sections in RAM without `reservedBytes`.
    package var ramStaticBytes: UInt64
    /// Sections that only reserve room for the stack and the heap, such as `._user_heap_stack`;
    /// what is used of them is measured by running.
    package var ramReservedBytes: UInt64
    /// Bytes that a programmer would have to write to RAM, because their LMA lies there.
    package var ramLoadedBytes: UInt64
    /// Loaded bytes beyond the end of the memory that their segment begins in.
    package var overflowBytes: UInt64
    /// Bytes of segments that begin in none of these memories.
    package var outsideBytes: UInt64
}

extension FirmwareImage {
    /// Counts the image against memories of a chip; `other` ones hold segments that count nowhere.
    package func loadFootprint(
        flash: [MemoryWindow], ram: [MemoryWindow], other: [MemoryWindow] = []
    ) -> LoadFootprint {
        let flashBytes = flash.map { loadedRanges(in: $0) }
        let ramBytes = ram.map { loadedRanges(in: $0) }
        let statics = ram.map { allocatedRanges(in: $0) { !$0.reservesStackOrHeap } }
        let all = ram.map { allocatedRanges(in: $0) { _ in true } }
        let flashLoaded = flashBytes.reduce(0) { $0 + $1.coveredBytes }
        let ramLoaded = ramBytes.reduce(0) { $0 + $1.coveredBytes }
        let staticBytes = statics.reduce(0) { $0 + $1.coveredBytes }
        let loaded = segments.reduce(0) { $0 + UInt64($1.bytes.count) }
        let otherLoaded = other.reduce(0) { $0 + loadedRanges(in: $1).coveredBytes }
        let overflow = (flash + ram + other).reduce(0) { $0 + overflowBytes(of: $1) }
        return LoadFootprint(
            flashSpanBytes: flashBytes.reduce(0) { $0 + $1.spanBytes },
            flashLoadedBytes: flashLoaded, ramStaticBytes: staticBytes,
            ramReservedBytes: all.reduce(0) { $0 + $1.coveredBytes } - staticBytes,
            ramLoadedBytes: ramLoaded, overflowBytes: overflow,
            outsideBytes: loaded - min(loaded, flashLoaded + ramLoaded + otherLoaded))
    }

    private func overflowBytes(of window: MemoryWindow) -> UInt64 {
        segments.reduce(0) { sum, segment in
            guard let start = window.offset(of: segment.loadAddress) else { return sum }
            let room = UInt64(window.lengthBytes) - start
            let count = UInt64(segment.bytes.count)
            return sum + count - min(count, room)
        }
    }

    private func loadedRanges(in window: MemoryWindow) -> ByteRanges {
        var ranges = ByteRanges()
        for segment in segments {
            guard let start = window.offset(of: segment.loadAddress) else { continue }
            // Not clipped to the memory: what passes its end must show as too large.
            ranges.insert(start: start, count: UInt64(segment.bytes.count))
        }
        return ranges
    }

    private func allocatedRanges(
        in window: MemoryWindow, where include: (Section) -> Bool
    ) -> ByteRanges {
        var ranges = ByteRanges()
        func insert(_ address: UInt32, _ size: UInt32) {
            guard let start = window.offset(of: address) else { return }
            ranges.insert(start: start, count: UInt64(size))
        }
        if sections.contains(where: \.isAllocated) {
            for section in sections where section.isAllocated && include(section) {
                insert(section.address, section.size)
            }
        } else {
            for segment in segments { insert(segment.virtualAddress, segment.memorySize) }
        }
        return ranges
    }
}

extension Section {
    /// Allocated without contents, and named as linker scripts name the room for stack and heap.
    package var reservesStackOrHeap: Bool {
        let lowered = name.lowercased()
        return isZeroInitialised && (lowered.contains("stack") || lowered.contains("heap"))
    }
}
