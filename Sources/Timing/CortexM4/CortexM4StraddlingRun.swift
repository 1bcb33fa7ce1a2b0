// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Wide instructions at addresses ≡ 2 mod 4, one directly behind the other: where fetching falls behind.
///
/// The prefetch unit reads one aligned word a cycle into a queue of three (Cortex-M3 TRM DDI 0337G 1.4; article
/// 103488664 of Arm's knowledge base says the same of the Cortex-M4). Each of these instructions needs two words, and the
/// third of them finds the second of its words not there yet: one cycle. From then on the queue keeps up.
///
/// Measured on a chip ("Alignment rules", compendium.i-0.nl): three or more cost one cycle, stores alone only from
/// four on, mixtures with loads more than one. On STM32F4 a load and three wide ALU instructions behind it cost
/// one (empirical): here a single load lets a new run begin. Another cycle without an instruction inside a run lets the
/// queue catch up (estimated). Floating-point instructions of one cycle wait again for every third of them (article
/// KA006138 of Arm's knowledge base).
struct CortexM4StraddlingRun {
    private var length = 0
    private var hasOnlyStores = true
    private var isCharged = false

    /// A run that begins at a branch target, which has waited for its second word already.
    static let behindStraddlingTarget = Self(isCharged: true)

    init() {}

    private init(isCharged: Bool) {
        self.isCharged = isCharged
    }

    /// Whether the next instruction waits for a word.
    ///
    /// - Parameters:
    ///   - isBehindLoad: the instruction before is a single load that took its second cycle.
    ///   - isBehindGap: for another reason, a cycle passed between the two.
    mutating func stalls(
        _ instruction: Instruction, isBehindLoad: Bool, isBehindGap: Bool
    ) -> Bool {
        guard instruction.straddlesWords else {
            self = Self()
            return false
        }
        if isBehindLoad {
            self = Self()
        } else if isBehindGap, length > 0 {
            isCharged = true
        }
        length += 1
        hasOnlyStores = hasOnlyStores && instruction.isSingleStore
        guard length >= (hasOnlyStores ? 4 : 3) else { return false }
        if instruction.isSingleCycleFloat {
            length = 0
        } else if isCharged {
            return false
        } else {
            isCharged = true
        }
        return true
    }
}

extension Instruction {
    /// 32 bits wide, at an address ≡ 2 mod 4.
    var straddlesWords: Bool { isWide && isInUpperHalfword }
}
