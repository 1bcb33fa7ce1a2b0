// SPDX-License-Identifier: GPL-2.0-or-later

/// Straight-line code as the emulator runs it: one entry, executed to its end.
package struct CodeBlock: Sendable, Equatable {
    package var address: UInt32
    package var instructions: [Instruction]

    package init(address: UInt32, instructions: [Instruction]) {
        self.address = address
        self.instructions = instructions
    }

    package var endAddress: UInt32 { instructions.last?.endAddress ?? address }
}
