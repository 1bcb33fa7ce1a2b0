// SPDX-License-Identifier: GPL-2.0-or-later

/// The ITSTATE bits of the EPSR: what is left of an IT block (ARMv7-M ARM A7.3.2).
package struct ITState: Sendable, Equatable, Hashable {
    /// `IT[7:0]`: base condition in 7:5, then the lowest condition bit of each instruction left, then a 1.
    package private(set) var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Outside an IT block.
    package static let none = ITState(rawValue: 0)

    /// The state that the `it` instruction with this encoding begins.
    init(itInstruction encoding: UInt32) { rawValue = UInt8(truncatingIfNeeded: encoding) }

    /// The bits where an xPSR value keeps them: IT[1:0] in 26:25, IT[7:2] in 15:10.
    package init(xpsr: UInt32) {
        rawValue = UInt8(xpsr.field(10, 6) << 2 | xpsr.field(25, 2))
    }

    package var isActive: Bool { rawValue & 0xf != 0 }

    /// How many instructions are left.
    package var remaining: Int { isActive ? 4 - (rawValue & 0xf).trailingZeroBitCount : 0 }

    /// The condition of the next instruction; `.al` outside a block (and for the reserved 0b1111).
    package var condition: Condition {
        isActive ? Condition(rawValue: rawValue >> 4) ?? .al : .al
    }

    /// Moves on past one instruction.
    package mutating func advance() {
        rawValue = rawValue & 0x7 == 0 ? 0 : rawValue & 0xe0 | rawValue << 1 & 0x1f
    }

    /// `t`, `tt`, `te`, …: then or else, one letter an instruction.
    var pattern: String {
        let first = rawValue >> 4 & 1
        var state = self
        var letters = ""
        while state.isActive {
            letters += state.rawValue >> 4 & 1 == first ? "t" : "e"
            state.advance()
        }
        return letters
    }

    /// `eq`, …, `al`.
    var conditionName: String { "\(Condition(rawValue: rawValue >> 4) ?? .al)" }
}
