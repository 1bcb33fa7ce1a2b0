// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM

/// Flash contents that one run leaves to the next: the raw bytes of the board's flash memories, one
/// after the other, and of what its controller programs besides (UICR of the nRF52840), which may be
/// left out.
enum FlashFile {
    static func read(_ path: String, for board: Board) throws(WorkbenchError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try ImageFile.contents(path)
        } catch .tooLarge(_, let found, _) {
            throw wrongSize(path, found, board)
        }
        guard valid(board).contains(UInt64(bytes.count)) else {
            throw wrongSize(path, UInt64(bytes.count), board)
        }
        if let reset = resetVector(bytes, board), reset != .max, !isFlash(reset, board) {
            throw .flashFile(
                path: path,
                reason: "its reset vector \(HexText.word(reset)) is no address in the flash of "
                    + "board \(board.name); valid: what --save-flash wrote on this board")
        }
        return bytes
    }

    /// The flash alone, or with what lasts besides.
    private static func valid(_ board: Board) -> Set<UInt64> {
        [board.flashLimitBytes, board.lastingMemories.reduce(0) { $0 + UInt64($1.lengthBytes) }]
    }

    private static func wrongSize(_ path: String, _ found: UInt64, _ board: Board)
        -> WorkbenchError
    {
        .flashFile(
            path: path,
            reason: "it has \(found) bytes; valid: the "
                + valid(board).sorted().map(String.init).joined(separator: " or ")
                + " bytes of flash of board \(board.name)")
    }

    /// The word behind the initial stack pointer, where it lies within the file.
    private static func resetVector(_ bytes: [UInt8], _ board: Board) -> UInt32? {
        var start = 0
        for memory in board.memories where memory.kind == .flash {
            for origin in [memory.origin] + memory.aliases
            where board.vectorTable &- origin < memory.lengthBytes {
                let place = start + Int(board.vectorTable - origin) + 4
                guard place + 4 <= bytes.count else { return nil }
                return (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
            }
            start += Int(memory.lengthBytes)
        }
        return nil
    }

    private static func isFlash(_ address: UInt32, _ board: Board) -> Bool {
        board.memories.contains { memory in
            memory.kind == .flash
                && ([memory.origin] + memory.aliases).contains {
                    address &- $0 < memory.lengthBytes
                }
        }
    }
}
