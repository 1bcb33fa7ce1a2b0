// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing
import ThumbISA

/// Every instruction of the C library against objdump.
@Suite struct LibraryOracleTests {
    @Test(
        "should decode every instruction of the C libraries as objdump does",
        arguments: [("cortex-m4", 100_000), ("cortex-m7", 90_000)])
    func libraries(cpu: String, floor: Int) throws {
        var comparison = Comparison()
        for name in ["libc.a", "libm.a", "libgcc.a"] {
            let path = try Objdump.library(name, cpu: cpu)
            let lines = try Objdump.disassemble(path)
            let before = comparison.count
            comparison.compare(lines)
            print("\(cpu) \(name): \(comparison.count - before) instructions compared")
        }
        let count = comparison.count
        let differences = comparison.differences.count
        #expect(count > floor)
        #expect(differences == 0, "\(comparison.report)")
    }

    @Test(
        "should decode every instruction of the firmware images as objdump does",
        .enabled(if: !Repository.firmwareImages.isEmpty, "no firmware has been built"),
        arguments: Repository.firmwareImages)
    func firmware(path: String) throws {
        var comparison = Comparison()
        comparison.compare(try Objdump.disassemble(path))
        print("\(path): \(comparison.count) instructions compared")
        let differences = comparison.differences.count
        #expect(comparison.count > 100)
        #expect(differences == 0, "\(comparison.report)")
    }
}

/// Running totals of a comparison of decoded text with objdump's.
struct Comparison {
    var count = 0
    var differences: [String] = []
    /// The roles told from each text seen: most texts occur many times.
    private var roles: [RolesKey: OperandRoles] = [:]

    private struct RolesKey: Hashable {
        let spelling: Spelling
        let width: Int
    }

    var report: String {
        "\(differences.count) of \(count) differ:\n"
            + differences.prefix(40).joined(separator: "\n")
    }

    /// Compares instructions that follow each other, carrying the IT state while addresses are consecutive.
    mutating func compare(_ lines: [ObjdumpLine]) {
        var itState = ITState.none
        var expectedAddress: UInt32?
        for line in lines {
            guard !line.isData else {
                expectedAddress = nil
                continue
            }
            if line.address != expectedAddress { itState = .none }
            expectedAddress = line.address &+ UInt32(line.width)
            compare(line, &itState)
        }
    }

    private mutating func compare(_ line: ObjdumpLine, _ itState: inout ITState) {
        count += 1
        let bytes = line.bytes
        var sequence = InstructionSequence(bytes: bytes, address: line.address, itState: itState)
        guard let instruction = sequence.next(), Int(instruction.width) == line.width else {
            differences.append("\(line): width")
            return
        }
        itState = sequence.itState
        let expected = Spelling(objdump: line)
        let found = Spelling(kinglet: instruction.description)
        if line.namesUpperDoubleRegister {
            // d16…d31 are not in FPv4-SP or FPv5-D16: UNDEFINED on Cortex-M4 and Cortex-M7. libgcc's
            // unwinder has two such instructions behind a run-time check.
            if instruction.instructionClass != .undefined { note(line, expected, found) }
        } else if instruction.instructionClass == .coprocessor {
            if expected.mnemonic != found.mnemonic { note(line, expected, found) }
        } else if expected != found {
            note(line, expected, found)
        } else {
            compareRoles(instruction, expected)
        }
    }

    private mutating func compareRoles(_ instruction: Instruction, _ expected: Spelling) {
        let key = RolesKey(spelling: expected, width: Int(instruction.width))
        let expectedRoles = roles[key] ?? OperandRoles(spelling: expected, width: key.width)
        roles[key] = expectedRoles
        let found = instruction.description
        if expectedRoles != OperandRoles(of: instruction) {
            differences.append(
                "\(found): text says \(expectedRoles), is \(OperandRoles(of: instruction))")
        }
    }

    private mutating func note(_ line: ObjdumpLine, _ expected: Spelling, _ found: Spelling) {
        let encoding = String(line.encoding, radix: 16)
        differences.append(
            "\(encoding): objdump `\(line.mnemonic) \(line.operands)` (\(expected)) is here `\(found)`"
        )
    }
}

extension ObjdumpLine {
    /// An operand is one of d16…d31.
    var namesUpperDoubleRegister: Bool {
        guard operands.contains("d"), mnemonic.first == "v" || mnemonic.first == "f" else {
            return false
        }
        return (16...31).contains { operands.contains("d\($0)") }
    }

    /// The instruction's bytes in memory order.
    var bytes: [UInt8] {
        let halfwords: [UInt32] =
            width == 4 ? [encoding >> 16, encoding & 0xffff] : [encoding & 0xffff]
        return halfwords.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
    }
}
