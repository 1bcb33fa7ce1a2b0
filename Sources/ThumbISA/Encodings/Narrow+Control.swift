// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 16-bit branches, hints, `it`, `cps`, traps (ARMv7-M ARM A5.2.3, A5.2.5, A5.2.6).
    static let narrowControl: [Encoding] = [
        Encoding("010001 11 0 mmmm xxx", .bx, .branchRegister, [.read(3), .writesPC]),
        Encoding("010001 11 1 mmmm xxx", .blx, .branchRegister, [.read(3), .writesPC, .writesLR]),

        Encoding("1011 0 0 i 1 iiiii nnn", .cbz, .branch, [.lowRead(0), .label(.compare)]),
        Encoding("1011 1 0 i 1 iiiii nnn", .cbnz, .branch, [.lowRead(0), .label(.compare)]),

        Encoding("1011 0110 011 0 xx if", .cpsie, .system, [.interruptMasks]),
        Encoding("1011 0110 011 1 xx if", .cpsid, .system, [.interruptMasks]),

        Encoding("1011 1110 iiiiiiii", .bkpt, .trap, [.bits(0, 8)]),

        Encoding("1011 1111 0001 0000", .yield, .nop),
        Encoding("1011 1111 0010 0000", .wfe, .wait),
        Encoding("1011 1111 0011 0000", .wfi, .wait),
        Encoding("1011 1111 0100 0000", .sev, .wait),
        // 0000 is NOP, the unallocated hints execute as NOP.
        Encoding("1011 1111 hhhh 0000", .nop, .nop),
        Encoding("1011 1111 cccc mmmm", .it, .it),

        Encoding("1101 1110 iiiiiiii", .udf, .trap, [.bits(0, 8)]),
        Encoding("1101 1111 iiiiiiii", .svc, .trap, [.bits(0, 8)]),
        Encoding(
            "1101 cccc iiiiiiii", .b, .branch, [.condition(at: 8), .label(.narrowConditional)]),
        Encoding("11100 iiiiiiiiiii", .b, .branch, [.label(.narrow)]),
    ]
}
