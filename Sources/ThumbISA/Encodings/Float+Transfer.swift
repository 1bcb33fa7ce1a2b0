// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Moves between core and floating-point registers (ARMv7-M ARM A6.6, A6.7).
    static let floatTransfer: [Encoding] = [
        Encoding(
            "1110 1100 0100 uuuu tttt 1010 00m1 mmmm", .vmov, .floatMove,
            [.float(.m, .single, .write), .nextFloat(.m, .write), .read(12), .read(16)]),
        Encoding(
            "1110 1100 0101 uuuu tttt 1010 00m1 mmmm", .vmov, .floatMove,
            [.write(12), .write(16), .float(.m, .single, .read), .nextFloat(.m, .read)]),
        Encoding(
            "1110 1100 0100 uuuu tttt 1011 00m1 mmmm", .vmov, .floatMove,
            [.float(.m, .double, .write), .read(12), .read(16)]),
        Encoding(
            "1110 1100 0101 uuuu tttt 1011 00m1 mmmm", .vmov, .floatMove,
            [.write(12), .write(16), .float(.m, .double, .read)]),

        Encoding(
            "1110 1110 0000 nnnn tttt 1010 nxx1 xxxx", .vmov, .floatMove,
            [.float(.n, .single, .write), .read(12)]),
        Encoding(
            "1110 1110 0001 nnnn tttt 1010 nxx1 xxxx", .vmov, .floatMove,
            [.write(12), .float(.n, .single, .read)]),
        Encoding(
            "1110 1110 00h0 nnnn tttt 1011 n001 xxxx", .vmov, .floatMove, suffix: ".32",
            [.floatLane(.write), .read(12)]),
        Encoding(
            "1110 1110 00h1 nnnn tttt 1011 n001 xxxx", .vmov, .floatMove, suffix: ".32",
            [.write(12), .floatLane(.read)]),
        Encoding(
            "1110 1110 1110 0001 tttt 1010 xxx1 xxxx", .vmsr, .floatMove,
            [.text("fpscr"), .read(12)]),
        Encoding(
            "1110 1110 1111 0001 1111 1010 xxx1 xxxx", .vmrs, .floatMove, flags: .always,
            [.text("apsr_nzcv"), .text("fpscr")]),
        Encoding(
            "1110 1110 1111 0001 tttt 1010 xxx1 xxxx", .vmrs, .floatMove,
            [.write(12), .text("fpscr")]),
    ]
}
