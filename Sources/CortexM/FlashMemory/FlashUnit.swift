// SPDX-License-Identifier: GPL-2.0-or-later

/// A flash memory with its controller in time: what it is busy with and what that costs the core.
struct FlashUnit {
    let memory: Board.Memory
    /// What the controller programs besides: UICR of the nRF52.
    private let information: Board.Memory?
    let registers: Range<UInt32>
    var controller: any FlashController
    private let clockHz: UInt64
    /// Core cycles with sleep, at which the operation under way ends.
    private(set) var busyUntil: UInt64 = 0
    /// Cycles for which the core stood still since they were last charged to it.
    private(set) var stallCycles: UInt64 = 0
    private(set) var counts = FlashCounts()
    /// Addresses whose contents changed since the core's code was last brought in line.
    var changed: [Range<UInt32>] = []
    /// Why the access under way got a bus error.
    var refusal: String?

    /// Offsets of all registers lie below.
    private static let registerBytes: UInt32 = 0x1000

    init?(_ board: Board) {
        guard let description = board.flashController,
            let memory = board.memories.first(where: { $0.name == description.memory })
        else { return nil }
        self.memory = memory
        information = description.information.flatMap { name in
            board.memories.first { $0.name == name }
        }
        clockHz = board.clockHz
        let length = description.kind == .stm32f7 ? 0x400 : Self.registerBytes
        registers = description.origin..<description.origin + length
        let geometry = FlashGeometry(description, informationBytes: information?.lengthBytes)
        switch description.kind {
        case .nrf52: controller = NRF52FlashController(geometry: geometry)
        case .stm32f7: controller = STM32F7FlashController(geometry: geometry)
        }
    }

    /// Where in the flash memory this address is, or behind its end in the further memory.
    func offset(of address: UInt32) -> (offset: UInt32, isAlias: Bool)? {
        for (index, origin) in ([memory.origin] + memory.aliases).enumerated()
        where address &- origin < memory.lengthBytes {
            return (address - origin, index > 0)
        }
        guard let information, address &- information.origin < information.lengthBytes
        else { return nil }
        return (memory.lengthBytes + (address - information.origin), false)
    }

    /// The address of such an offset.
    func address(of offset: UInt32) -> UInt32 {
        guard offset >= memory.lengthBytes, let information else { return memory.origin + offset }
        return information.origin + (offset - memory.lengthBytes)
    }

    func isBusy(at now: UInt64) -> Bool { now < busyUntil }

    /// The core waits for the operation under way; the time when it has.
    mutating func waitUntilReady(at now: UInt64) -> UInt64 {
        guard busyUntil > now else { return now }
        stallCycles += busyUntil - now
        return busyUntil
    }

    /// An operation starts once the one before it has ended; code that runs from the same flash
    /// stands still until it ends.
    mutating func occupy(microseconds: UInt64, at now: UInt64, stalls: Bool) {
        let cycles = (microseconds * clockHz + 999_999) / 1_000_000
        busyUntil = waitUntilReady(at: now) + cycles
        counts.busyCycles += cycles
        if stalls { stallCycles += cycles }
    }

    mutating func countErase(sectors: Int) { counts.erasedSectors += UInt64(sectors) }
    mutating func countProgram(bytes: Int) { counts.programmedBytes += UInt64(bytes) }

    mutating func takeStall() -> UInt64 {
        defer { stallCycles = 0 }
        return stallCycles
    }

    /// Operations under way count as finished.
    mutating func reset() {
        controller.reset()
        busyUntil = 0
        refusal = nil
    }
}

/// What was done to the flash in a run.
package struct FlashCounts: Sendable, Equatable {
    package var erasedSectors: UInt64 = 0
    package var programmedBytes: UInt64 = 0
    /// Core cycles for which the flash was busy; part of the run's cycles where the core waited.
    package var busyCycles: UInt64 = 0
    package init(
        erasedSectors: UInt64 = 0, programmedBytes: UInt64 = 0, busyCycles: UInt64 = 0
    ) {
        self.erasedSectors = erasedSectors
        self.programmedBytes = programmedBytes
        self.busyCycles = busyCycles
    }
}
