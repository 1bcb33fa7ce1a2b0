// SPDX-License-Identifier: GPL-2.0-or-later

/// What the detailed mode follows in a block, beyond the cost of its edges.
package struct BlockDetail: Sendable, Equatable {
    /// A unit of instruction memory (a cache's or a flash's line) that the block's code runs into.
    package struct FetchUnit: Sendable, Equatable {
        /// First address in the unit.
        package var address: UInt32
        /// Offset of the first instruction that needs the unit.
        package var offset: UInt16
        /// Cycles from the block's entry to there, without what is waited for.
        package var cyclesBefore: UInt32
        package init(address: UInt32, offset: UInt16, cyclesBefore: UInt32) {
            self.address = address
            self.offset = offset
            self.cyclesBefore = cyclesBefore
        }
    }

    /// An address in terms of register values: constant + base + index << shift.
    package struct Address: Sendable, Equatable {
        package var constant: UInt32
        package var base: Int?
        package var index: Int?
        package var shift: Int
        package init(constant: UInt32, base: Int? = nil, index: Int? = nil, shift: Int = 0) {
            self.constant = constant
            self.base = base
            self.index = index
            self.shift = shift
        }
    }

    /// A load, store or divide.
    package struct Access: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case load, store
            /// Address.base is the dividend's register, Address.index the divisor's.
            case divide(isSigned: Bool)
        }
        package var kind: Kind
        package var address: Address
        package var bytes: Int
        /// Memory may make the core wait.
        package var takesTime: Bool
        package var mayBeUnaligned: Bool
        /// It may wait for its bus to come to its memory.
        package var comesToMemory: Bool
        /// In one run with the load right before it, when both go to the same memory.
        package var pipelines: Bool
        /// Of its instruction.
        package var offset: UInt16
        package var cyclesBefore: UInt32
        package init(
            kind: Kind, address: Address, bytes: Int, takesTime: Bool, mayBeUnaligned: Bool,
            comesToMemory: Bool = false, pipelines: Bool = false, offset: UInt16,
            cyclesBefore: UInt32
        ) {
            self.kind = kind
            self.address = address
            self.bytes = bytes
            self.takesTime = takesTime
            self.mayBeUnaligned = mayBeUnaligned
            self.comesToMemory = comesToMemory
            self.pipelines = pipelines
            self.offset = offset
            self.cyclesBefore = cyclesBefore
        }
    }

    /// Where registers are looked at again: right before the instruction at `offset` executes. An
    /// instruction that an IT block skips is not looked at.
    package struct Point: Sendable, Equatable {
        package var offset: UInt16
        package var accesses: [Access]
        package init(offset: UInt16, accesses: [Access]) {
            self.offset = offset
            self.accesses = accesses
        }
    }

    package var fetchUnits: [FetchUnit]
    /// In terms of the registers at the block's entry.
    package var accesses: [Access]
    /// By offset.
    package var points: [Point]

    package init(
        fetchUnits: [FetchUnit] = [], accesses: [Access] = [], points: [Point] = []
    ) {
        self.fetchUnits = fetchUnits
        self.accesses = accesses
        self.points = points
    }

    package var isEmpty: Bool { fetchUnits.isEmpty && accesses.isEmpty && points.isEmpty }
}

/// A branch on an edge whose direction or target the core predicts. `EdgeCost.ticks` is then the cost
/// with the prediction right.
package struct PredictedEdge: Sendable, Equatable {
    /// Of the branch instruction.
    package var address: UInt32
    package var isTaken: Bool
    package var isConditional: Bool
    package var isBackward: Bool
    /// Through a register or memory.
    package var isIndirect: Bool
    /// What a wrong prediction adds.
    package var wrongTicks: UInt32
    package init(
        address: UInt32, isTaken: Bool, isConditional: Bool, isBackward: Bool, isIndirect: Bool,
        wrongTicks: UInt32
    ) {
        self.address = address
        self.isTaken = isTaken
        self.isConditional = isConditional
        self.isBackward = isBackward
        self.isIndirect = isIndirect
        self.wrongTicks = wrongTicks
    }
}

/// What an engine simulates its blocks' details on.
package struct DetailModel {
    /// An `ms_system` of CMemorySystem, which outlives the engine.
    package var memory: OpaquePointer
    /// RAM that never makes the core wait: it need not be asked about.
    package var freeOrigin: UInt32
    package var freeBytes: UInt32
    /// Loads may wait for their bus to come to their memory.
    package var busesWait: Bool
    /// Cycles that an unaligned access costs more: address, bytes (2, 4), is a store.
    package var unalignedCycles: (UInt32, UInt32, Bool) -> UInt32

    package init(
        memory: OpaquePointer, freeOrigin: UInt32 = 0, freeBytes: UInt32 = 0,
        busesWait: Bool = false,
        unalignedCycles: @escaping (UInt32, UInt32, Bool) -> UInt32
    ) {
        self.memory = memory
        self.freeOrigin = freeOrigin
        self.freeBytes = freeBytes
        self.busesWait = busesWait
        self.unalignedCycles = unalignedCycles
    }
}

/// What the detailed mode charged and counted apart from its memory.
package struct DetailCounts: Sendable, Equatable {
    package var unalignedAccesses: UInt64 = 0
    /// Cycles that they cost more.
    package var unalignedCycles: UInt64 = 0
    package var divides: UInt64 = 0
    /// What they cost beyond (or below) the mean, ticks of 1/256 cycle.
    package var divideTicks: Int64 = 0
    /// Branches that were predicted, how many of them wrong, and what that cost.
    package var predictions: UInt64 = 0
    package var mispredictions: UInt64 = 0
    package var mispredictionCycles: UInt64 = 0
    package init() {}
}
