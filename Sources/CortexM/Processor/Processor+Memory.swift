// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

extension Processor {
    /// The memory of the board that holds these bytes.
    func boardMemory(at address: UInt32, length: Int = 1) -> Board.Memory? {
        board.memories.first { memory in
            memory.origin(around: address).map { origin in
                UInt64(address) + UInt64(length) <= UInt64(origin) + UInt64(memory.lengthBytes)
            } ?? false
        }
    }

    /// Bytes that lie in memories one behind the other, cut where one ends; nil when a part lies in none.
    func pieces(at address: UInt32, length: Int) -> [(memory: Board.Memory, range: Range<UInt32>)]?
    {
        var pieces: [(memory: Board.Memory, range: Range<UInt32>)] = []
        var start = UInt64(address)
        let end = start + UInt64(max(0, length))
        while start < end {
            guard let at = UInt32(exactly: start), let memory = boardMemory(at: at),
                let origin = memory.origin(around: at)
            else { return nil }
            let stop = min(end, UInt64(origin) + UInt64(memory.lengthBytes), UInt64(UInt32.max))
            guard stop > start else { return nil }
            pieces.append((memory, at..<UInt32(stop)))
            start = stop
        }
        return pieces
    }

    func isWritable(_ address: UInt32, length: Int) -> Bool {
        guard length > 0, let pieces = pieces(at: address, length: length) else { return false }
        return pieces.allSatisfy { $0.memory.kind != .flash && $0.memory.kind != .rom }
    }

    /// Writes what may lie in memories one behind the other.
    func write(_ bytes: [UInt8], at address: UInt32) throws(EmulationError) {
        for piece in pieces(at: address, length: bytes.count) ?? [] {
            let start = Int(piece.range.lowerBound - address)
            try engine.write(
                Array(bytes[start..<start + piece.range.count]), at: piece.range.lowerBound)
        }
    }
}

extension Board.Memory {
    /// The origin or alias at which the memory holds this address.
    fileprivate func origin(around address: UInt32) -> UInt32? {
        ([origin] + aliases).first { address >= $0 && address - $0 < lengthBytes }
    }
}

extension Processor: GuestMemory {
    func bytes(at address: UInt32, count: Int) -> [UInt8]? {
        if let bytes = try? engine.bytes(at: address, count: count) { return bytes }
        guard let pieces = pieces(at: address, length: count), pieces.count > 1 else { return nil }
        return pieces.reduce(into: [UInt8]?.some([])) { result, piece in
            let part = try? engine.bytes(at: piece.range.lowerBound, count: piece.range.count)
            result = part.flatMap { part in result.map { $0 + part } }
        }
    }

    func store(_ bytes: [UInt8], at address: UInt32) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard isWritable(address, length: bytes.count) else { return false }
        return (try? write(bytes, at: address)) != nil
    }

    func storeWord(_ value: UInt32, at address: UInt32) -> Bool {
        guard isWritable(address, length: 4) else { return false }
        return (try? engine.write32(value, at: address)) != nil
    }
}
