// SPDX-License-Identifier: GPL-2.0-or-later
package import Timing

/// What a run measured. `Workbench` turns it into a `RunRecord`.
package struct MachineResult: Sendable {
    package var outcome: MachineOutcome
    package var total: Counters
    /// Cycles spent asleep in WFI/WFE, not part of `total.cycles`.
    package var sleepCycles: UInt64 = 0
    package var steps: [StepMeasurement] = []
    package var regions: [RegionMeasurement] = []
    package var metrics: [MetricMeasurement] = []
    /// Of the operations in `MachineConfiguration.operationStarts`, over all steps that ended.
    package var operations: [OperationMeasurement] = []
    package var memory: MemoryMeasurement
    package var touchedRegisters: [TouchedRegister] = []
    /// How often the chip was reset after its start.
    package var resets: UInt64 = 0
    package var flashCounts = FlashCounts()
    /// What the detailed mode followed; nil in the fast mode.
    package var detail: DetailMeasurement?
    /// The board's flash memories at the end, in its order, when the configuration asked for them.
    package var flash: [UInt8]?
    /// Where the cycles went, when the configuration asked for it.
    package var profile: ProfileMeasurement?
    package var warnings: [String] = []

    package init(outcome: MachineOutcome, total: Counters, memory: MemoryMeasurement) {
        self.outcome = outcome
        self.total = total
        self.memory = memory
    }
}

/// What the detailed mode saw.
package struct DetailMeasurement: Sendable, Equatable {
    package var system: MemorySystem
    package var memory: MemoryCounts
    package var unalignedAccesses: UInt64
    package var unalignedCycles: UInt64
    package var divides: UInt64
    /// Branches that the core predicted, how many of them wrong, and what that cost.
    package var predictions: UInt64
    package var mispredictions: UInt64
    package var mispredictionCycles: UInt64
    /// Of all divides, beyond the mean.
    package var divideCyclesBeyondMean: Int64
}

package struct Counters: Sendable, Equatable {
    package var cycles: UInt64
    /// Instructions that took effect.
    package var instructions: UInt64
    /// Instructions fetched but skipped by their IT condition; not part of `instructions`.
    package var skippedInstructions: UInt64
    package init(cycles: UInt64 = 0, instructions: UInt64 = 0, skippedInstructions: UInt64 = 0) {
        self.cycles = cycles
        self.instructions = instructions
        self.skippedInstructions = skippedInstructions
    }
}

package enum MachineOutcome: Sendable {
    /// Semihosting SYS_EXIT / SYS_EXIT_EXTENDED with this code.
    case exited(code: UInt32)
    /// EOT on a UART that is the console.
    case transmissionEnded
    case cycleLimit
    case timeout
    case untilReached
    /// WFI or WFE with nothing that could ever wake the core.
    case sleepsForever
    /// The firmware requested one more system reset than it may.
    case resetLimit
    case faulted(FaultReport)

    /// A limit of time, on either machine.
    var isLimit: Bool {
        switch self {
        case .cycleLimit, .timeout: true
        default: false
        }
    }

    var isUntilReached: Bool {
        guard case .untilReached = self else { return false }
        return true
    }
}

package struct StepMeasurement: Sendable {
    package var index: Int
    package var counters: Counters
    /// Most SRAM in use at one time within the step (static + stack + heap), bytes.
    package var sramPeakBytes: UInt64
    package var phases: [PhaseMeasurement]
    package var loss: Float?
    package init(
        index: Int, counters: Counters, sramPeakBytes: UInt64, phases: [PhaseMeasurement],
        loss: Float?
    ) {
        self.index = index
        self.counters = counters
        self.sramPeakBytes = sramPeakBytes
        self.phases = phases
        self.loss = loss
    }
}

/// All passages through one phase of a step, summed; phases nested inside it are not counted in it.
package struct PhaseMeasurement: Sendable {
    package var name: String
    package var counters: Counters
    package init(name: String, counters: Counters) {
        self.name = name
        self.counters = counters
    }
}

/// An operation of the steps in one phase, from where it begins to where another does.
package struct OperationMeasurement: Sendable, Equatable {
    package var operation: Int
    package var phase: String
    package var counters: Counters
    package init(operation: Int, phase: String, counters: Counters) {
        self.operation = operation
        self.phase = phase
        self.counters = counters
    }
}

package struct RegionMeasurement: Sendable {
    package var name: String
    /// Passage number, from 0.
    package var index: Int
    package var counters: Counters
    package init(name: String, index: Int, counters: Counters) {
        self.name = name
        self.index = index
        self.counters = counters
    }
}

package struct MetricMeasurement: Sendable {
    package var name: String
    package var value: Float
    package init(name: String, value: Float) {
        self.name = name
        self.value = value
    }
}

package struct MemoryMeasurement: Sendable {
    /// .data, .bss and other allocated sections in SRAM, bytes.
    package var staticBytes: UInt64 = 0
    /// Deepest main and process stack, bytes below their initial values.
    package var mainStackPeakBytes: UInt64 = 0
    package var processStackPeakBytes: UInt64 = 0
    package var heapPeakBytes: UInt64 = 0
    /// Most of static + stack + heap in use at one time.
    package var peakBytes: UInt64 = 0
    /// SRAM bytes whose paint was gone at the end.
    package var touchedBytes: UInt64 = 0
    package init() {}
}

/// A peripheral register without a model that the firmware touched.
package struct TouchedRegister: Sendable, Equatable {
    package var address: UInt32
    package var reads: UInt64
    package var writes: UInt64
    package init(address: UInt32, reads: UInt64, writes: UInt64) {
        self.address = address
        self.reads = reads
        self.writes = writes
    }
}

/// An unhandled fault, decoded.
package struct FaultReport: Sendable {
    package struct Frame: Sendable, Equatable {
        package var address: UInt32
        /// "function+0x1c", or nil when no symbol covers the address.
        package var symbol: String?
        package init(address: UInt32, symbol: String?) {
            self.address = address
            self.symbol = symbol
        }
    }
    /// One sentence: "precise data bus error: load of 4 bytes at 0x60000000, which is not mapped".
    package var cause: String
    /// Architectural exception: "BusFault", "UsageFault (escalated to HardFault)", …
    package var exception: String
    package var cfsr: UInt32
    package var hfsr: UInt32
    /// Valid addresses only.
    package var bfar: UInt32?
    package var mmfar: UInt32?
    /// r0…r12, sp, lr, pc, xpsr, msp, psp, control in this order, by name.
    package var registers: [(name: String, value: UInt32)]
    package var pc: Frame
    package var lr: Frame
    /// Innermost first; as far as it could be unwound.
    package var callStack: [Frame]
    package var step: Int?
    package var phase: String?
    package init(
        cause: String, exception: String, cfsr: UInt32, hfsr: UInt32, bfar: UInt32?, mmfar: UInt32?,
        registers: [(name: String, value: UInt32)], pc: Frame, lr: Frame, callStack: [Frame],
        step: Int?, phase: String?
    ) {
        self.cause = cause
        self.exception = exception
        self.cfsr = cfsr
        self.hfsr = hfsr
        self.bfar = bfar
        self.mmfar = mmfar
        self.registers = registers
        self.pc = pc
        self.lr = lr
        self.callStack = callStack
        self.step = step
        self.phase = phase
    }
}
