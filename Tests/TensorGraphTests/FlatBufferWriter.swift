// SPDX-License-Identifier: GPL-2.0-or-later

/// A value of a FlatBuffer, for tests that build files in memory.
indirect enum FlatValue {
    case byte(UInt8)
    case int(Int)
    case float(Float)
    case string(String)
    case bytes([UInt8])
    case ints([Int])
    case longs([Int])
    case floats([Float])
    /// Fields by number.
    case table([Int: FlatValue])
    /// All of `tables`, referred to `times` times over.
    case tables([FlatValue], times: Int = 1)

    /// Bytes in a table: the value, or a reference to it.
    fileprivate var inlineLength: Int {
        if case .byte = self { 1 } else { 4 }
    }
}

/// Writes FlatBuffers front to back: references point forward, field tables stand before tables.
struct FlatBufferWriter {
    private var bytes: [UInt8] = []

    /// The file whose root table is `root`.
    static func file(_ root: FlatValue, identifier: String) -> [UInt8] {
        var writer = FlatBufferWriter()
        writer.append(0, length: 4)
        writer.bytes += Array(identifier.utf8)
        writer.refer(from: 0, to: root)
        return writer.bytes
    }

    private mutating func append(_ value: Int, length: Int) {
        for index in 0..<length { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    private mutating func put(_ value: Int, length: Int, at offset: Int) {
        for index in 0..<length {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    private mutating func align(to alignment: Int, after prefix: Int = 0) {
        while !(bytes.count + prefix).isMultiple(of: alignment) { bytes.append(0) }
    }

    /// Writes `value` at the end and the distance to it at `slot`.
    private mutating func refer(from slot: Int, to value: FlatValue) {
        let target = write(value)
        put(target - slot, length: 4, at: slot)
    }

    /// Writes a value that is referred to; returns its offset.
    private mutating func write(_ value: FlatValue) -> Int {
        switch value {
        case .string(let text): return writeVector(Array(text.utf8) + [0], count: text.utf8.count)
        case .bytes(let values): return writeVector(values, count: values.count, alignment: 16)
        case .ints(let values):
            return writeVector(values.flatMap { littleEndian($0, 4) }, count: values.count)
        case .longs(let values):
            return writeVector(
                values.flatMap { littleEndian($0, 8) }, count: values.count, alignment: 8)
        case .floats(let values):
            return writeVector(
                values.flatMap { littleEndian(Int($0.bitPattern), 4) }, count: values.count)
        case .tables(let tables, let times):
            let count = tables.count * times
            let offset = writeVector(Array(repeating: 0, count: 4 * count), count: count)
            for (index, table) in tables.enumerated() {
                let target = write(table)
                for slot in stride(from: index, to: count, by: tables.count) {
                    put(target - (offset + 4 + 4 * slot), length: 4, at: offset + 4 + 4 * slot)
                }
            }
            return offset
        case .table(let fields): return writeTable(fields)
        case .byte, .int, .float: fatalError("a scalar is not referred to")
        }
    }

    private func littleEndian(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private mutating func writeVector(
        _ content: [UInt8], count: Int, alignment: Int = 4
    ) -> Int {
        align(to: alignment, after: 4)
        let offset = bytes.count
        append(count, length: 4)
        bytes += content
        return offset
    }

    private mutating func writeTable(_ fields: [Int: FlatValue]) -> Int {
        let entries = (fields.keys.max() ?? -1) + 1
        let order = fields.sorted {
            ($1.value.inlineLength, $0.key) < ($0.value.inlineLength, $1.key)
        }
        var positions: [Int: Int] = [:]
        var length = 4
        for (id, value) in order {
            positions[id] = length
            length += value.inlineLength
        }
        align(to: 4, after: 4 + 2 * entries)
        let fieldTable = bytes.count
        append(4 + 2 * entries, length: 2)
        append(length, length: 2)
        for id in 0..<entries { append(positions[id] ?? 0, length: 2) }
        let table = bytes.count
        append(table - fieldTable, length: 4)
        append(0, length: length - 4)
        for (id, value) in order {
            let slot = table + (positions[id] ?? 0)
            switch value {
            case .byte(let byte): put(Int(byte), length: 1, at: slot)
            case .int(let number): put(number, length: 4, at: slot)
            case .float(let number): put(Int(number.bitPattern), length: 4, at: slot)
            default: refer(from: slot, to: value)
            }
        }
        return table
    }
}
