// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit branches, hints, barriers, special registers (ARMv7-M ARM A5.3.4).
    static let branchAndSystem: [Encoding] = [
        Encoding(
            "1111 0011 100x nnnn 10x0 mmxx ssssssss", .msr, .system,
            [.specialRegister(.write), .read(16)]),
        Encoding("1111 0011 1010 xxxx 10x0 x000 00000001", .yield, .nop),
        Encoding("1111 0011 1010 xxxx 10x0 x000 00000010", .wfe, .wait),
        Encoding("1111 0011 1010 xxxx 10x0 x000 00000011", .wfi, .wait),
        Encoding("1111 0011 1010 xxxx 10x0 x000 00000100", .sev, .wait),
        Encoding("1111 0011 1010 xxxx 10x0 x000 1111iiii", .dbg, .nop, [.bits(0, 4)]),
        // 00000000 is NOP, the unallocated hints execute as NOP.
        Encoding("1111 0011 1010 xxxx 10x0 x000 hhhhhhhh", .nop, .nop),
        Encoding("1111 0011 1011 xxxx 10x0 xxxx 0010xxxx", .clrex, .exclusive),
        Encoding("1111 0011 1011 xxxx 10x0 xxxx 0100iiii", .dsb, .barrier, [.barrierOption]),
        Encoding("1111 0011 1011 xxxx 10x0 xxxx 0101iiii", .dmb, .barrier, [.barrierOption]),
        Encoding("1111 0011 1011 xxxx 10x0 xxxx 0110iiii", .isb, .barrier, [.barrierOption]),
        Encoding(
            "1111 0011 111x xxxx 10x0 dddd ssssssss", .mrs, .system,
            [.write(8), .specialRegister(.read)]),
        Encoding(
            "1111 0111 1111 iiii 1010 iiiiiiiiiiii", .udf, .trap,
            [.immediate(.permanentlyUndefined)]),
        // The conditions 0b1110 and 0b1111 hold nothing but the rows above.
        Encoding("11110 x 111x xxxxxx 10x0 xxxxxxxxxxxx", .udf, .undefined),
        Encoding(
            "11110 s cccc iiiiii 10j0 jiiiiiiiiiii", .b, .branch,
            [.condition(at: 22), .label(.wideConditional)]),
        Encoding("11110 s iiiiiiiiii 10j1 jiiiiiiiiiii", .b, .branch, [.label(.wide)]),
        Encoding(
            "11110 s iiiiiiiiii 11j1 jiiiiiiiiiii", .bl, .branchLink, [.label(.wide), .writesLR]),
    ]
}
