// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Board files")
struct BoardTests {
    @Test("should describe the nRF52840 with exactly 256 KB of SRAM and 1 MB of flash")
    func nordic() throws {
        let board = try Board.named("nrf52840")
        #expect(board.core == .cortexM4F)
        #expect(board.clockHz == 64_000_000)
        #expect(board.flashLimitBytes == 1 << 20)
        #expect(board.sramLimitBytes == 256 << 10)
        #expect(board.interruptCount == 48)
        #expect(board.priorityBits == 3)
        #expect(board.vectorTable == 0)
        #expect(!board.hasBitBand)
        #expect(board.flashController?.kind == .nrf52)
        #expect(board.flashController?.sectors.map(\.count) == [256])
    }

    @Test(
        "should describe the STM32F746 discovery board with its aliases and tightly coupled memories"
    )
    func st() throws {
        let board = try Board.named("stm32f746g-disco")
        #expect(board.core == .cortexM7)
        #expect(board.clockHz == 216_000_000)
        #expect(board.flashLimitBytes == 1 << 20)
        #expect(board.sramLimitBytes == 320 << 10)
        #expect(board.memories.first { $0.kind == .flash }?.aliases == [0x0020_0000])
        #expect(board.memories.first { $0.kind == .itcm }?.origin == 0)
        #expect(board.interruptCount == 98)
        #expect(board.priorityBits == 4)
        #expect(board.sysTickReferenceDivider == 8)
        #expect(board.flashController?.kind == .stm32f7)
        #expect(
            board.flashController?.sectors.map { "\($0.count) x \($0.lengthBytes / 1024)" }
                == ["4 x 32", "1 x 128", "3 x 256"])
    }

    @Test("should offer every embedded board, the default first")
    func catalogue() {
        #expect(
            Board.all.map(\.name) == [
                "nrf52840", "stm32f407g-disc1", "nucleo-l4r5zi", "stm32f746g-disco",
                "nucleo-f767zi", "nucleo-h743zi",
            ])
    }

    @Test("should name the valid boards when one is unknown")
    func unknown() {
        let error = #expect(throws: BoardError.self) { try Board.named("arduino") }
        #expect(
            error?.description
                == "unknown board 'arduino'; valid boards: nrf52840, stm32f407g-disc1, "
                + "nucleo-l4r5zi, stm32f746g-disco, nucleo-f767zi, nucleo-h743zi")
    }

    @Test("should make a generic board from core, flash and RAM")
    func generic() throws {
        let board = try Board.generic(
            cpu: "cortex-m4", flash: "0x08000000:512KiB", ram: "0x20000000:96K")
        #expect(board.core == .cortexM4)
        #expect(!board.hasFloatingPoint)
        #expect(board.vectorTable == 0x0800_0000)
        #expect(board.flashLimitBytes == 524_288)
        #expect(board.sramLimitBytes == 98_304)
        #expect(board.hasBitBand)
    }

    @Test(
        "should refuse a malformed memory range",
        arguments: ["0x20000000", "0x20000000:", "x:1K", "0:0", "0:1K:2", "0:5GiB"])
    func badRange(text: String) {
        #expect(throws: BoardError.self) {
            try Board.generic(cpu: "cortex-m4", flash: "0x08000000:512KiB", ram: text)
        }
    }

    static let minimal = """
        schema_version: 1
        name: tiny
        core: cortex-m4
        clock: 16 MHz
        vector_table: 0x0
        interrupts: 32
        priority_bits: 4
        memories:
          - {name: flash, kind: flash, origin: 0, length: 64KiB}
          - name: ram
            kind: sram
            origin: 0x20000000
            length: 8K
        """

    @Test("should read sizes and frequencies with units")
    func units() throws {
        let board = try Board.parse(yaml: Self.minimal, file: "tiny.yaml")
        #expect(board.clockHz == 16_000_000)
        #expect(board.memories.map(\.lengthBytes) == [65_536, 8192])
        #expect(board.peripherals == [.architectural])
    }

    @Test("should refuse an unknown key with its line and the valid keys")
    func unknownKey() {
        let yaml = Self.minimal.replacing("    kind: sram", with: "    kind: sram\n    size: 8K")
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: yaml, file: "tiny.yaml")
        }
        #expect(
            error?.description
                == "tiny.yaml:12:5: unknown key 'size'; valid keys: name, kind, origin, length, aliases, "
                + "execute"
        )
    }

    @Test(
        "should refuse a broken file and say where",
        arguments: [
            ("clock: 16 MHz", "clock: fast", "tiny.yaml:4:8: 'clock' is 'fast'"),
            ("core: cortex-m4", "core: cortex-m0", "tiny.yaml:3:7: 'core' is 'cortex-m0'"),
            ("name: tiny", "name: [", "tiny.yaml:"),
            ("schema_version: 1", "schema_version: 2", "tiny.yaml:1:17: 'schema_version' is '2'"),
            ("clock: 16 MHz\n", "", "'clock' is missing"),
            ("interrupts: 32", "interrupts: 0", "interrupts must be 1...496"),
            ("priority_bits: 4", "priority_bits: 9", "priority_bits must be 3...8"),
            ("length: 8K", "length: 100", "multiple of 1024"),
            ("origin: 0x20000000", "origin: 0x8000", "flash and ram overlap"),
            ("origin: 0x20000000", "origin: 0xE0000000", "core's own registers"),
            ("origin: 0x20000000", "origin: 0xFFFFFC00", "core's own registers"),
            ("vector_table: 0x0", "vector_table: 0x4", "multiple of 128"),
            ("name: ram", "name: ram\n    name: ram", "tiny.yaml:10:5: keys stand twice: name"),
        ])
    func broken(old: String, new: String, message: String) {
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: Self.minimal.replacing(old, with: new), file: "tiny.yaml")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    static let withController =
        minimal + """

            flash_controller:
              kind: stm32f7-flash
              origin: 0x40023C00
              memory: flash
              program: 16us
              sectors:
                - {count: 2, length: 16KiB, erase: [4ms, 2ms, 1ms]}
                - {count: 1, length: 32KiB, erase: [2s, 1s, 500ms]}
            """

    @Test("should read a flash controller with its sectors and times")
    func flashController() throws {
        let board = try Board.parse(yaml: Self.withController, file: "tiny.yaml")
        let controller = try #require(board.flashController)
        #expect(controller.origin == 0x4002_3C00)
        #expect(controller.programMicroseconds == 16)
        #expect(controller.sectors.map(\.lengthBytes) == [16_384, 32_768])
        #expect(
            controller.sectors.map(\.eraseMicroseconds)
                == [[4000, 2000, 1000], [2_000_000, 1_000_000, 500_000]])
        #expect(try Board.parse(yaml: Self.minimal, file: "tiny.yaml").flashController == nil)
    }

    @Test(
        "should refuse a flash controller that does not fit its memory, and say why",
        arguments: [
            ("kind: stm32f7-flash", "kind: nvmc", "'kind' is 'nvmc'; valid: nrf52-nvmc, stm32f7"),
            ("kind: stm32f7-flash", "kind: nrf52-nvmc", "must give 1 times for nrf52-nvmc"),
            ("memory: flash", "memory: ram", "'ram' is no memory of kind flash; valid: flash"),
            ("count: 2", "count: 3", "its sectors have 81920 bytes; 'flash' has 65536"),
            ("count: 2", "count: 0", "'count' is '0'; valid: 1...65536"),
            ("origin: 0x40023C00", "origin: 0x60000000", "inside a peripheral range"),
            ("origin: 0x40023C00", "origin: 0x40023C04", "no multiple of 1024"),
            ("program: 16us", "program: 16", "'program' is '16'; valid: a time"),
            ("program: 16us", "program: 2000h", "'program' is '2000h'; valid: a time"),
            ("[4ms, 2ms, 1ms]", "4ms", "'erase' must be a list"),
            ("[2s, 1s, 500ms]", "[2s, 1s, 5000s]", "'erase' is '5000s'; valid: a time"),
        ])
    func brokenFlashController(old: String, new: String, message: String) {
        let error = #expect(throws: BoardError.self) {
            try Board.parse(
                yaml: Self.withController.replacing(old, with: new), file: "tiny.yaml")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
