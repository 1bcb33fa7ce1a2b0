// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage

/// An image's symbols as the machine asks for them.
struct SymbolMap {
    private let table: SymbolTable
    /// Variables in ascending address.
    private let objects: [Symbol]
    private let executable: [Range<UInt32>]

    init(_ image: FirmwareImage) {
        table = SymbolTable(image)
        objects = image.symbols.filter { $0.kind == .object && $0.size > 0 }
            .sorted { ($0.address, $0.name) < ($1.address, $1.name) }
        executable = image.sections.filter { $0.isAllocated && $0.isExecutable && $0.size > 0 }
            .map { $0.address..<$0.address.advancedClamped(by: $0.size) }
    }

    /// The address of a symbol, or of `0x…` text; bit 0 clear.
    func address(of name: String) -> UInt32? {
        (try? table.address(of: name)).map { $0 & ~1 }
    }

    /// The function or label whose code covers `address`.
    func function(at address: UInt32) -> Symbol? {
        table.symbol(covering: address).flatMap { $0.kind == .object ? nil : $0 }
    }

    /// The variable that occupies `address`.
    func object(at address: UInt32) -> Symbol? {
        table.symbol(covering: address).flatMap { $0.kind == .object ? $0 : nil }
    }

    /// The highest variable that starts within `range`.
    func lastObject(in range: Range<UInt32>) -> Symbol? {
        objects.last { range.contains($0.address) }
    }

    /// "conv_bwd+0x1c", or nil when no symbol covers the address.
    func describe(_ address: UInt32) -> String? { table.describe(address) }

    /// Whether the image says that code stands at `address`; true everywhere without sections.
    func isExecutable(_ address: UInt32) -> Bool {
        executable.isEmpty || executable.contains { $0.contains(address) }
    }
}

extension UInt32 {
    /// The sum, or the highest address when it would wrap.
    func advancedClamped(by length: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(length)
        return overflow ? .max : sum
    }
}
