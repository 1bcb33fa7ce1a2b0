// SPDX-License-Identifier: GPL-2.0-or-later
import KingletTesting
import Synchronization
import Testing

@Suite("Quantities and the messages of failing expectations")
struct QuantityTests {
    @Test(
        "should print bytes for people, and exactly",
        arguments: [
            (.bytes(0), "0 B"), (.bytes(1023), "1,023 B"), (.kibibytes(256), "256 KiB (262,144 B)"),
            (.bytes(46588), "45.5 KiB (46,588 B)"), (.mebibytes(1.25), "1.25 MiB (1,310,720 B)"),
        ] as [(Bytes, String)])
    func bytes(quantity: Bytes, text: String) { #expect(quantity.description == text) }

    @Test(
        "should print cycles for people, and exactly",
        arguments: [
            (.cycles(999), "999 cycles"), (.kilocycles(1.5), "1.5 kcycles (1,500)"),
            (.megacycles(120.4), "120.4 Mcycles (120,400,000)"),
            (.gigacycles(2), "2 Gcycles (2,000,000,000)"),
        ] as [(Cycles, String)])
    func cycles(quantity: Cycles, text: String) { #expect(quantity.description == text) }

    @Test("should compare in every direction, and be equal by count")
    func comparison() {
        let (small, large) = (Bytes.bytes(1000), Bytes.kibibytes(1))
        #expect(small < large && small <= large && large > small && large >= small)
        #expect(!(large < small) && !(large <= small) && !(small > large) && !(small >= large))
        #expect(small <= small && small >= small && !(small < small) && !(small > small))
        #expect(Set([Bytes.bytes(1024), .kibibytes(1), .mebibytes(1)]).count == 2)
    }

    /// What the issues say that `body` records.
    private func messages(_ body: () -> Void) -> [String] {
        let messages = Mutex<[String]>([])
        withKnownIssue {
            body()
        } matching: { issue in
            messages.withLock { $0.append("\(issue)") }
            return true
        }
        return messages.withLock { $0 }
    }

    @Test("should say in a failing expectation by how much, and what the figure is made of")
    func tooMuch() {
        let record = Records.training
        let text = messages { #expect(record.sram.peak <= .kibibytes(44)) }
        #expect(text.count == 1)
        #expect(
            text[0].contains(
                "(record.sram.peak → 45.5 KiB (46,588 B), 1.5 KiB (1,532 B) too much: "
                    + "static 44,000 B, main stack 2,588 B, process stack 0 B, heap 0 B) "
                    + "<= (.kibibytes(44) → 44 KiB (45,056 B))"))
    }

    @Test("should say it with the limit on the other side, and of too little")
    func otherWays() throws {
        let record = Records.training
        let reversed = messages { #expect(.kibibytes(44) >= record.sram.peak) }
        #expect(reversed.first?.contains("1.5 KiB (1,532 B) too much") == true)
        let little = messages { #expect(record.flash.used > .kibibytes(100)) }
        #expect(little.first?.contains("2.34 KiB (2,400 B) too little") == true)
        let steps = try record.stepCycles
        let cycles = messages { #expect(steps.mean <= .megacycles(1)) }
        #expect(
            cycles.first?.contains(
                "500 kcycles (500,000) too much: mean of forward 1.1 Mcycles (1,100,000), "
                    + "backward 400 kcycles (400,000)") == true)
    }

    @Test("should throw for a figure that the run does not have")
    func unavailable() {
        let record = Records.training
        func message(_ body: () throws -> Void) -> String {
            do {
                try body()
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            message { _ = try record.cycles(inPhase: "foward") }
                == "the run of 'training' has no phase 'foward'; did you mean 'forward'?")
        #expect(
            message { _ = try record.metric("accuracy") }
                == "the run of 'training' has no metric 'accuracy'; there are: loss")
        #expect(
            message { _ = try record.cycles(inRegion: "a..b") }
                == "the run of 'training' has no passage through region 'a..b'; it has none at all")
        var without = record
        without.steps = []
        #expect(message { _ = try without.stepCycles }.contains("has no training steps"))
    }

    @Test("should explain budgets by symbols and by the arena at its fullest")
    func budgets() {
        let record = Records.training
        let text = messages {
            expect(
                record, within: .sramPeak(.kibibytes(44)), .flash(.kibibytes(98)),
                .step(.megacycles(1.5)), .stack(.kibibytes(4)))
        }
        #expect(text.count == 2)
        for line in [
            "SRAM peak of 'training' on nrf52840: 45.5 KiB (46,588 B), 1.5 KiB (1,532 B) more "
                + "than the budget of 44 KiB (45,056 B)",
            "static 44,000 B, main stack 2,588 B, process stack 0 B, heap 0 B",
            "largest symbols: kl_arena 40,000 B (.bss), [other] 4,000 B",
            "kl_arena is fullest at conv2 (backward): grad 30,000 B, input 10,000 B",
        ] {
            #expect(text[0].contains(line))
        }
        #expect(text[1].contains("longest step of 'training' on nrf52840: 1.6 Mcycles"))
        #expect(text[1].contains("step 1: forward 1.2 Mcycles (1,200,000), backward 400 kcycles"))
    }
}
