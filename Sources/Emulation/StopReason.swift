// SPDX-License-Identifier: GPL-2.0-or-later

/// Why `Engine.run()` came back. `Engine.pc` says where to go on unless stated otherwise.
package enum StopReason: Equatable, Sendable {
    /// `nextEventCycle` was reached. The block at `pc` is neither executed nor charged.
    case event
    /// `requestStop()` was called. The block at `pc` is neither executed nor charged.
    case requested
    /// An `svc` was executed and charged; `pc` is the instruction after it.
    case supervisorCall
    /// A `bkpt` stands at `pc`. Its block is charged with it; add 2 to go on.
    case breakpoint(pc: UInt32)
    /// A branch to an EXC_RETURN value (bit 0 as usual set again).
    case exceptionReturn(UInt32)
    /// Instruction fetch from memory that is not mapped or not executable; nothing of it is charged.
    case fetchFault(pc: UInt32)
    /// A branch cleared the Thumb bit (INVSTATE); `pc` is the target.
    case invalidState(pc: UInt32)
    /// An undefined instruction at `pc`, charged with its block like all that stood before it.
    case undefinedInstruction(pc: UInt32)
    /// A coprocessor instruction other than CP10 and CP11 at `pc`.
    case noCoprocessor(pc: UInt32)
    /// A load or store failed in the middle of the current block, which is charged whole:
    /// see `truncateCurrentBlock`. Registers are as they were at the access.
    case memoryFault(MemoryFault)
    /// `stopBeforeInstruction()` in a probe or a supervised instruction: `pc` has not executed. The
    /// current block is charged whole: see `truncateCurrentBlock`.
    case instruction(pc: UInt32)
    /// A `wfi` was executed and charged; `pc` is the instruction after it.
    case waitForInterrupt
    /// A `wfe` was executed and charged; `pc` is the instruction after it.
    case waitForEvent
    /// A `yield` was executed and charged; `pc` is the instruction after it.
    case yield
    /// The block at `pc` would take the main stack down to `lowest`, below `Engine.mainStackLimit`. It is
    /// charged but not executed.
    case stackLimit(lowest: UInt32)
    /// An exception of the emulated core that Kinglet does not know (QEMU's EXCP number).
    case unexpectedException(number: UInt32, pc: UInt32)
}

/// A data access that memory refused.
package struct MemoryFault: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case unmappedRead, unmappedWrite
        /// Write to memory mapped without write permission (flash).
        case protectedWrite
        case protectedRead
        /// An `MMIOHandler` called `Engine.refuseAccess()`.
        case refusedRead, refusedWrite
    }
    package var kind: Kind
    package var address: UInt32
    /// Bytes of the transfer that failed; one register of an LDM, STM, LDRD or STRD.
    package var size: Int

    package init(kind: Kind, address: UInt32, size: Int) {
        self.kind = kind
        self.address = address
        self.size = size
    }
}
