// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import Testing

/// The broken programs of `firmware/apps/faults`: each ends in a report that says what it did.
@Suite struct FaultSampleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var cause: String
        var bits: [String]
        var address: String?
        var function: String
        var testDescription: String { name }

        init(
            _ name: String, _ cause: String, _ bits: [String], address: String? = nil,
            in function: String = "act"
        ) {
            self.name = name
            self.cause = cause
            self.bits = bits
            self.address = address
            self.function = function
        }
    }

    static let samples = [
        Sample("divide-by-zero", "divide by zero", ["DIVBYZERO"]),
        Sample("fpu-off", "while CPACR keeps the FPU off", ["NOCP"]),
        Sample(
            "handler-unmapped", "load of 4 bytes at 0x60000000, which is not mapped",
            ["PRECISERR", "BFARVALID"], address: "0x60000000", in: "SysTick_Handler"),
        Sample("jump-arm-state", "without the Thumb bit", ["INVSTATE"]),
        Sample(
            "jump-xn", "instruction fetch from 0x40000000, an execute-never", ["IACCVIOL"],
            in: "forward"),
        Sample(
            "null-write", "store of 4 bytes at 0x00000000, which is in flash",
            ["PRECISERR", "BFARVALID"], address: "0x00000000"),
        Sample("stack-overflow", "stack crossed into table by 244 B", [], in: "descend"),
        Sample("stack-runaway", "stack crossed into depth by 24 B", [], in: "descend"),
        Sample("unaligned-ldrd", "which is no multiple of 4", ["UNALIGNED"]),
        Sample("undefined", "undefined instruction 0xde2a", ["UNDEFINSTR"]),
        Sample(
            "unmapped-read", "load of 4 bytes at 0x60000004, which is not mapped",
            ["PRECISERR", "BFARVALID"], address: "0x60000004"),
        Sample(
            "unmapped-write", "store of 4 bytes at 0x60000000, which is not mapped",
            ["PRECISERR", "BFARVALID"], address: "0x60000000"),
    ]

    @Test("should decode the fault, and name the function, step and phase", arguments: samples)
    func decodes(sample: Sample) throws {
        let record = try BuiltFirmware.run("fault-\(sample.name)", on: "nrf52840").record
        #expect(record.outcome.exitCode == 3)
        let fault = try #require(record.fault)
        #expect(fault.cause.contains(sample.cause))
        #expect(fault.cfsrBits == sample.bits)
        #expect(fault.bfar == sample.address)
        let names = ([fault.pc] + fault.callStack).compactMap(\.symbol)
        #expect(names.contains { $0.hasPrefix(sample.function) })
        #expect(fault.step == 2)
        #expect(fault.phase == "forward")
    }
}
