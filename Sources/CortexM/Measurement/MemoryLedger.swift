// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage

/// How much SRAM is in use, as intervals: within one, the heap stands still and each stack has a depth.
///
/// Use at one time is static + heap + both stacks; within an interval the deepest points of the two
/// stacks count as simultaneous.
struct MemoryLedger {
    let staticBytes: UInt64
    /// Sections that count as static, by address.
    let staticRanges: [Range<UInt32>]
    /// Initial main stack pointer.
    var mainTop: UInt32?
    /// Highest process stack pointer that was set.
    var processTop: UInt32?
    private(set) var heapBase: UInt32?
    private(set) var heapBytes: UInt64 = 0

    private(set) var mainStackPeakBytes: UInt64 = 0
    private(set) var processStackPeakBytes: UInt64 = 0
    private(set) var heapPeakBytes: UInt64 = 0
    private(set) var peakBytes: UInt64 = 0
    private(set) var stepPeakBytes: UInt64 = 0

    init(board: Board, image: FirmwareImage) {
        let memories = board.memories.filter { $0.kind == .sram || $0.kind == .dtcm }
        staticRanges = image.sections.filter { section in
            section.isAllocated && section.size > 0 && !section.reservesStackOrHeap
                && memories.contains {
                    section.address >= $0.origin && section.address - $0.origin < $0.lengthBytes
                }
        }.map { $0.address..<$0.address.advancedClamped(by: $0.size) }
            .sorted { $0.lowerBound < $1.lowerBound }
        staticBytes = staticRanges.reduce(0) { $0 + UInt64($1.count) }
        peakBytes = staticBytes
    }

    /// Ends an interval in which the stacks went down to these addresses.
    mutating func fold(mainLow: UInt32?, processLow: UInt32?) {
        let main = Self.depth(top: mainTop, low: mainLow)
        let process = Self.depth(top: processTop, low: processLow)
        mainStackPeakBytes = max(mainStackPeakBytes, main)
        processStackPeakBytes = max(processStackPeakBytes, process)
        let used = staticBytes + heapBytes + main + (isProcessStackStatic ? 0 : process)
        peakBytes = max(peakBytes, used)
        stepPeakBytes = max(stepPeakBytes, used)
    }

    private static func depth(top: UInt32?, low: UInt32?) -> UInt64 {
        guard let top, let low, low < top else { return 0 }
        return UInt64(top - low)
    }

    /// Task stacks inside .bss are counted there already.
    private var isProcessStackStatic: Bool {
        guard let processTop, processTop > 0 else { return false }
        return staticRanges.contains { $0.contains(processTop - 1) }
    }

    mutating func beginStep() { stepPeakBytes = 0 }

    /// `sbrk(increment)` returned `old`.
    mutating func heapMoved(old: UInt32, increment: Int32) {
        let base = heapBase ?? old
        heapBase = base
        let now = Int64(old) + Int64(increment) - Int64(base)
        heapBytes = UInt64(clamping: now)
        heapPeakBytes = max(heapPeakBytes, heapBytes)
    }

    /// The program starts over with an empty heap.
    mutating func heapReset() { heapBytes = 0 }

    var heapEnd: UInt32? {
        heapBase.map { $0.advancedClamped(by: UInt32(clamping: heapBytes)) }
    }

    /// The address that the main stack must stay above: the end of the data under it.
    func mainStackLimit(symbols: SymbolMap) -> UInt32? {
        guard let top = mainTop, top > 0 else { return nil }
        if staticRanges.contains(where: { $0.contains(top - 1) }) {
            // A stack that is a variable: it ends where the variable begins.
            return symbols.object(at: top - 1)?.address
        }
        let below = staticRanges.filter { $0.upperBound <= top }.map(\.upperBound).max()
        guard let heapEnd, heapEnd <= top else { return below }
        return max(below ?? 0, heapEnd)
    }
}
