// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// When a core register's value is there, as the first cycle in which a reader of each kind can issue.
///
/// Readers are told apart by the stage and the path on which they take the value: EX1 holds address generation,
/// the early shifter and the early ALU; EX2 the late ALU.
struct CortexM7RegisterReady {
    private static let longAgo = Int.min / 2

    /// Cycle in which the producer issued.
    var issued = longAgo
    /// The late ALU.
    var late = longAgo
    /// Readers in EX2 that do not see the word load's fast path: multiplies, divides, operands beside a shifted one.
    var unbypassed = longAgo
    /// Base registers.
    var address = longAgo
    /// Index registers.
    var index = longAgo
    /// The early shifter: shifted operands and bit-field extraction.
    var shifter = longAgo
    /// Add, subtract and move in the early ALU.
    var earlyALU = longAgo
    /// `vmov` to a floating-point register.
    var transfer = longAgo
    /// The producer's condition; `.al` when it was not in an IT block.
    var condition = Condition.al

    init() {}

    private init(issued: Int, late: Int) {
        self.issued = issued
        self.late = late
        unbypassed = late
        address = late + 1
        index = late + 1
        shifter = late + 1
        earlyALU = late + 1
        transfer = issued + 1
    }

    /// From the late ALU and what takes as long or longer; EX1 sees it a cycle later.
    static func after(_ latency: Int, issued cycle: Int) -> Self {
        Self(issued: cycle, late: cycle + latency)
    }

    /// From the early ALU: the late one can use it in the same cycle.
    static func early(_ cycle: Int) -> Self { Self(issued: cycle, late: cycle) }

    /// `rev` and its kin: not to addresses, another reversal or the early shifter in the next cycle (m7).
    static func reversal(_ cycle: Int) -> Self {
        var ready = early(cycle)
        ready.address = cycle + 2
        ready.index = cycle + 2
        ready.shifter = cycle + 2
        return ready
    }

    /// A base register written back: not to the early ALU in the next cycle (m7).
    static func baseUpdate(_ cycle: Int) -> Self {
        var ready = early(cycle)
        ready.earlyALU = cycle + 2
        return ready
    }

    /// A word load: one more for what cannot take the fast path (m7), two more for an index (LLVM M7 latency
    /// mutations: "word loads into B operand of a load/store").
    static func wordLoad(arrival cycle: Int, issued: Int) -> Self {
        var ready = Self(issued: issued, late: cycle + 1)
        ready.unbypassed = cycle + 2
        ready.index = cycle + 3
        ready.transfer = cycle + 1
        return ready
    }

    /// A narrower load.
    static func narrowLoad(_ cycle: Int) -> Self {
        var ready = Self(issued: cycle, late: cycle + 2)
        ready.transfer = cycle + 2
        return ready
    }

    /// A multiply: addresses see it in the fourth cycle (LLVM M7 latency mutations: "first legal bypass is EX4->EX1").
    static func multiply(_ cycle: Int) -> Self {
        var ready = Self(issued: cycle, late: cycle + 2)
        ready.address = cycle + 4
        ready.index = cycle + 4
        return ready
    }

    /// What a reader waits for, later when the producer was conditional and the reader is not under the same or the
    /// opposite condition: then the value looks produced in EX3, and an operand beside a shifted one is read in EX1 (LLVM
    /// M7 latency mutations).
    func seen(_ cycle: Int, by reader: Instruction, besideShifted: Bool = false) -> Int {
        let mismatches = condition.rawValue >> 1 != reader.itCondition.rawValue >> 1
        guard condition != .al, mismatches else { return cycle }
        return max(cycle, min(cycle + (besideShifted ? 2 : 1), issued + 3))
    }
}

/// The same for a single-precision register.
struct CortexM7FloatReady {
    private static let longAgo = Int.min / 2

    var operand = longAgo
    /// The addend of a fused multiply-accumulate; a chained one reads a cycle later.
    var addend = longAgo
    var storeData = longAgo
    /// `vmov` to a core register.
    var transfer = longAgo

    /// - Parameter cycle: the last in which the producer occupies the pipeline.
    static func after(
        _ cycle: Int, operand: Int, addend: Int, storeData: Int, transfer: Int? = nil
    ) -> Self {
        var ready = Self()
        ready.operand = cycle + operand
        ready.addend = cycle + addend
        ready.storeData = cycle + storeData
        ready.transfer = cycle + (transfer ?? operand)
        return ready
    }
}
