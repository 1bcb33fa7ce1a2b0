// SPDX-License-Identifier: GPL-2.0-or-later

/// One decoded Thumb or Thumb-2 instruction: what it is, what it reads and writes, how wide it is.
///
/// A pure value. `Timing` derives cycles from it, `CortexM` derives fault addresses and stack depth.
package struct Instruction: Sendable, Equatable {
    /// Address of the first halfword, bit 0 clear.
    package var address: UInt32
    /// The halfword (16-bit) or `first << 16 | second` (32-bit).
    package var encoding: UInt32
    /// Bytes: 2 or 4.
    package var width: UInt8
    package var mnemonic: Mnemonic
    package var instructionClass: InstructionClass
    /// Condition of a conditional branch, or the one an enclosing IT block imposes; `.al` otherwise.
    package var condition: Condition
    /// True when the condition comes from an enclosing IT block.
    package var isInITBlock: Bool
    /// An IT block may skip it.
    package var isSkippable: Bool { isInITBlock && condition != .al }
    /// Writes N and Z of the APSR, and mostly C and V. `vcmp` writes the FPSCR instead, `vmrs` sets them.
    package var setsFlags: Bool
    /// The operation or the condition uses a flag of the APSR (`sel`: the GE bits).
    package var readsFlags: Bool

    /// Core registers read for any purpose (bit n = Rn; 13 = SP, 14 = LR, 15 = PC).
    package var reads: RegisterSet
    /// Core registers written, write-back included; PC for every branch, LR for a call, SP for an `msr` that
    /// may move the stack.
    package var writes: RegisterSet
    /// The part of `reads` that forms a data address (base and index).
    package var addressReads: RegisterSet
    /// The part of `reads` that goes through the shifter before use (`add r0, r1, r2, lsl #2`: r2).
    package var shiftedReads: RegisterSet
    /// The part of `reads` that is added to a product (`mla` Ra; `smlal` RdLo, RdHi).
    package var accumulatorReads: RegisterSet
    /// The part of `reads` that is only stored to memory (`str` Rt).
    package var storeDataReads: RegisterSet

    /// Single-precision registers read and written (bit n = Sn; Dn sets bits 2n and 2n+1).
    package var floatReads: UInt32
    package var floatWrites: UInt32
    /// The part of `floatReads` added to a product (`vmla`, `vfma` destination).
    package var floatAccumulatorReads: UInt32

    /// The data access; nil for preloads, which cannot fault, and coprocessor transfers, which never happen.
    package var memory: MemoryAccess?
    /// Target of a direct branch, or nil (register branch, not a branch).
    package var branchTarget: UInt32?
    /// The instruction's first immediate operand, sign- or zero-extended as the architecture does: the
    /// amount of a shift, the signed offset of `adr`, the single-precision bits of a `vmov` constant. Address
    /// offsets are in `memory`, branch offsets in `branchTarget`.
    package var immediate: Int32?
    /// A register operand is shifted by an amount other than 0, or the immediate is a shifted constant.
    /// False for shifts as the operation (class `.shift`) and for the index of an address.
    package var hasShiftedOperand: Bool

    package var endAddress: UInt32 { address &+ UInt32(width) }

    package init(
        address: UInt32, encoding: UInt32, width: UInt8, mnemonic: Mnemonic,
        instructionClass: InstructionClass
    ) {
        self.address = address
        self.encoding = encoding
        self.width = width
        self.mnemonic = mnemonic
        self.instructionClass = instructionClass
        condition = .al
        isInITBlock = false
        setsFlags = false
        readsFlags = false
        reads = []
        writes = []
        addressReads = []
        shiftedReads = []
        accumulatorReads = []
        storeDataReads = []
        floatReads = 0
        floatWrites = 0
        floatAccumulatorReads = 0
        memory = nil
        branchTarget = nil
        immediate = nil
        hasShiftedOperand = false
    }
}

/// A set of core registers, bit n = Rn.
package struct RegisterSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }
    package init(_ number: Int) { rawValue = 1 << UInt16(number) }
    package static let sp = RegisterSet(13)
    package static let lr = RegisterSet(14)
    package static let pc = RegisterSet(15)
    package var count: Int { rawValue.nonzeroBitCount }
    package func contains(number: Int) -> Bool { rawValue & (1 << UInt16(number)) != 0 }
}

/// How an instruction touches data memory.
package struct MemoryAccess: Sendable, Equatable {
    package enum Direction: Sendable { case load, store, loadAndStore }
    package enum Indexing: Sendable {
        /// `[base, offset]`, base unchanged.
        case offset
        /// `[base, offset]!`: base updated before the access.
        case preIndexed
        /// `[base], offset`, or `ldm base!`: base updated after the access.
        case postIndexed
    }
    package var direction: Direction
    /// Base register number; 15 for a literal (the aligned PC).
    package var base: Int
    /// Index register number of a register offset, or nil.
    package var index: Int?
    /// Left shift of the index register.
    package var indexShift: Int
    /// Byte offset (negative for a `U = 0` form, and for `stmdb`/`push`: −4·count). Exact first byte
    /// accessed = base + offset (+ index << shift), except post-indexed: base alone.
    package var offset: Int32
    package var indexing: Indexing
    /// Bytes per transfer: 1, 2, 4 or 8 (`vldr d`).
    package var bytesPerTransfer: Int
    /// Transfers: 1; 2 for `ldrd`/`strd`; the list length of `ldm`/`stm`/`push`/`pop`/`vldm`/`vstm` (in registers).
    package var transferCount: Int
    /// Faults when the address is not a multiple of 4 (of 2 for a halfword exclusive), whatever
    /// CCR.UNALIGN_TRP says (`ldm`, `stm`, `ldrd`, `strd`, `push`, `pop`, exclusives, all VFP accesses;
    /// ARMv7-M ARM A3.2.1).
    package var requiresAlignment: Bool

    package init(
        direction: Direction, base: Int, index: Int? = nil, indexShift: Int = 0, offset: Int32 = 0,
        indexing: Indexing = .offset, bytesPerTransfer: Int, transferCount: Int = 1,
        requiresAlignment: Bool = false
    ) {
        self.direction = direction
        self.base = base
        self.index = index
        self.indexShift = indexShift
        self.offset = offset
        self.indexing = indexing
        self.bytesPerTransfer = bytesPerTransfer
        self.transferCount = transferCount
        self.requiresAlignment = requiresAlignment
    }
}

/// Condition codes in encoding order (ARMv7-M ARM table A7-1).
package enum Condition: UInt8, Sendable, CaseIterable {
    case eq, ne, cs, cc, mi, pl, vs, vc, hi, ls, ge, lt, gt, le, al

    /// Whether the condition passes for the flags in the top four bits of an xPSR value.
    package func passes(xpsr: UInt32) -> Bool {
        let n = xpsr >> 31 & 1 != 0
        let z = xpsr >> 30 & 1 != 0
        let c = xpsr >> 29 & 1 != 0
        let v = xpsr >> 28 & 1 != 0
        switch self {
        case .eq: return z
        case .ne: return !z
        case .cs: return c
        case .cc: return !c
        case .mi: return n
        case .pl: return !n
        case .vs: return v
        case .vc: return !v
        case .hi: return c && !z
        case .ls: return !c || z
        case .ge: return n == v
        case .lt: return n != v
        case .gt: return !z && n == v
        case .le: return z || n != v
        case .al: return true
        }
    }
}

/// What an instruction asks of the pipeline.
package enum InstructionClass: String, Sendable, CaseIterable {
    /// Add, subtract, compare, logic, move without a shift.
    case alu
    /// Shift or rotate as the operation itself (`lsl`, `asr`, `ror`, `rrx`).
    case shift
    /// `movw`, `movt`, `adr`.
    case moveImmediate
    /// Bit field, extend, `clz`, `rbit`, `rev`, `sbfx`, `bfi`, `sxtb`, `uxtb16`, `pkhbt`.
    case bitField
    /// Parallel and saturating arithmetic (`sadd16`, `qadd`, `ssat`, `sel`, `usad8`).
    case dsp
    /// `mul`, `mla`, `mls`, and all DSP multiplies with a 32-bit result.
    case multiply
    /// `smull`, `umull`, `smlal`, `umlal`, `umaal`, `smlald`, …: 64-bit result.
    case multiplyLong
    case divide
    case load
    case store
    case loadMultiple
    case storeMultiple
    /// `ldrd`, `strd`.
    case loadDual, storeDual
    case exclusive
    case preload
    /// `b`, `bcc`, `cbz`, `cbnz`.
    case branch
    /// `bl`.
    case branchLink
    /// `bx`, `blx` register, `mov pc, …`, ALU writes to PC.
    case branchRegister
    /// `tbb`, `tbh`.
    case tableBranch
    case it
    /// `nop` and hints without effect.
    case nop
    /// `wfi`, `wfe`, `sev`.
    case wait
    /// `dmb`, `dsb`, `isb`.
    case barrier
    /// `svc`, `bkpt`, `udf`.
    case trap
    /// `mrs`, `msr`, `cps`.
    case system
    /// `vadd`, `vsub`, `vabs`, `vneg`, `vcmp`, `vmaxnm` and the like.
    case floatArithmetic
    case floatMultiply
    /// `vmla`, `vmls`, `vnmla`, `vnmls`.
    case floatMultiplyAccumulate
    /// `vfma`, `vfms`, `vfnma`, `vfnms`.
    case floatFusedMultiplyAccumulate
    case floatDivide
    case floatSquareRoot
    case floatConvert
    /// `vmov` between registers, immediate, `vmrs`, `vmsr`.
    case floatMove
    case floatLoad, floatStore
    case floatLoadMultiple, floatStoreMultiple
    /// Coprocessor instructions other than CP10/CP11.
    case coprocessor
    /// UNDEFINED, or not in ARMv7E-M.
    case undefined
}
