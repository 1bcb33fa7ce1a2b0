// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 16-bit loads and stores, single and multiple (ARMv7-M ARM A5.2.4, A7.7).
    static let narrowLoadStore: [Encoding] = [
        Encoding("01001 ttt iiiiiiii", .ldr, .load, [.lowWrite(8), .load(.narrowLiteral, 4)]),

        Encoding("0101 000 mmm nnn ttt", .str, .store, [.lowData(0), .store(.lowIndex, 4)]),
        Encoding("0101 001 mmm nnn ttt", .strh, .store, [.lowData(0), .store(.lowIndex, 2)]),
        Encoding("0101 010 mmm nnn ttt", .strb, .store, [.lowData(0), .store(.lowIndex, 1)]),
        Encoding("0101 011 mmm nnn ttt", .ldrsb, .load, [.lowWrite(0), .load(.lowIndex, 1)]),
        Encoding("0101 100 mmm nnn ttt", .ldr, .load, [.lowWrite(0), .load(.lowIndex, 4)]),
        Encoding("0101 101 mmm nnn ttt", .ldrh, .load, [.lowWrite(0), .load(.lowIndex, 2)]),
        Encoding("0101 110 mmm nnn ttt", .ldrb, .load, [.lowWrite(0), .load(.lowIndex, 1)]),
        Encoding("0101 111 mmm nnn ttt", .ldrsh, .load, [.lowWrite(0), .load(.lowIndex, 2)]),

        Encoding("01100 iiiii nnn ttt", .str, .store, store(4)),
        Encoding("01101 iiiii nnn ttt", .ldr, .load, load(4)),
        Encoding("01110 iiiii nnn ttt", .strb, .store, store(1)),
        Encoding("01111 iiiii nnn ttt", .ldrb, .load, load(1)),
        Encoding("10000 iiiii nnn ttt", .strh, .store, store(2)),
        Encoding("10001 iiiii nnn ttt", .ldrh, .load, load(2)),
        Encoding("10010 ttt iiiiiiii", .str, .store, [.lowData(8), .store(.stackImmediate, 4)]),
        Encoding("10011 ttt iiiiiiii", .ldr, .load, [.lowWrite(8), .load(.stackImmediate, 4)]),

        Encoding("1011 010 m rrrrrrrr", .push, .storeMultiple, [.multiple(.narrowStack, .store)]),
        Encoding("1011 110 p rrrrrrrr", .pop, .loadMultiple, [.multiple(.narrowStack, .load)]),
        Encoding("11000 nnn rrrrrrrr", .stm, .storeMultiple, [.multiple(.low, .store)]),
        Encoding("11001 nnn rrrrrrrr", .ldm, .loadMultiple, [.multiple(.low, .load)]),
    ]

    private static func store(_ bytes: Int) -> [Operand] {
        [.lowData(0), .store(.lowImmediate(scale: UInt32(bytes)), bytes)]
    }

    private static func load(_ bytes: Int) -> [Operand] {
        [.lowWrite(0), .load(.lowImmediate(scale: UInt32(bytes)), bytes)]
    }
}
