// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Floating-point loads and stores (ARMv7-M ARM A6.5). Bits 11:9 are 0b101, bit 8 selects double.
    static let floatLoadStore: [Encoding] =
        [
            Encoding(
                "1110 1101 0d10 1101 dddd 101z iiiiiiii", .vpush, .floatStoreMultiple, storeMany),
            Encoding(
                "1110 1100 1d11 1101 dddd 101z iiiiiiii", .vpop, .floatLoadMultiple, loadMany),
            Encoding(
                "1110 1100 1dw0 nnnn dddd 101z iiiiiiii", .vstm, .floatStoreMultiple, storeMany),
            Encoding(
                "1110 1100 1dw1 nnnn dddd 101z iiiiiiii", .vldm, .floatLoadMultiple, loadMany),
            Encoding(
                "1110 1101 0d10 nnnn dddd 101z iiiiiiii", .vstmdb, .floatStoreMultiple, storeMany),
            Encoding(
                "1110 1101 0d11 nnnn dddd 101z iiiiiiii", .vldmdb, .floatLoadMultiple, loadMany),
        ]
        + single("0", .single, 4) + single("1", .double, 8)

    private static func single(
        _ size: String, _ precision: FloatPrecision, _ bytes: Int
    ) -> [Encoding] {
        [
            Encoding(
                "1110 1101 ud00 nnnn dddd 101\(size) iiiiiiii", .vstr, .floatStore,
                [.float(.d, precision, .read), .store(.scaledImmediate8, bytes)]),
            Encoding(
                "1110 1101 ud01 nnnn dddd 101\(size) iiiiiiii", .vldr, .floatLoad,
                [.float(.d, precision, .write), .load(.scaledImmediate8, bytes)]),
        ]
    }

    private static let storeMany: [Operand] = [.multiple(.float, .store)]
    private static let loadMany: [Operand] = [.multiple(.float, .load)]
}
