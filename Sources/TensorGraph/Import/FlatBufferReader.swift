// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads tables of a FlatBuffer; every access is checked against the file's size.
///
/// Offsets in a FlatBuffer may point anywhere, also at the same bytes many times. What is read is
/// therefore charged to a budget proportional to the file, which bounds time and memory.
final class FlatBufferReader {
    /// A table's position and the extent of its field table.
    struct Table {
        /// File offset of the table.
        let offset: Int
        fileprivate let vtable: Int
        fileprivate let vtableLength: Int
        fileprivate let length: Int
    }

    /// A vector's first element and count, within the file.
    struct Vector {
        let offset: Int
        let count: Int
    }

    private let bytes: [UInt8]
    private var budget: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        budget = bytes.count * 16 + 65536
    }

    var count: Int { bytes.count }

    /// The table that the file's first word points to.
    func root() throws(ImportError) -> Table {
        try table(at: try u32(at: 0, "root offset"), "root table")
    }

    func check(_ offset: Int, _ length: Int, _ what: String) throws(ImportError) {
        guard offset >= 0, length >= 0, offset <= bytes.count, length <= bytes.count - offset
        else {
            throw .outOfBounds(
                what: what, offset: offset, length: length, fileSize: bytes.count)
        }
    }

    private func charge(_ length: Int, at offset: Int, _ what: String) throws(ImportError) {
        budget -= length
        guard budget >= 0 else {
            throw .tooLarge(
                what: "\(what) (data used again and again)", offset: offset,
                limit: bytes.count * 16 + 65536)
        }
    }

    func u8(at offset: Int, _ what: String) throws(ImportError) -> Int {
        try check(offset, 1, what)
        return Int(bytes[offset])
    }

    func u16(at offset: Int, _ what: String) throws(ImportError) -> Int {
        try check(offset, 2, what)
        return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
    }

    func u32(at offset: Int, _ what: String) throws(ImportError) -> Int {
        try check(offset, 4, what)
        return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
            | Int(bytes[offset + 3]) << 24
    }

    func i32(at offset: Int, _ what: String) throws(ImportError) -> Int {
        Int(Int32(truncatingIfNeeded: try u32(at: offset, what)))
    }

    private func table(at offset: Int, _ what: String) throws(ImportError) -> Table {
        try charge(32, at: offset, what)
        let vtable = offset - (try i32(at: offset, "\(what)"))
        let vtableLength = try u16(at: vtable, "field table of \(what)")
        let length = try u16(at: vtable + 2, "field table of \(what)")
        guard vtableLength >= 4, vtableLength.isMultiple(of: 2), length >= 4 else {
            throw .malformed(
                ImportPlace(offset: vtable), what: "the field table of \(what)",
                found: "\(vtableLength) bytes for a table of \(length)",
                valid: "an even number of at least 4, for a table of at least 4")
        }
        try check(vtable, vtableLength, "field table of \(what)")
        try check(offset, length, what)
        return Table(offset: offset, vtable: vtable, vtableLength: vtableLength, length: length)
    }

    /// File offset of a field of `length` bytes; nil when the table does not have it.
    private func field(
        _ id: Int, of table: Table, length: Int, _ what: String
    ) throws(ImportError) -> Int? {
        let entry = 4 + 2 * id
        guard entry + 2 <= table.vtableLength else { return nil }
        let relative = try u16(at: table.vtable + entry, what)
        guard relative != 0 else { return nil }
        guard relative >= 4, relative + length <= table.length else {
            throw .malformed(
                ImportPlace(offset: table.vtable + entry), what: "the position of \(what)",
                found: "\(relative)", valid: "4...\(table.length - length)")
        }
        return table.offset + relative
    }

    func byte(
        _ id: Int, of table: Table, default value: Int = 0, _ what: String
    ) throws(ImportError) -> Int {
        guard let offset = try field(id, of: table, length: 1, what) else { return value }
        return try u8(at: offset, what)
    }

    func int32(
        _ id: Int, of table: Table, default value: Int = 0, _ what: String
    ) throws(ImportError) -> Int {
        guard let offset = try field(id, of: table, length: 4, what) else { return value }
        return try i32(at: offset, what)
    }

    func uint32(
        _ id: Int, of table: Table, _ what: String
    ) throws(ImportError) -> Int {
        guard let offset = try field(id, of: table, length: 4, what) else { return 0 }
        return try u32(at: offset, what)
    }

    func float(
        _ id: Int, of table: Table, default value: Float, _ what: String
    ) throws(ImportError) -> Float {
        guard let offset = try field(id, of: table, length: 4, what) else { return value }
        return Float(bitPattern: UInt32(try u32(at: offset, what)))
    }

    /// Whether an 8-byte or reference field is present.
    func has(
        _ id: Int, of table: Table, length: Int = 4, _ what: String
    ) throws(ImportError) -> Bool {
        try field(id, of: table, length: length, what) != nil
    }

    /// The target of a reference field.
    private func target(
        _ id: Int, of table: Table, _ what: String
    ) throws(ImportError) -> Int? {
        guard let offset = try field(id, of: table, length: 4, what) else { return nil }
        return offset + (try u32(at: offset, what))
    }

    func table(_ id: Int, of table: Table, _ what: String) throws(ImportError) -> Table? {
        guard let offset = try target(id, of: table, what) else { return nil }
        return try self.table(at: offset, what)
    }

    func vector(
        _ id: Int, of table: Table, elementLength: Int, _ what: String
    ) throws(ImportError) -> Vector? {
        guard let offset = try target(id, of: table, what) else { return nil }
        let count = try u32(at: offset, "length of \(what)")
        try check(offset + 4, count * elementLength, what)
        return Vector(offset: offset + 4, count: count)
    }

    /// Element `index` of a vector of tables.
    func table(
        _ index: Int, of vector: Vector, _ what: String
    ) throws(ImportError) -> Table {
        let slot = vector.offset + 4 * index
        return try table(at: slot + (try u32(at: slot, what)), what)
    }

    func string(
        _ id: Int, of table: Table, maximumLength: Int, _ what: String
    ) throws(ImportError) -> String? {
        guard let vector = try vector(id, of: table, elementLength: 1, what) else { return nil }
        guard vector.count <= maximumLength else {
            throw .tooLarge(what: "length of \(what)", offset: vector.offset, limit: maximumLength)
        }
        try charge(vector.count, at: vector.offset, what)
        return String(decoding: bytes[vector.offset..<vector.offset + vector.count], as: UTF8.self)
    }

    func int8Values(_ vector: Vector, _ what: String) throws(ImportError) -> [Int8] {
        try charge(vector.count, at: vector.offset, what)
        return bytes[vector.offset..<vector.offset + vector.count].map { Int8(bitPattern: $0) }
    }

    /// `count` little-endian words from `offset`, of `wordLength` 4 or 8 bytes, the lower 4 of
    /// which are returned; 8-byte words must fit.
    func words(
        at offset: Int, count: Int, wordLength: Int = 4, _ what: String
    ) throws(ImportError) -> [UInt32] {
        try check(offset, count * wordLength, what)
        try charge(count * wordLength, at: offset, what)
        var words: [UInt32] = []
        words.reserveCapacity(count)
        for position in stride(from: offset, to: offset + count * wordLength, by: wordLength) {
            let low = UInt32(try u32(at: position, what))
            if wordLength == 8 {
                let high = UInt32(try u32(at: position + 4, what))
                guard high == (Int32(bitPattern: low) < 0 ? .max : 0) else {
                    throw .malformed(
                        ImportPlace(offset: position), what: what,
                        found: "a number beyond 32 bits", valid: "-2^31...2^31-1")
                }
            }
            words.append(low)
        }
        return words
    }

    func ints(_ vector: Vector, wordLength: Int = 4, _ what: String) throws(ImportError) -> [Int] {
        try words(at: vector.offset, count: vector.count, wordLength: wordLength, what)
            .map { Int(Int32(bitPattern: $0)) }
    }

    func floats(_ vector: Vector, _ what: String) throws(ImportError) -> [Float] {
        try words(at: vector.offset, count: vector.count, what).map { Float(bitPattern: $0) }
    }
}
