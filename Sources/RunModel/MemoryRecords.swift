// SPDX-License-Identifier: GPL-2.0-or-later

/// Flash use, bytes.
public struct FlashRecord: Codable, Sendable, Equatable {
    /// From the lowest to the highest byte that is programmed, `.data` included.
    public var usedBytes: UInt64
    /// The same without the gaps.
    public var loadedBytes: UInt64
    /// What the board has.
    public var limitBytes: UInt64

    /// Creates the record from its parts.
    public init(usedBytes: UInt64, loadedBytes: UInt64, limitBytes: UInt64) {
        self.usedBytes = usedBytes
        self.loadedBytes = loadedBytes
        self.limitBytes = limitBytes
    }

    enum CodingKeys: String, CodingKey {
        case usedBytes = "used_bytes"
        case loadedBytes = "loaded_bytes"
        case limitBytes = "limit_bytes"
    }
}

/// What the firmware did to the flash.
public struct FlashOperationsRecord: Codable, Sendable, Equatable {
    /// Sectors (pages) that were erased, each as often as it was.
    public var erasedSectors: UInt64
    /// Bytes that were programmed, each as often as it was.
    public var programmedBytes: UInt64
    /// Core cycles for which the flash was busy.
    public var busyCycles: UInt64

    /// Creates the record from its parts.
    public init(erasedSectors: UInt64, programmedBytes: UInt64, busyCycles: UInt64) {
        self.erasedSectors = erasedSectors
        self.programmedBytes = programmedBytes
        self.busyCycles = busyCycles
    }

    enum CodingKeys: String, CodingKey {
        case erasedSectors = "erased_sectors"
        case programmedBytes = "programmed_bytes"
        case busyCycles = "busy_cycles"
    }
}

/// SRAM use, bytes.
public struct SRAMRecord: Codable, Sendable, Equatable {
    /// `.data`, `.bss` and other allocated sections.
    public var staticBytes: UInt64
    /// Deepest main stack plus deepest process stack.
    public var stackPeakBytes: UInt64
    /// Deepest main stack (MSP), below its initial value.
    public var mainStackPeakBytes: UInt64
    /// Deepest process stack (PSP), below its initial value.
    public var processStackPeakBytes: UInt64
    /// Highest program break above the heap's start.
    public var heapPeakBytes: UInt64
    /// The most of static, stack and heap in use at one time.
    public var peakBytes: UInt64
    /// Bytes written at least once, found by painting the memory before the run.
    public var touchedBytes: UInt64
    /// What the board has.
    public var limitBytes: UInt64

    /// Creates the record from its parts.
    public init(
        staticBytes: UInt64, stackPeakBytes: UInt64, mainStackPeakBytes: UInt64,
        processStackPeakBytes: UInt64, heapPeakBytes: UInt64, peakBytes: UInt64,
        touchedBytes: UInt64, limitBytes: UInt64
    ) {
        self.staticBytes = staticBytes
        self.stackPeakBytes = stackPeakBytes
        self.mainStackPeakBytes = mainStackPeakBytes
        self.processStackPeakBytes = processStackPeakBytes
        self.heapPeakBytes = heapPeakBytes
        self.peakBytes = peakBytes
        self.touchedBytes = touchedBytes
        self.limitBytes = limitBytes
    }

    enum CodingKeys: String, CodingKey {
        case staticBytes = "static_bytes"
        case stackPeakBytes = "stack_peak_bytes"
        case mainStackPeakBytes = "main_stack_peak_bytes"
        case processStackPeakBytes = "process_stack_peak_bytes"
        case heapPeakBytes = "heap_peak_bytes"
        case peakBytes = "peak_bytes"
        case touchedBytes = "touched_bytes"
        case limitBytes = "limit_bytes"
    }
}
