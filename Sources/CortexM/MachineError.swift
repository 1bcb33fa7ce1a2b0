// SPDX-License-Identifier: GPL-2.0-or-later

/// Why a run could not begin. What firmware does wrong is a `MachineOutcome`, never an error.
package enum MachineError: Error, Equatable, CustomStringConvertible {
    /// A segment of the image lies outside the board's memories.
    case segmentOutsideMemory(
        index: Int, address: UInt32, bytes: UInt64, board: String, memories: [String])
    case badVectorTable(address: UInt32, detail: String)
    case unknownSymbol(name: String, option: String)
    /// The emulation engine refused the board or the image; its own message.
    case engine(String)

    package var description: String {
        switch self {
        case .segmentOutsideMemory(let index, let address, let bytes, let board, let memories):
            "segment \(index) of the image, \(bytes) bytes at \(hex(address)), fits no memory of "
                + "board \(board); it has \(memories.joined(separator: ", "))"
        case .badVectorTable(let address, let detail):
            "the vector table at \(hex(address)) cannot start the core: \(detail)"
        case .unknownSymbol(let name, let option):
            "\(option): the image has no symbol '\(name)'; valid are its symbols and 0x addresses"
        case .engine(let message): message
        }
    }
}
