// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import Testing

@Suite("Arena records")
struct ArenaRecordTests {
    private static func arena(_ buffers: [ArenaRecord.BufferRecord], positions: Int) -> ArenaRecord
    {
        ArenaRecord(
            model: "m", scheme: "s", symbol: "arena", bytes: 100,
            positions: (0..<positions).map { .init(name: "\($0)", phase: "forward") },
            buffers: buffers)
    }

    @Test("should find the earliest position with the most bytes, shared bytes counted once")
    func peak() throws {
        let arena = Self.arena(
            [
                .init(name: "a", offsetBytes: 0, bytes: 60, firstPosition: 0, lastPosition: 1),
                .init(name: "b", offsetBytes: 40, bytes: 50, firstPosition: 1, lastPosition: 2),
                .init(name: "c", offsetBytes: 10, bytes: 30, firstPosition: 2, lastPosition: 3),
                .init(
                    name: "inside a", offsetBytes: 5, bytes: 9, firstPosition: 1, lastPosition: 1),
            ], positions: 4)
        let peak = try #require(arena.peak)
        #expect(peak.position == 1)
        #expect(peak.bytes == 90)
        #expect(arena.buffers(at: 2).map(\.name) == ["b", "c"])
    }

    @Test("should have no peak without buffers")
    func empty() {
        #expect(Self.arena([], positions: 2).peak == nil)
    }
}
