// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Foundation
import TestSupport
import Testing

/// Loads and stores that go to RAM without a look for their page, beside ones that look: same results,
/// wherever the pointers lead.
@Suite("Direct accesses")
struct DirectAccessTests {
    private static let alias: UInt32 = 0x1000_0000
    private static let peripheral: UInt32 = 0x4000_0000
    private static let last = Bench.ram + 0xFFF0

    /// What is left behind, and what a peripheral saw; how many accesses were direct.
    private func outcome(
        _ source: String, pointers: [UInt32], usesInternals: Bool
    ) throws -> (Outcome, [String], direct: Int) {
        let table = pointers.map { "        .word \($0)\n" }.joined()
        let bench = try Bench(
            source + "\n        .align 2\n    table:\n" + table, ramAliases: [Self.alias],
            usesInternals: usesInternals)
        let port = Port(bench.engine)
        port.answer = 0x8765_4321
        try bench.engine.mapMMIO(origin: Self.peripheral, lengthBytes: 0x1000, handler: port)
        bench.engine[.r5] = UInt32(pointers.count)
        let outcome = try Outcome(bench)
        return (outcome, port.log, bench.engine.directAccesses)
    }

    private func compare(_ source: String, pointers: [UInt32], _ what: String) throws {
        let direct = try outcome(source, pointers: pointers, usesInternals: true)
        let looking = try outcome(source, pointers: pointers, usesInternals: false)
        #expect(direct.0 == looking.0, "\(what)")
        #expect(direct.1 == looking.1, "\(what)")
        #expect(looking.direct == 0)
    }

    /// Loads of all kinds at each pointer, into registers that take up everything.
    private static let loads = """
            adr r4, table
            mov r12, #31
        again:
            ldr r0, [r4], #4
            ldr r1, [r0]
            ldrb r2, [r0, #1]
            ldrsh r3, [r0, #2]
            mla r6, r6, r12, r1
            mla r6, r6, r12, r2
            mla r6, r6, r12, r3
            ldrd r8, r9, [r0]
            ldmia r0, {r10, r11}
            mla r7, r7, r12, r8
            mla r7, r7, r12, r11
            eor r7, r7, r9
            add r7, r7, r10
            vldr s0, [r0]
            vmov r1, s0
            add r7, r7, r1
            subs r5, #1
            bne again
            bkpt #0
        """

    /// Stores of all kinds.
    private static let stores = """
            adr r4, table
            movw r6, #0x1234
        again:
            ldr r0, [r4], #4
            str r6, [r0]
            strb r6, [r0, #5]
            strh r5, [r0, #6]
            strd r5, r6, [r0, #8]
            add r6, r6, r6, lsl #3
            stmia r0, {r4, r6}
            vmov s0, r6
            vstr s0, [r0, #4]
            subs r5, #1
            bne again
            bkpt #0
        """

    @Test(
        "should load the same from RAM, its end, an alias, flash and a peripheral", arguments: 1...6
    )
    func sameLoads(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let places = [
            Bench.ram, Bench.ram + 0x404, Self.last, Self.alias + 8, 0x20, Self.peripheral,
        ]
        // The first passages decide what a load is made for.
        let usual = places[Int(seed) % places.count]
        let pointers =
            Array(repeating: usual, count: 8)
            + (0..<60).map { _ in
                places[Int.random(in: 0..<places.count, using: &random)]
            }
        try compare(Self.loads, pointers: pointers, "seed \(seed)")
    }

    @Test("should store the same to RAM, its end, an alias and a peripheral", arguments: 1...6)
    func sameStores(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let places = [Bench.ram, Bench.ram + 0x404, Self.last, Self.alias + 8, Self.peripheral]
        let usual = places[Int(seed) % places.count]
        let pointers =
            Array(repeating: usual, count: 8)
            + (0..<60).map { _ in
                places[Int.random(in: 0..<places.count, using: &random)]
            }
        try compare(Self.stores, pointers: pointers, "seed \(seed)")
    }

    @Test(
        "should fault where an access leaves RAM by a byte",
        arguments: ["ldr r6, [r0]", "str r6, [r0]", "ldrh r6, [r0]", "strh r6, [r0]"],
        [0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x1_0000] as [UInt32])
    func leaving(instruction: String, offset: UInt32) throws {
        let source = """
                adr r4, table
            again:
                ldr r0, [r4], #4
                \(instruction)
                subs r5, #1
                bne again
                bkpt #0
            """
        let pointers = Array(repeating: Bench.ram, count: 10) + [Bench.ram + offset]
        try compare(source, pointers: pointers, "offset \(offset)")
    }

    @Test("should do without the look in a loop through RAM, where translations are known")
    func isDirect() throws {
        let pointers = Array(repeating: Bench.ram + 0x80, count: 20)
        let known = try Bench("bkpt #0").engine.accountsInside
        let loads = try outcome(Self.loads, pointers: pointers, usesInternals: true)
        #expect(loads.direct >= (known ? 8 : 0))
        let stores = try outcome(Self.stores, pointers: pointers, usesInternals: true)
        #expect(stores.direct >= (known ? 8 : 0))
    }

    /// Fills RAM for a while, then calls a function there whose constant the same store changes.
    private static let lateCode = """
            ldr r4, =0x20000400
            movs r6, #0
            movw r3, #0x4770
            strh r3, [r4, #2]
        again:
            movw r0, #0x2000
            orrs r0, r6
            strh r0, [r4]
            cmp r6, #100
            blt 1f
            orr r2, r4, #1
            blx r2
            adds r7, r0
        1:  adds r6, #1
            cmp r6, #200
            bne again
            bkpt #0
            .ltorg
        """

    @Test(
        "should see the first code in RAM that stores change which were direct before",
        arguments: [true, false])
    func codeAfterStores(usesInternals: Bool) throws {
        let bench = try Bench(Self.lateCode, usesInternals: usesInternals)
        let outcome = try Outcome(bench)
        #expect(outcome.registers[7] == (100..<200).reduce(0, +))
        if bench.engine.accountsInside { #expect(bench.engine.directAccesses > 0) }
    }

    @Test("should see code that runs at an alias of the RAM that is stored to")
    func codeAtAlias() throws {
        let source = Self.lateCode.replacingOccurrences(
            of: "orr r2, r4, #1", with: "ldr r2, =0x10000401")
        let bench = try Bench(source, ramAliases: [Self.alias])
        let outcome = try Outcome(bench)
        #expect(outcome.registers[7] == (100..<200).reduce(0, +))
    }
}
