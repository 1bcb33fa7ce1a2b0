// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Synchronization
import Testing

@Suite("UARTs")
struct UARTTests {
    private final class Received: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    /// The run's result and what came on the console.
    private static func run(
        on board: String, _ code: String, serial: SerialOutput = .console
    ) throws -> (result: MachineResult, console: String) {
        let received = Received()
        let result = try TestFirmware.run(on: board, code) {
            $0.maxCycles = 100_000
            $0.serial = serial
            $0.console = { received.append($0) }
        }
        return (result, received.text)
    }

    /// The transmitter that each board's debugger shows on its USB port.
    @Test(
        "should print what is stored to a transmitter's data register",
        arguments: [
            ("nrf52840", "0x4000251C"), ("stm32f407g-disc1", "0x40004404"),
            ("stm32f746g-disco", "0x40011028"), ("nucleo-l4r5zi", "0x40008028"),
            ("nucleo-f767zi", "0x40004828"), ("nucleo-h743zi", "0x40004828"),
        ])
    func dataRegister(board: String, register: String) throws {
        let (result, console) = try Self.run(
            on: board,
            """
            reset: ldr r4, =\(register)
                ldr r1, =0xFFFFFF48     // bits above the byte are not sent
                str r1, [r4]
                movs r1, #105
                strb r1, [r4]
                movs r1, #10
                strh r1, [r4]
                movs r0, #0
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(console == "Hi\n")
    }

    /// r4: a UARTE of the nRF52840; r5: text of four bytes in SRAM.
    private static let easyDMA = """
        reset: ldr r4, =0x40028000
            ldr r5, =0x20000100
            ldr r1, =0x2E6B6F2E     // .ok.
            str r1, [r5]
            movs r1, #1

        """

    @Test("should print what EasyDMA sends from SRAM, when it is started")
    func sendsFromMemory() throws {
        let (result, console) = try Self.run(
            on: "nrf52840",
            """
            \(Self.easyDMA)
                str r1, [r4, #8]        // nothing is to be sent yet
                str r5, [r4, #0x544]
                movs r0, #4
                str r0, [r4, #0x548]
                movs r0, #0
                str r0, [r4, #8]        // starts nothing
                str r1, [r4, #8]
                ldr r0, [r4, #0x120]    // ENDTX
                exit
            """)
        #expect(result.exitCode == 1, "\(result.summary)")
        #expect(console == ".ok.")
        #expect(result.warnings.isEmpty)
    }

    @Test(
        "should send nothing that EasyDMA cannot read, and say so",
        arguments: ["0x00000100", "0x30000000", "0x2003FFFE"])
    func refusesMemory(pointer: String) throws {
        let (result, console) = try Self.run(
            on: "nrf52840",
            """
            \(Self.easyDMA)
                ldr r5, =\(pointer)
                str r5, [r4, #0x544]
                movs r0, #4
                str r0, [r4, #0x548]
                str r1, [r4, #8]
                movs r0, #0
                exit
            """)
        #expect(result.exitCode == 0 && console.isEmpty)
        let expected =
            "UARTE1 was told to send 4 bytes at \(pointer.lowercased()), which are not in SRAM"
        #expect(result.warnings.contains { $0.hasPrefix(expected) }, "\(result.warnings)")
    }

    /// Sends "a", EOT, "b", and exits with 5.
    private static let ending = """
        reset: ldr r4, =0x4000251C
            movs r1, #97
            str r1, [r4]
            movs r1, #4
            str r1, [r4]
            b 1f
        1:  movs r1, #98
            str r1, [r4]
            movs r0, #5
            exit
        """

    @Test("should end the run at EOT on the console")
    func endsAtEOT() throws {
        let (result, console) = try Self.run(on: "nrf52840", Self.ending)
        guard case .transmissionEnded = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(console == "a")
    }

    @Test("should take EOT for a byte like others when the console is elsewhere")
    func goesElsewhere() throws {
        let received = Received()
        let (result, console) = try Self.run(
            on: "nrf52840", Self.ending, serial: .bytes { received.append($0) })
        #expect(result.exitCode == 5, "\(result.summary)")
        #expect(console.isEmpty && received.text == "a\u{4}b")
        let (silent, none) = try Self.run(on: "nrf52840", Self.ending, serial: .nowhere)
        #expect(silent.exitCode == 5 && none.isEmpty)
    }

    @Test(
        "should refuse a description that is wrong, and say where and why",
        arguments: [
            ("transmit: 0x40004404", "transmit: 0x40004405", "uart U: 0x40004405 is no multiple"),
            ("transmit: 0x40004404", "transmit: 0x20000000", "uart U: 0x20000000 is no multiple"),
            ("transmit: 0x40004404", "start: 0x40004404", "key 'pointer' is missing"),
            ("name: U, ", "", "key 'name' is missing"),
            (
                "transmit: 0x40004404", "transmit: 0x40004404, count: 0x40004408",
                "unknown key 'transmit'; valid keys: name, start, pointer, count"
            ),
            ("0x40005008", "0x40004404", "uart D: another one sends through 0x40004404 already"),
        ])
    func broken(old: String, new: String, message: String) {
        let yaml =
            BoardTests.minimal + """

                uarts:
                  - {name: U, transmit: 0x40004404}
                  - {name: D, start: 0x40005008, pointer: 0x40005544, count: 0x40005548}
                """
        #expect((try? Board.parse(yaml: yaml, file: "tiny.yaml"))?.uarts.count == 2)
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: yaml.replacing(old, with: new), file: "tiny.yaml")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }
}
