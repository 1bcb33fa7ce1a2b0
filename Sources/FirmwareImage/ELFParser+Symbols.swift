// SPDX-License-Identifier: GPL-2.0-or-later

extension ELFParser {
    private static let entrySize: UInt64 = 16
    private static let undefined: UInt16 = 0
    private static let absolute: UInt16 = 0xFFF1

    /// The defined symbols of every symbol table, in the file's order.
    func symbols(_ headers: [ELFSectionHeader]) throws(FirmwareImageError) -> [Symbol] {
        // A second SHT_SYMTAB is not allowed by the standard; taking only the first also bounds
        // the work to one pass over the file.
        guard let table = headers.first(where: { $0.type == ELFSectionHeader.typeSymbolTable })
        else { return [] }
        let what = "section header \(table.index) (symbol table)"
        guard table.entrySize == Self.entrySize else {
            throw .invalidField(
                what: "\(what) entry size", offset: table.entryOffset + 36,
                found: "\(table.entrySize)", valid: "16")
        }
        guard UInt64(table.size) % Self.entrySize == 0 else {
            throw .invalidField(
                what: "\(what) size", offset: table.entryOffset + 20, found: "\(table.size)",
                valid: "a multiple of 16")
        }
        guard Int(table.link) < headers.count else {
            throw .invalidField(
                what: "\(what) link to its string table", offset: table.entryOffset + 24,
                found: "\(table.link)", valid: "0 to \(headers.count - 1)")
        }
        var names = try stringTable(headers, Int(table.link), usedBy: "symbol names")
        let range = try file.range(
            at: UInt64(table.offset), length: UInt64(table.size), what)
        var symbols: [Symbol] = []
        for base in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
            if let symbol = try symbol(at: base, &names) { symbols.append(symbol) }
        }
        return symbols
    }

    private func symbol(
        at base: Int, _ names: inout ELFStringTable
    ) throws(FirmwareImageError) -> Symbol? {
        let offset = UInt64(base)
        let nameOffset = try file.u32(at: offset, "symbol name")
        let info = try file.u8(at: offset + 12, "symbol type")
        let section = try file.u16(at: offset + 14, "symbol section")
        guard section != Self.undefined, let kind = Self.kind(ofType: info & 0xF) else {
            return nil
        }
        let name = try names.string(at: nameOffset, "symbol name", base)
        guard !name.isEmpty, !Self.isMappingSymbol(name) else { return nil }
        let value = try file.u32(at: offset + 4, "symbol value")
        let binding = info >> 4
        return Symbol(
            name: name, address: kind == .function ? value & ~1 : value,
            size: try file.u32(at: offset + 8, "symbol size"), kind: kind,
            isGlobal: binding == 1 || binding == 2, isWeak: binding == 2,
            isAbsolute: section == Self.absolute)
    }

    /// nil for section (3), file (4) and thread-local (6) symbols, which name no address.
    private static func kind(ofType type: UInt8) -> Symbol.Kind? {
        switch type {
        case 1, 5: .object
        case 2, 10: .function
        case 3, 4, 6: nil
        default: .other
        }
    }

    /// `$a`, `$t`, `$d`, optionally followed by `.anything` (ELF for the Arm Architecture, 4.5.5).
    private static func isMappingSymbol(_ name: String) -> Bool {
        let bytes = Array(name.utf8.prefix(3))
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "$") else { return false }
        return Array("atdx".utf8).contains(bytes[1])
            && (bytes.count == 2 || bytes[2] == UInt8(ascii: "."))
    }
}
