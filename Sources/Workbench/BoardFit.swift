// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage

/// Finds out whether an image was linked for another board.
enum BoardFit {
    /// What to add to a refusal: the boards whose flash and SRAM hold every segment, when the board
    /// that was tried does not. Boards that hold them only at a second address of their memories are
    /// named when there are no others.
    static func hint(_ image: FirmwareImage, tried board: Board) -> String {
        guard !holds(image, board) else { return "" }
        let first = Board.all.filter { holds(image, $0, withAliases: false) }
        let boards = (first.isEmpty ? Board.all.filter { holds(image, $0) } : first).map(\.name)
        guard !boards.isEmpty else { return "" }
        return "; the image is linked for the addresses of --board "
            + boards.joined(separator: " or --board ")
    }

    private static func holds(
        _ image: FirmwareImage, _ board: Board, withAliases: Bool = true
    ) -> Bool {
        var board = board
        if !withAliases {
            for index in board.memories.indices { board.memories[index].aliases = [] }
        }
        let load = board.footprint(of: image)
        return load.outsideBytes == 0 && load.overflowBytes == 0 && load.flashLoadedBytes > 0
    }
}
