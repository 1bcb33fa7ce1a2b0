// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import TestSupport
import Testing

@Suite("Seeded mutations of records")
struct RecordMutationTests {
    private static let values = [
        "0", "-1", "18446744073709551615", "9223372036854775807", "1e308", "\"nan\"", "\"\"",
        "null", "[]", "{}", "true", "\"\\u0000\\u202e\"",
    ]

    @Test("should report every record that can be read, and refuse the others with a reason")
    func mutations() {
        var generator = SeededGenerator(seed: 0x5245_434F)
        let original = Array(
            (RunRecord.complete(name: "a", cycles: 1000).encodedJSON()).utf8)
        let fault = Array(RunRecord.faulted.encodedJSON().utf8)
        var accepted = 0
        var refused = 0
        for round in 0..<3000 {
            var bytes = round % 4 == 0 ? fault : original
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                Self.damage(&bytes, &generator)
            }
            do {
                let record = try RunRecord(json: String(decoding: bytes, as: UTF8.self))
                accepted += 1
                #expect(RunSummary.text(record).hasSuffix("\n"), "round \(round)")
                #expect(ComparisonReport([record, record]).terminalText.hasSuffix("\n"))
                #expect(HTMLReport([record]).text.hasSuffix("</html>\n"), "round \(round)")
            } catch {
                refused += 1
                #expect(!error.description.isEmpty, "round \(round)")
            }
        }
        #expect(accepted > 300 && refused > 300)
    }

    /// Replaces the value of some key, or changes some byte.
    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        if Int.random(in: 0..<4, using: &generator) == 0 {
            bytes[position] = UInt8.random(in: 0...255, using: &generator)
            return
        }
        guard let colon = bytes[position...].firstIndex(of: UInt8(ascii: ":")),
            let end = bytes[colon...].firstIndex(where: { [0x2C, 0x0A].contains($0) })
        else { return }
        let value = values[Int.random(in: 0..<values.count, using: &generator)]
        bytes.replaceSubrange(colon + 1..<end, with: Array(value.utf8))
    }
}
