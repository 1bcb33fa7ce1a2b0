// SPDX-License-Identifier: GPL-2.0-or-later

extension Board {
    /// Smallest unit in which memory can be mapped.
    static let mappingGranularityBytes: UInt32 = 1024

    /// Refuses what no run could be made of: overlapping memories, sizes off the mapping grid.
    func validate() throws(BoardError) {
        guard memories.contains(where: { $0.kind == .flash }) else {
            throw .inconsistent(board: name, detail: "has no memory of kind flash")
        }
        guard memories.contains(where: { $0.kind == .sram || $0.kind == .dtcm }) else {
            throw .inconsistent(board: name, detail: "has no memory of kind sram or dtcm")
        }
        try validateClock()
        guard (1...496).contains(interruptCount) else {
            throw .inconsistent(board: name, detail: "interrupts must be 1...496")
        }
        guard (3...8).contains(priorityBits) else {
            throw .inconsistent(board: name, detail: "priority_bits must be 3...8")
        }
        guard vectorTable % 128 == 0 else {
            throw .inconsistent(
                board: name, detail: "vector_table \(hex(vectorTable)) must be a multiple of 128")
        }
        try validateRanges()
        try validateRegisters()
        try validateUARTs()
        try validateFlashController()
    }

    private func validateRanges() throws(BoardError) {
        var ranges: [(name: String, origin: UInt64, end: UInt64)] = []
        for memory in memories {
            for origin in [memory.origin] + memory.aliases {
                ranges.append(
                    (memory.name, UInt64(origin), UInt64(origin) + UInt64(memory.lengthBytes)))
            }
        }
        for range in peripherals {
            ranges.append(
                (range.name, UInt64(range.origin), UInt64(range.origin) + UInt64(range.lengthBytes))
            )
        }
        for range in ranges {
            let grid = UInt64(Self.mappingGranularityBytes)
            guard range.origin % grid == 0, range.end % grid == 0, range.end > range.origin else {
                throw .inconsistent(
                    board: name,
                    detail: "\(range.name) must start and end on a multiple of \(grid) bytes")
            }
            guard range.end <= 0xE000_0000 || range.origin >= 0xE010_0000,
                range.end <= 1 << 32
            else {
                throw .inconsistent(
                    board: name,
                    detail: "\(range.name) reaches into the core's own registers at 0xe0000000")
            }
        }
        ranges.sort { $0.origin < $1.origin }
        for (lower, upper) in zip(ranges, ranges.dropFirst()) where lower.end > upper.origin {
            throw .inconsistent(
                board: name,
                detail: "\(lower.name) and \(upper.name) overlap at \(hex(upper.origin))"
            )
        }
    }
}

/// `0x` and at least eight hexadecimal digits.
func hex(_ value: some BinaryInteger) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
}
