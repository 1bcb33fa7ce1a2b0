// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Testing

@Suite("Symbol lookup")
struct SymbolTableTests {
    private static func table(_ symbols: [Symbol]) -> SymbolTable {
        SymbolTable(
            FirmwareImage(
                format: .elf,
                segments: [
                    Segment(loadAddress: 0, virtualAddress: 0, bytes: [0], memorySize: 0x1000)
                ],
                sections: [
                    Section(
                        name: ".text", address: 0, size: 0x800, isAllocated: true,
                        isWritable: false, isExecutable: true, isZeroInitialised: false),
                    Section(
                        name: ".rodata", address: 0x800, size: 0x800, isAllocated: true,
                        isWritable: false, isExecutable: false, isZeroInitialised: false),
                ],
                symbols: symbols))
    }

    private static func function(
        _ name: String, _ address: UInt32, _ size: UInt32, isGlobal: Bool = true,
        isWeak: Bool = false
    ) -> Symbol {
        Symbol(
            name: name, address: address, size: size, kind: .function, isGlobal: isGlobal,
            isWeak: isWeak)
    }

    @Test("should find the function around an address, and nothing between functions")
    func covering() {
        let table = Self.table([
            Self.function("second", 0x200, 0x10), Self.function("first", 0x100, 0x20),
        ])
        #expect(table.symbol(covering: 0x0FF) == nil)
        #expect(table.symbol(covering: 0x100)?.name == "first")
        #expect(table.symbol(covering: 0x11F)?.name == "first")
        #expect(table.symbol(covering: 0x120) == nil)
        #expect(table.describe(0x20C) == "second+0xc")
        #expect(table.describe(0x201) == "second")
        #expect(table.describe(0x0) == nil)
    }

    @Test("should prefer the innermost of nested functions, and return to the outer one")
    func nested() {
        let table = Self.table([
            Self.function("outer", 0x100, 0x100), Self.function("inner", 0x140, 0x20),
        ])
        let names = [0x13E, 0x140, 0x15F, 0x160, 0x1FF].map {
            table.symbol(covering: $0)?.name
        }
        #expect(names == ["outer", "inner", "inner", "outer", "outer"])
    }

    @Test("should let a label without size reach to the next symbol of its code section only")
    func labels() {
        var label = Self.function("memcpy_asm", 0x300, 0)
        label.kind = .other
        let mark = Symbol(name: "__etext", address: 0x800, size: 0, kind: .other, isGlobal: true)
        let table = Self.table([label, Self.function("next", 0x340, 8), mark])
        #expect(table.symbol(covering: 0x33E)?.name == "memcpy_asm")
        #expect(table.symbol(covering: 0x342)?.name == "next")
        #expect(table.symbol(covering: 0x348) == nil)
        #expect(table.symbol(covering: 0x804) == nil)
    }

    @Test("should not take an absolute number of the linker script for a place in the code")
    func absolute() {
        let size = Symbol(
            name: "__stack_size__", address: 0x400, size: 0, kind: .other, isGlobal: true,
            isAbsolute: true)
        let table = Self.table([size])
        #expect(table.symbol(covering: 0x402) == nil)
        #expect(table.symbol(named: "__stack_size__")?.address == 0x400)
    }

    @Test("should name a handler by its strong name among aliases")
    func aliases() {
        let table = Self.table([
            Self.function("SPI0_Handler", 0x100, 4, isWeak: true),
            Self.function("Default_Handler", 0x100, 4),
            Self.function("UART_Handler", 0x100, 4, isWeak: true),
        ])
        #expect(table.symbol(covering: 0x102)?.name == "Default_Handler")
    }

    @Test("should resolve names and addresses, and suggest the nearest name")
    func names() throws {
        let table = Self.table([
            Self.function("train_step", 0x100, 4), Self.function("train_stop", 0x200, 4),
        ])
        #expect(try table.address(of: "train_step") == 0x100)
        #expect(try table.address(of: "0x08000101") == 0x0800_0100)
        #expect(
            throws: FirmwareImageError.unknownSymbol(
                name: "Train_stp", suggestion: "train_step", symbolCount: 2)
        ) { try table.address(of: "Train_stp") }
        #expect(
            throws: FirmwareImageError.unknownSymbol(
                name: "conv", suggestion: nil, symbolCount: 2)
        ) { try table.address(of: "conv") }
        #expect(throws: FirmwareImageError.invalidAddress(text: "0x123456789")) {
            try table.address(of: "0x123456789")
        }
    }
}
