// SPDX-License-Identifier: GPL-2.0-or-later

/// A chip on a board, as a data file in `Boards/` describes it.
package struct Board: Sendable, Equatable {
    package enum Core: String, Sendable, CaseIterable {
        case cortexM4 = "cortex-m4"
        case cortexM4F = "cortex-m4f"
        case cortexM7 = "cortex-m7"
    }
    package struct Memory: Sendable, Equatable {
        /// `rom` holds no program of the user's and counts in no limit (factory boot loader, UICR).
        package enum Kind: String, Sendable, CaseIterable { case flash, sram, itcm, dtcm, rom }
        package var name: String
        package var kind: Kind
        package var origin: UInt32
        package var lengthBytes: UInt32
        /// Further addresses at which the same memory appears (ITCM alias of flash, boot alias at 0).
        package var aliases: [UInt32]
        /// False for memory that no instruction bus reaches (CCM of the STM32F4).
        package var isExecutable = true
        package init(
            name: String, kind: Kind, origin: UInt32, lengthBytes: UInt32, aliases: [UInt32] = []
        ) {
            self.name = name
            self.kind = kind
            self.origin = origin
            self.lengthBytes = lengthBytes
            self.aliases = aliases
        }
    }
    /// Registers outside the core: they read back what was written, and the record lists them.
    package struct PeripheralRange: Sendable, Equatable {
        package var name: String
        package var origin: UInt32
        package var lengthBytes: UInt32
        package init(name: String, origin: UInt32, lengthBytes: UInt32) {
            self.name = name
            self.origin = origin
            self.lengthBytes = lengthBytes
        }
        /// The architecture's peripheral region (ARMv7-M ARM table B3-1).
        package static let architectural = PeripheralRange(
            name: "peripherals", origin: 0x4000_0000, lengthBytes: 0x2000_0000)
    }
    package var name: String
    package var summary: String
    package var core: Core
    package var clockHz: UInt64
    package var memories: [Memory]
    /// Where the core finds its vector table at reset.
    package var vectorTable: UInt32
    package var interruptCount: Int
    /// Implemented priority bits (3 on nRF52840, 4 on STM32F746).
    package var priorityBits: Int
    package var timing: BoardTiming
    /// The chip's currents; nil where the file has none.
    package var energy: BoardEnergy?
    package var peripherals: [PeripheralRange] = [.architectural]
    /// Registers in them that answer otherwise.
    package var registers: [Register] = []
    /// Transmitters whose output is shown.
    package var uarts: [UART] = []
    /// What erases and programs flash; nil when nothing does, and every store to flash faults.
    package var flashController: FlashController?
    /// Bit-band aliases at 0x22000000 and 0x42000000 exist (an option of the M3 and M4).
    package var hasBitBand = false
    /// Core cycles per tick of SysTick's external clock; nil when the chip has none.
    package var sysTickReferenceDivider: UInt32?

    package init(
        name: String, summary: String, core: Core, clockHz: UInt64, memories: [Memory],
        vectorTable: UInt32, interruptCount: Int, priorityBits: Int, timing: BoardTiming
    ) {
        self.name = name
        self.summary = summary
        self.core = core
        self.clockHz = clockHz
        self.memories = memories
        self.vectorTable = vectorTable
        self.interruptCount = interruptCount
        self.priorityBits = priorityBits
        self.timing = timing
    }

    package var flashLimitBytes: UInt64 { total(.flash) }
    package var sramLimitBytes: UInt64 { total(.sram) + total(.dtcm) }
    package var hasFloatingPoint: Bool { core != .cortexM4 }
    /// What keeps its contents without power, in the order of `--save-flash`: the flash memories and
    /// then what their controller programs besides.
    package var lastingMemories: [Memory] {
        memories.filter { $0.kind == .flash }
            + memories.filter { $0.name == flashController?.information }
    }
    private func total(_ kind: Memory.Kind) -> UInt64 {
        memories.filter { $0.kind == kind }.reduce(0) { $0 + UInt64($1.lengthBytes) }
    }
}
