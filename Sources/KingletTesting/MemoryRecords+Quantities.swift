// SPDX-License-Identifier: GPL-2.0-or-later
import Reports

extension SRAMRecord {
    /// The most of static, stack and heap in use at one time.
    public var peak: Bytes { Bytes(measured: peakBytes, parts: parts) }
    /// `.data`, `.bss` and other allocated sections.
    public var statics: Bytes { Bytes(measured: staticBytes) }
    /// Deepest main stack plus deepest process stack.
    public var stack: Bytes { Bytes(measured: stackPeakBytes, parts: stackParts) }
    /// Highest program break above the heap's start.
    public var heap: Bytes { Bytes(measured: heapPeakBytes) }
    /// Written at least once.
    public var touched: Bytes { Bytes(measured: touchedBytes) }
    /// What the board has.
    public var limit: Bytes { Bytes(measured: limitBytes) }

    var stackParts: String {
        "main stack \(Figures.bytes(mainStackPeakBytes)), "
            + "process stack \(Figures.bytes(processStackPeakBytes))"
    }

    var parts: String {
        "static \(Figures.bytes(staticBytes)), \(stackParts), "
            + "heap \(Figures.bytes(heapPeakBytes))"
    }
}

extension FlashRecord {
    /// From the lowest to the highest byte that is programmed, `.data` included.
    public var used: Bytes { Bytes(measured: usedBytes) }
    /// The same without the gaps.
    public var loaded: Bytes { Bytes(measured: loadedBytes) }
    /// What the board has.
    public var limit: Bytes { Bytes(measured: limitBytes) }
}
