// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage

/// Names for addresses, and addresses for names.
struct SymbolMap {
    private let functions: [Symbol]
    private let objects: [Symbol]
    private let byName: [String: Symbol]
    private let executable: [Range<UInt32>]

    init(_ image: FirmwareImage) {
        let order = { (a: Symbol, b: Symbol) in
            (a.address, a.size, a.name) < (b.address, b.size, b.name)
        }
        let sections = image.sections.filter { $0.isAllocated && $0.isExecutable && $0.size > 0 }
        let ranges = sections.map { $0.address..<$0.address.advancedClamped(by: $0.size) }
        executable = ranges
        functions = image.symbols.filter { symbol in
            symbol.kind == .function
                || symbol.kind == .other && !symbol.name.hasPrefix("$")
                    && ranges.contains { $0.contains(symbol.address) }
        }.sorted(by: order)
        objects = image.symbols.filter { $0.kind == .object && $0.size > 0 }.sorted(by: order)
        var names: [String: Symbol] = [:]
        for symbol in image.symbols.sorted(by: order) {
            if let known = names[symbol.name], known.isGlobal || !symbol.isGlobal { continue }
            names[symbol.name] = symbol
        }
        byName = names
    }

    /// The address of a symbol, or of `0x…` text; bit 0 clear.
    func address(of name: String) -> UInt32? {
        if name.hasPrefix("0x") || name.hasPrefix("0X") {
            return UInt32(name.dropFirst(2), radix: 16).map { $0 & ~1 }
        }
        return byName[name]?.address
    }

    /// The function whose code covers `address`.
    func function(at address: UInt32) -> Symbol? {
        guard let index = Self.lastIndex(in: functions, notAfter: address) else { return nil }
        // Labels without a size stand inside sized functions; prefer the one that covers.
        var candidate = index
        while functions[candidate].size > 0, !functions[candidate].covers(address) {
            guard candidate > 0, index - candidate < 16 else { return nil }
            candidate -= 1
        }
        let symbol = functions[candidate]
        if symbol.size == 0, candidate > 0, functions[candidate - 1].covers(address) {
            return functions[candidate - 1]
        }
        guard symbol.size > 0 || address - symbol.address < 0x1_0000 else { return nil }
        return symbol
    }

    /// The variable that occupies `address`.
    func object(at address: UInt32) -> Symbol? {
        guard let index = Self.lastIndex(in: objects, notAfter: address),
            objects[index].covers(address)
        else { return nil }
        return objects[index]
    }

    /// The highest variable that starts below `end` within `range`.
    func lastObject(in range: Range<UInt32>) -> Symbol? {
        guard range.upperBound > 0,
            let index = Self.lastIndex(in: objects, notAfter: range.upperBound - 1),
            range.contains(objects[index].address)
        else { return nil }
        return objects[index]
    }

    /// "conv_bwd+0x1c", or nil when no function covers the address.
    func describe(_ address: UInt32) -> String? {
        guard let symbol = function(at: address) else { return nil }
        let offset = address - symbol.address
        return offset == 0 ? symbol.name : "\(symbol.name)+0x\(String(offset, radix: 16))"
    }

    /// Whether the image says that code stands at `address`; true everywhere without sections.
    func isExecutable(_ address: UInt32) -> Bool {
        executable.isEmpty || executable.contains { $0.contains(address) }
    }

    private static func lastIndex(in symbols: [Symbol], notAfter address: UInt32) -> Int? {
        var low = 0
        var high = symbols.count
        while low < high {
            let middle = (low + high) / 2
            if symbols[middle].address <= address { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}

extension Symbol {
    fileprivate func covers(_ other: UInt32) -> Bool {
        other >= address && UInt64(other) < UInt64(address) + UInt64(size)
    }
}

extension UInt32 {
    /// The sum, or the highest address when it would wrap.
    func advancedClamped(by length: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(length)
        return overflow ? .max : sum
    }
}
