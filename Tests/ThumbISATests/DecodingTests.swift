// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import Testing
import ThumbISA

/// What does not depend on one instruction: IT blocks, widths, ends, text.
@Suite struct DecodingTests {
    @Test("should give the instructions of an IT block their conditions and no flag setting")
    func itBlock() throws {
        let instructions = try Instruction.assembled(
            """
            ittet ne
            addne r0, r1, r2
            cmpne r0, #1
            addseq.w r0, r1, r2
            bne.n . + 10
            adds r0, r1, r2
            """)
        let summaries = instructions.map(\.summary)
        #expect(
            summaries == [
                "it it",
                "add alu if:ne r:1,2 w:0 f:r",
                "cmp alu if:ne r:0 f:rw #1",
                "add alu if:eq r:1,2 w:0 f:rw",
                "b branch if:ne w:15 f:r to:10",
                "add alu r:1,2 w:0 f:w",
            ])
        #expect(instructions.map(\.isInITBlock) == [false, true, true, true, true, false])
        #expect(instructions.map(\.description).first == "ittet ne")
    }

    @Test("should go on with an IT block that began before the block")
    func itStateOnEntry() throws {
        let bytes = try Assembler.assemble("itte mi\nmovmi r0, #1\nmovmi r1, #2\nmovpl r2, #3")
        let whole = CodeBlock.decode(bytes: bytes, address: 0x100)
        let head = CodeBlock.decode(bytes: Array(bytes[..<4]), address: 0x100)
        let tail = CodeBlock.decode(
            bytes: Array(bytes[4...]), address: 0x104, itState: head.finalITState)
        #expect(head.finalITState.remaining == 2)
        #expect(head.instructions + tail.instructions == whole.instructions)
        #expect(tail.finalITState == .none)
    }

    @Test("should read the IT state from an xPSR value")
    func itStateFromXPSR() {
        // IT[7:2] stand in bits 15:10, IT[1:0] in 26:25 (ARMv7-M ARM B1.4.2).
        let state = ITState(xpsr: 0b0001_10 << 10 | 0b01 << 25)
        #expect(state.rawValue == 0b0001_1001)
        #expect(state.condition == .ne)
        #expect(state.remaining == 4)
    }

    @Test(
        "should tell a truncated instruction from a complete end",
        arguments: [
            ([0x00, 0xbf], 1, CodeBlock.Ending.complete),
            ([0x00, 0xbf, 0x00], 1, .truncated(bytes: 1)),
            ([0x00, 0xbf, 0x00, 0xf0], 1, .truncated(bytes: 2)),
            ([0x00, 0xf0, 0x00], 0, .truncated(bytes: 3)),
            ([], 0, .complete),
        ] as [([UInt8], Int, CodeBlock.Ending)])
    func truncated(bytes: [UInt8], count: Int, ending: CodeBlock.Ending) {
        let block = CodeBlock.decode(bytes: bytes, address: 0)
        #expect(block.instructions.count == count)
        #expect(block.ending == ending)
    }

    @Test("should decode what ARMv7E-M does not define as undefined, with the right width")
    func undefined() {
        // vadd.i32 (Advanced SIMD), hlt, blx immediate, vadd.f64 d16.
        for (first, second, width) in [
            (0xef20, 0x0800, 4), (0xba80, 0, 2), (0xf000, 0xe800, 4), (0xee70, 0x0b00, 4),
        ] as [(UInt16, UInt16, UInt8)] {
            let instruction = ThumbDecoder.decode(first: first, second: second, address: 0)
            #expect(instruction.instructionClass == .undefined)
            #expect(instruction.mnemonic == .udf)
            #expect(instruction.width == width)
            #expect(instruction.description.hasPrefix("undefined 0x"))
        }
    }

    @Test("should write unified assembly")
    func text() throws {
        let rows = [
            "ldr.w r3, [r0, #4]", "adds r0, r1, r2", "add.w r8, r9, r10, lsl #2", "push {r4, lr}",
            "ldm.w r9!, {r0, r1}", "vcvt.f32.s32 s0, s1", "vmov.f32 s0, #1.0", "mrs r0, primask",
            "strd r0, r1, [sp, #-8]!", "vselge.f64 d0, d1, d2", "cpsid if", "dsb sy", "bkpt #171",
            "vpush {d8-d15}", "addw r0, r1, #4095", "mcr p15, 0, r1, c7, c5, 4",
            "tbh [pc, r1, lsl #1]",
        ]
        let decoded = try Instruction.assembled(rows.joined(separator: "\n")).map(\.description)
        #expect(decoded == rows)
        let branch = ThumbDecoder.decode(first: 0xd1fe, second: 0, address: 0x1234)
        #expect(branch.description == "bne 0x1234")
    }

    @Test("should count the offset of a table at the unaligned PC from the aligned one")
    func tableAtPC() throws {
        let instructions = try Instruction.assembled("tbb [pc, r1]\nnop\ntbb [pc, r1]")
        #expect(instructions.map { $0.memory?.offset } == [0, nil, 2])
    }

    @Test("should tell which floating-point unit an instruction needs")
    func floatingPointUnits() throws {
        func needs(_ source: String) throws -> [String] {
            try Instruction.assembled(source).map {
                ($0.usesFloatingPoint ? "fpu" : "none")
                    + ($0.requiresDoublePrecision ? " double" : "")
                    + ($0.requiresFPv5 ? " v5" : "")
            }
        }
        #expect(try needs("add r0, r1\nmcr p15, 0, r1, c7, c5, 4") == ["none", "none"])
        #expect(
            try needs("vadd.f32 s0, s1, s2\nvldr d0, [r0]\nvpush {d8}") == ["fpu", "fpu", "fpu"])
        #expect(
            try needs("vmov d0, r1, r2\nvmov.32 d0[1], r1\nvmrs r0, fpscr") == [
                "fpu", "fpu", "fpu",
            ])
        #expect(try needs("vadd.f64 d0, d1, d2\nvmov.f64 d0, d1") == ["fpu double", "fpu double"])
        #expect(
            try needs("vcvt.f64.f32 d0, s0\nvcvt.f32.f64 s0, d0\nvcvt.f32.s32 s0, s0")
                == ["fpu double", "fpu double", "fpu"])
        #expect(
            try needs("vrintz.f32 s0, s0\nvmaxnm.f64 d0, d1, d2") == ["fpu v5", "fpu double v5"])
    }

    @Test("should decode any random bytes completely")
    func randomBytes() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let count = Int.random(in: 0...400, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let block = CodeBlock.decode(
                bytes: bytes, address: .random(in: .min ... .max, using: &generator))
            let decoded = block.instructions.reduce(0) { $0 + Int($1.width) }
            switch block.ending {
            case .complete: #expect(decoded == count)
            case .truncated(let left): #expect(decoded + left == count && (1...3).contains(left))
            }
            #expect(block.instructions.allSatisfy { !$0.description.isEmpty })
        }
    }
}
