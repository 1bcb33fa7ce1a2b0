// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Where objdump and this decoder may differ on raw bytes, and why.
///
/// objdump reads raw bytes as every Arm architecture at once, from ARMv4T coprocessors to ARMv8.1-M, while
/// Cortex-M4 and Cortex-M7 are ARMv7E-M.
enum AcceptedDisagreement {
    static func reason(_ line: ObjdumpLine, _ instruction: Instruction) -> String? {
        if instruction.instructionClass == .undefined {
            if line.saysUndefined { return nil }
            if line.namesUpperDoubleRegister {
                return "UNDEFINED: d16…d31 are not in FPv4-SP or FPv5-D16"
            }
            return undefinedHere.first { line.encoding & $0.mask == $0.value }?.reason
        }
        if line.saysUndefined {
            return reservedBits.first { $0.areWrong(line.encoding) }?.reason
        }
        return others.first { $0.applies(line, instruction) }?.reason
    }

    /// Encodings that are UNDEFINED in ARMv7E-M and something in objdump's set.
    private static let undefinedHere: [(mask: UInt32, value: UInt32, reason: String)] = [
        (0xef00_0000, 0xef00_0000, "UNDEFINED: Advanced SIMD data processing"),
        (0xff10_0000, 0xf900_0000, "UNDEFINED: Advanced SIMD element load and store"),
        (0xff00_0f10, 0xee00_0b10, "UNDEFINED: Advanced SIMD lane moves of 8 and 16 bits, `vdup`"),
        (0xf800_d000, 0xf000_c000, "UNDEFINED: ARMv7-A `blx` immediate, ARMv8.1-M loops"),
        (0xfb80_d000, 0xf380_8000, "UNDEFINED: `smc`, `hvc`, `eret`, `bxj`, 32-bit `cps`"),
        (0xfc00_0e00, 0xfc00_0a00, "UNDEFINED: coprocessors 10 and 11, FPv5 aside, in 0xfc…0xff"),
        (0xffe0_0e00, 0xec40_0a00, "UNDEFINED: `mcrr`, `mrrc` of coprocessors 10 and 11"),
        (0xefe0_0000, 0xec00_0000, "UNDEFINED: `ldc`, `stc` with P, U, D, W all 0"),
        (0xffe0_0000, 0xe8c0_0000, "UNDEFINED: doubleword exclusives, ARMv8 acquire and release"),
        (0xff00_0e10, 0xee00_0a10, "UNDEFINED: other transfers of coprocessors 10 and 11"),
        (0xffbf_0fd0, 0xeeb9_0bc0, "UNDEFINED: ARMv8.3 `vjcvt`"),
        (0xff1f_0000, 0xf80f_0000, "UNDEFINED: stores with the PC as base"),
        (0xfe80_0f00, 0xf800_0000, "UNDEFINED: register offsets with a shift of more than 3"),
        (0xffe0_f0c0, 0xfac0_f080, "UNDEFINED: ARMv8 `crc32`"),
        (0xffff_ffc0, 0xba80, "UNDEFINED: ARMv8 `hlt`"),
        (0xffff_ffe0, 0xb640, "UNDEFINED: ARMv7-A `setend`"),
        (0xffff_ffe0, 0xb600, "UNDEFINED: ARMv8-A `setpan`"),
    ]

    /// Encodings with bits that should be zero or one. Where they are not, the instruction is
    /// UNPREDICTABLE: objdump prints it as undefined, this decoder as the instruction.
    private static let reservedBits: [ReservedBits] = [
        ReservedBits(0xfe00_0000, 0xea00_0000, zero: 0x8000, "data processing, shifted register"),
        ReservedBits(0xfb00_8000, 0xf300_0000, zero: 0x0400_0030, "bit field and saturation"),
        ReservedBits(0xff80_f080, 0xfa00_f080, zero: 0x40, "extension"),
        ReservedBits(0xffd0_00f0, 0xfb90_00f0, one: 0xf000, "`sdiv`, `udiv`"),
        ReservedBits(0xfff0_0000, 0xe850_0000, one: 0xf00, "`ldrex`"),
        ReservedBits(0xfff0_00e0, 0xe8d0_0040, one: 0xf0f, "`ldrexb`, `ldrexh`"),
        ReservedBits(0xfff0_00e0, 0xe8c0_0040, one: 0xf00, "`strexb`, `strexh`"),
        ReservedBits(0xfff0_00e0, 0xe8d0_0000, zero: 0xf00, one: 0xf000, "`tbb`, `tbh`"),
        ReservedBits(0xffe0_0f10, 0xee00_0a10, zero: 0x6f, "`vmov` between core and S register"),
        ReservedBits(0xffc0_0f70, 0xee00_0b10, zero: 0x0f, "`vmov` between core and half D"),
        ReservedBits(0xffef_0f10, 0xeee1_0a10, zero: 0xef, "`vmrs`, `vmsr`"),
        ReservedBits(0xffb0_0e50, 0xeeb0_0a00, zero: 0xa0, "`vmov` immediate"),
        ReservedBits(0xffbf_0e50, 0xeeb5_0a40, zero: 0x2f, "`vcmp` with zero"),
        ReservedBits(0xfff0_d000, 0xf3a0_8000, zero: 0x2800, one: 0xf_0000, "hints"),
        ReservedBits(0xfff0_d000, 0xf3b0_8000, zero: 0x2000, one: 0xf_0f00, "barriers"),
        ReservedBits(0xfff0_d0f0, 0xf3b0_8020, one: 0xf, "`clrex`"),
        ReservedBits(0xffe0_d000, 0xf380_8000, zero: 0x10_2300, "`msr`"),
        ReservedBits(0xffe0_d000, 0xf3e0_8000, zero: 0x10_2000, one: 0xf_0000, "`mrs`"),
        ReservedBits(0xffff_ff00, 0x4700, zero: 7, "`bx`, `blx`"),
        ReservedBits(0xffff_ffe0, 0xb660, zero: 0xc, "`cpsie`, `cpsid`"),
        ReservedBits(0xec00_0e00, 0xec00_0800, zero: 0, "half precision is coprocessor 9 here"),
    ]

    private struct Rule: Sendable {
        let reason: String
        let applies: @Sendable (ObjdumpLine, Instruction) -> Bool
    }

    private static let others: [Rule] = [
        Rule(reason: "names of other coprocessors: FPA, Maverick, iWMMXt, half precision, MVE") {
            $1.instructionClass == .coprocessor && $0.encoding & 0xec00_0000 == 0xec00_0000
                && $0.encoding >> 9 & 7 != 5
        },
        Rule(reason: "UNPREDICTABLE: an empty floating-point list, or one beyond the last register")
        {
            line, instruction in
            let found = Spelling(kinglet: instruction.description)
            let expected = Spelling(objdump: line)
            let isMultiple = [.floatLoadMultiple, .floatStoreMultiple].contains(
                instruction.instructionClass)
            let base = expected.operands.prefix { $0 != "{" }
            let isCut = ["s31}", "d15}", "{}"].contains { found.operands.hasSuffix($0) }
            return isMultiple && isCut && expected.mnemonic == found.mnemonic
                && found.operands.hasPrefix(base)
        },
        Rule(reason: "unallocated hints, and halfword loads to the PC, are NOP") {
            $1.mnemonic == .nop && $0.encoding != 0xbf00 && $0.encoding != 0xf3af_8000
        },
        Rule(reason: "`al` in an IT block is not shown, 0b1111 is shown as `al`") {
            ($1.isInITBlock || $1.mnemonic == .it) && $1.condition == .al
                && $0.encoding & 0xff00 == 0xbf00
        },
        Rule(reason: "ARMv8-M `bxns`, `blxns`: UNPREDICTABLE `bx`, `blx`") {
            $0.encoding & 0xffff_ff04 == 0x4704 && [.bx, .blx].contains($1.mnemonic)
        },
        Rule(reason: "UNPREDICTABLE: the two copies of Rm differ (`rev`, `rbit`, `clz`)") {
            let names: [Mnemonic] = [.rev, .rev16, .revsh, .rbit, .clz]
            return names.contains($1.mnemonic) && $0.encoding >> 16 & 0xf != $0.encoding & 0xf
        },
        Rule(reason: "UNPREDICTABLE: byte and halfword loads of the PC that are no plain hints") {
            $0.encoding & 0xfec0_f000 == 0xf800_f000 && $1.instructionClass == .load
        },
        Rule(reason: "the unprivileged literal load is the literal load") {
            $0.encoding & 0xfe1f_0000 == 0xf81f_0000 && $0.mnemonic == "\($1.mnemonic)t"
        },
        Rule(reason: "a zero offset of the PC, below zero, or written back is shown") {
            line, instruction in
            let found = Spelling(kinglet: instruction.description)
            let expected = Spelling(objdump: line)
            let base = expected.operands.prefix { $0 != "]" }
            let tails = [", #0]!", ", #-0]!", "], #-0", ", #0]", ", #-0]"].map { "\(base)\($0)" }
            return expected.mnemonic == found.mnemonic && tails.contains(found.operands)
        },
        Rule(reason: "UNPREDICTABLE: multiple loads with the PC as base, ARMv8.1-M `clrm`") {
            [.loadMultiple, .floatLoadMultiple].contains($1.instructionClass)
                && $0.encoding >> 16 & 0xf == 0xf
        },
        Rule(reason: "UNPREDICTABLE: multiplies with the PC, ARMv8.1-M pointer authentication") {
            ["pacg", "autg", "bxaut"].contains($0.mnemonic) && $1.instructionClass == .multiply
        },
        Rule(reason: "UNPREDICTABLE: `strex` of the PC, ARMv8-M `tt`") {
            $0.mnemonic.hasPrefix("tt") && $1.mnemonic == .strex && $0.encoding >> 12 & 0xf == 0xf
        },
        Rule(reason: "UNPREDICTABLE: `vmov` to the PC") {
            $1.mnemonic == .vmov && $0.encoding & 0xfff0_ff10 == 0xee10_fa10
        },
        Rule(reason: "UNPREDICTABLE reserved bits: `vmrs`") { line, instruction in
            instruction.mnemonic == .vmrs && reservedBits.contains { $0.areWrong(line.encoding) }
        },
        Rule(reason: "reserved options of barriers, which act as SY; ARMv8 names some of them") {
            $1.instructionClass == .barrier && $0.encoding & 0xf != 0xf
        },
        Rule(reason: "UNPREDICTABLE: bit 4 of `ssat16`, `usat16`") {
            [.ssat16, .usat16].contains($1.mnemonic) && $0.encoding & 0x10 != 0
        },
        Rule(reason: "the A bit of `cps` is reserved") {
            $0.encoding & 0xffff_ffe4 == 0xb664 && [.cpsie, .cpsid].contains($1.mnemonic)
        },
        Rule(reason: "special registers that ARMv7-M does not have, or reserved bits") {
            line, instruction in
            guard [.mrs, .msr].contains(instruction.mnemonic) else { return false }
            let allocated: Set<UInt32> = [0, 1, 2, 3, 5, 6, 7, 8, 9, 16, 17, 18, 19, 20]
            return !allocated.contains(line.encoding & 0xff)
                || reservedBits.contains { $0.areWrong(line.encoding) }
        },
    ]
}

/// Bits of an instruction that should be zero or one, named by a mask over the fixed bits.
private struct ReservedBits: Sendable {
    let mask: UInt32
    let value: UInt32
    let zero: UInt32
    let one: UInt32
    let reason: String

    init(
        _ mask: UInt32, _ value: UInt32, zero: UInt32 = 0, one: UInt32 = 0, _ instructions: String
    ) {
        self.mask = mask
        self.value = value
        self.zero = zero
        self.one = one
        reason = "UNPREDICTABLE reserved bits: \(instructions)"
    }

    func areWrong(_ encoding: UInt32) -> Bool {
        guard encoding & mask == value else { return false }
        return encoding & zero != 0 || ~encoding & one != 0 || zero | one == 0
    }
}

extension ObjdumpLine {
    /// objdump's ways to say that nothing has this encoding.
    var saysUndefined: Bool {
        mnemonic.isEmpty || comment.contains("<UNDEFINED>") || mnemonic.contains("??")
            || mnemonic.hasPrefix("undefined")
    }
}
