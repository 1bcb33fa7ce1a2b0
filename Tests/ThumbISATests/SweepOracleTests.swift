// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import Testing
import ThumbISA

/// Encodings that no compiler makes, against objdump reading raw bytes.
@Suite struct SweepOracleTests {
    @Test("should agree with objdump on all 65,536 first halfwords")
    func allFirstHalfwords() throws {
        var generator = SeededGenerator(seed: 16)
        var bytes: [UInt8] = []
        for first in UInt16.min...UInt16.max {
            bytes.append(first)
            if first >= 0xe800 {
                bytes.append(UInt16.random(in: .min ... .max, using: &generator))
            } else if first & 0xff00 == 0xbf00, first & 0xf != 0 {
                // Four `nop` end the IT block, so that the next halfword stands outside.
                for _ in 0..<4 { bytes.append(0xbf00 as UInt16) }
            }
        }
        let sweep = try Sweep(bytes)
        print("all first halfwords: \(sweep.summary)")
        #expect(sweep.compared > 65_536)
        #expect(sweep.rejected == 0, "\(sweep.report)")
    }

    @Test("should agree with objdump on 5,000 random encodings of each crowded group")
    func randomGroups() throws {
        var generator = SeededGenerator(seed: 64)
        var bytes: [UInt8] = []
        for (mask, value) in Self.groups {
            for _ in 0..<5_000 {
                let random = UInt32.random(in: .min ... .max, using: &generator)
                let encoding = random & ~mask | value
                bytes.append(UInt16(encoding >> 16))
                bytes.append(UInt16(truncatingIfNeeded: encoding))
            }
        }
        let sweep = try Sweep(bytes)
        print("random encodings by group: \(sweep.summary)")
        #expect(sweep.compared == Self.groups.count * 5_000)
        #expect(sweep.equal > sweep.compared * 3 / 4)
        #expect(sweep.rejected == 0, "\(sweep.report)")
    }

    /// Fixed bits (mask, value) of the groups that uniformly random encodings seldom hit. Extension bits of
    /// double-precision registers are held at 0, so that most of the registers exist.
    private static let groups: [(UInt32, UInt32)] = [
        (0xff00_0f30, 0xee00_0a00), (0xff40_0fb0, 0xee00_0b00), (0xffb0_0e30, 0xeeb0_0a00),
        (0xff40_0f50, 0xfe00_0a00), (0xff40_0ff0, 0xfe00_0b00), (0xffb0_0f50, 0xfeb0_0a40),
        (0xfe40_0f80, 0xec00_0b00), (0xff00_0f7f, 0xee00_0a10),
        (0xff80_f0c0, 0xfa00_f080), (0xff80_f080, 0xfa80_f000), (0xffc0_f0c0, 0xfa80_f080),
        (0xff80_00c0, 0xfb00_0000), (0xff80_0000, 0xfb80_0000), (0xff80_f0c0, 0xfb00_f000),
        (0xfff0_ff00, 0xf3a0_8000), (0xffff_ff80, 0xf3bf_8f00), (0xfe00_8000, 0xea00_0000),
        (0xfe00_0fc0, 0xf800_0000), (0xfe00_0800, 0xf800_0800), (0xff40_0000, 0xe840_0000),
    ]

    @Test("should agree with objdump on 200,000 random 32-bit encodings")
    func randomWideEncodings() throws {
        var generator = SeededGenerator(seed: 32)
        var bytes: [UInt8] = []
        for _ in 0..<200_000 {
            bytes.append(UInt16.random(in: 0xe800...0xffff, using: &generator))
            bytes.append(UInt16.random(in: .min ... .max, using: &generator))
        }
        let sweep = try Sweep(bytes)
        print("random 32-bit encodings: \(sweep.summary)")
        #expect(sweep.compared == 200_000)
        #expect(sweep.rejected == 0, "\(sweep.report)")
    }
}

/// A comparison of raw bytes, with the disagreements that the architecture explains counted by reason.
struct Sweep {
    private(set) var compared = 0
    private(set) var equal = 0
    private(set) var accepted: [String: Int] = [:]
    private(set) var rejected = 0
    private var samples: [String: (count: Int, example: String)] = [:]

    init(_ bytes: [UInt8]) throws {
        var sequence = InstructionSequence(bytes: bytes, address: 0)
        for line in try Objdump.disassemble(bytes: bytes) {
            compared += 1
            guard let instruction = sequence.next(), instruction.address == line.address,
                Int(instruction.width) == line.width
            else {
                reject("width", line, "another width")
                break
            }
            compare(line, instruction)
        }
    }

    var summary: String {
        let reasons = accepted.sorted { $0.key < $1.key }.map { "\n  \($0.value): \($0.key)" }
        return "\(compared) compared, \(equal) equal, accepted disagreements:\(reasons.joined())"
    }

    var report: String {
        let lines = samples.sorted { $0.value.count > $1.value.count }.prefix(400)
        return "\(rejected) of \(compared) differ:\n"
            + lines.map { "\($0.value.count) × \($0.key), e.g. \($0.value.example)" }
            .joined(separator: "\n")
    }

    private mutating func compare(_ line: ObjdumpLine, _ instruction: Instruction) {
        let expected = Spelling(objdump: line)
        let found = Spelling(kinglet: instruction.description)
        let isUndefined = instruction.instructionClass == .undefined
        if line.saysUndefined ? isUndefined : expected == found {
            equal += 1
        } else if let reason = AcceptedDisagreement.reason(line, instruction) {
            accepted[reason, default: 0] += 1
        } else {
            let kind =
                "\(expected.mnemonic) / \(instruction.mnemonic) \(instruction.instructionClass)"
            reject(kind, line, "\(expected)` not `\(found)")
        }
    }

    private mutating func reject(_ kind: String, _ line: ObjdumpLine, _ found: String) {
        rejected += 1
        let encoding = String(line.encoding, radix: 16)
        let example =
            "\(encoding) `\(line.mnemonic) \(line.operands)` \(line.comment) is here `\(found)`"
        samples[kind] = ((samples[kind]?.count ?? 0) + 1, example)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ halfword: UInt16) {
        append(UInt8(truncatingIfNeeded: halfword))
        append(UInt8(halfword >> 8))
    }
}
