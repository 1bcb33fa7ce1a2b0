// SPDX-License-Identifier: GPL-2.0-or-later

/// Registers without a model: they read back what was written, 0 before, and are listed afterwards.
/// Those that the board describes have reset values, and status bits that answer.
struct PeripheralStore {
    /// More different registers than any chip has; beyond it they are not kept any more.
    static let mostRegisters = 1 << 16

    private let described: [UInt32: Board.Register]
    private var values: [UInt32: UInt32] = [:]
    private var reads: [UInt32: UInt64] = [:]
    private var writes: [UInt32: UInt64] = [:]
    private(set) var isFull = false
    /// Of the random registers; any number but 0. A reset of the chip does not turn it back.
    private var randomState: UInt32 = 1

    init(_ registers: [Board.Register] = []) {
        described = Dictionary(registers.map { ($0.address, $0) }) { first, _ in first }
    }

    mutating func read(_ address: UInt32, size: Int) -> UInt32 {
        let word = address & ~3
        guard hasRoom(for: word) else { return 0 }
        reads[word, default: 0] += 1
        if described[word]?.isRandom == true { values[word] = nextRandom() }
        let shifted = answer(word) >> (8 * (address & 3))
        return size >= 4 ? shifted : shifted & (1 << UInt32(8 * size) - 1)
    }

    mutating func write(_ address: UInt32, size: Int, value: UInt32) {
        let word = address & ~3
        guard hasRoom(for: word) else { return }
        writes[word, default: 0] += 1
        let shift = 8 * (address & 3)
        let mask = (size >= 4 ? UInt32.max : 1 << UInt32(8 * size) - 1) << shift
        values[word] = stored(word) & ~mask | value << shift & mask
    }

    /// Xorshift: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003), triple 13, 17, 5.
    private mutating func nextRandom() -> UInt32 {
        randomState ^= randomState << 13
        randomState ^= randomState >> 17
        randomState ^= randomState << 5
        return randomState
    }

    /// As last written; no access of the firmware's.
    func stored(_ word: UInt32) -> UInt32 {
        values[word] ?? described[word]?.resetValue ?? 0
    }

    /// With the bits that answer.
    private func answer(_ word: UInt32) -> UInt32 {
        guard let register = described[word] else { return stored(word) }
        var value = stored(word) & ~register.zeros | register.ones
        for follower in register.followers {
            let control = stored(follower.register) >> follower.controlBit & 1
            value = value & ~(1 << follower.bit) | control << follower.bit
        }
        return value
    }

    /// All registers have their reset values again; the counts stay.
    mutating func reset() { values.removeAll() }

    private mutating func hasRoom(for word: UInt32) -> Bool {
        if reads[word] != nil || writes[word] != nil { return true }
        guard reads.count + writes.count < Self.mostRegisters else {
            isFull = true
            return false
        }
        return true
    }

    /// The register, if any, to which most reads went of those that no description answers for.
    var polled: TouchedRegister? {
        let open = reads.filter { described[$0.key] == nil }
        guard let most = open.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            most.value >= Self.leastPolls, most.value > open.values.reduce(0, +) / 2
        else { return nil }
        return TouchedRegister(
            address: most.key, reads: most.value, writes: writes[most.key, default: 0])
    }

    /// Fewer reads of one register are no sign that firmware waits for it (estimated).
    private static let leastPolls: UInt64 = 10_000

    var touched: [TouchedRegister] {
        Set(reads.keys).union(writes.keys).sorted().map {
            TouchedRegister(
                address: $0, reads: reads[$0, default: 0], writes: writes[$0, default: 0])
        }
    }
}
