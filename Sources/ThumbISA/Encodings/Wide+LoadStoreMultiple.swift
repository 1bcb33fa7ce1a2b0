// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit load and store multiple (ARMv7-M ARM A5.3.5).
    static let loadStoreMultiple: [Encoding] = [
        Encoding("1110 1000 1011 1101 rrrrrrrrrrrrrrrr", .pop, .loadMultiple, wideLoad),
        Encoding("1110 1000 10w1 nnnn rrrrrrrrrrrrrrrr", .ldm, .loadMultiple, wideLoad),
        Encoding("1110 1000 10w0 nnnn rrrrrrrrrrrrrrrr", .stm, .storeMultiple, wideStore),
        Encoding("1110 1001 0010 1101 rrrrrrrrrrrrrrrr", .push, .storeMultiple, wideStore),
        Encoding("1110 1001 00w0 nnnn rrrrrrrrrrrrrrrr", .stmdb, .storeMultiple, wideStore),
        Encoding("1110 1001 00w1 nnnn rrrrrrrrrrrrrrrr", .ldmdb, .loadMultiple, wideLoad),
    ]

    /// Load and store dual, exclusive, table branch (ARMv7-M ARM A5.3.6).
    static let loadStoreDualExclusive: [Encoding] = [
        Encoding(
            "1110 1000 0100 nnnn tttt dddd iiiiiiii", .strex, .exclusive,
            [.write(8), .data(12), .store(.exclusive, 4)]),
        Encoding(
            "1110 1000 0101 nnnn tttt xxxx iiiiiiii", .ldrex, .exclusive,
            [.write(12), .load(.exclusive, 4)]),
        Encoding(
            "1110 1000 1100 nnnn tttt xxxx 0100 dddd", .strexb, .exclusive,
            [.write(0), .data(12), .store(.base, 1)]),
        Encoding(
            "1110 1000 1100 nnnn tttt xxxx 0101 dddd", .strexh, .exclusive,
            [.write(0), .data(12), .store(.base, 2)]),
        Encoding(
            "1110 1000 1101 nnnn xxxx xxxx 0000 mmmm", .tbb, .tableBranch,
            [.load(.table(shift: 0), 1), .writesPC]),
        Encoding(
            "1110 1000 1101 nnnn xxxx xxxx 0001 mmmm", .tbh, .tableBranch,
            [.load(.table(shift: 1), 2), .writesPC]),
        Encoding(
            "1110 1000 1101 nnnn tttt xxxx 0100 xxxx", .ldrexb, .exclusive,
            [.write(12), .load(.base, 1)]),
        Encoding(
            "1110 1000 1101 nnnn tttt xxxx 0101 xxxx", .ldrexh, .exclusive,
            [.write(12), .load(.base, 2)]),
        // P = 0 with W = 1, then P = 1.
        Encoding("1110 1000 u110 nnnn tttt ssss iiiiiiii", .strd, .storeDual, dualStore),
        Encoding("1110 1000 u111 nnnn tttt ssss iiiiiiii", .ldrd, .loadDual, dualLoad),
        Encoding("1110 1001 u1w0 nnnn tttt ssss iiiiiiii", .strd, .storeDual, dualStore),
        Encoding("1110 1001 u1w1 nnnn tttt ssss iiiiiiii", .ldrd, .loadDual, dualLoad),
    ]

    private static let wideLoad: [Operand] = [.multiple(.wide, .load)]
    private static let wideStore: [Operand] = [.multiple(.wide, .store)]
    private static let dualStore: [Operand] = [
        .data(12), .data(8), .memory(.scaledImmediate8, .store, bytes: 4, count: 2),
    ]
    private static let dualLoad: [Operand] = [
        .write(12), .write(8), .memory(.scaledImmediate8, .load, bytes: 4, count: 2),
    ]
}
