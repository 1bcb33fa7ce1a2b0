// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import Reports

/// `kinglet boards`
struct BoardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boards",
        abstract: "List the boards that Kinglet knows, or show one.",
        discussion: """
            Without a name, lists every board with its core, clock and memories. With a name, \
            shows its memory map and the timing that its cycles are counted with.

            Examples:
              kinglet boards
              kinglet boards nrf52840

            For any other chip give --cpu, --flash and --ram to 'kinglet run', or describe it in \
            a file for --board-file.
            """)

    @Argument(help: ArgumentHelp("The board to show.", valueName: "name"))
    var name: String?

    func run() throws {
        let console = CommandConsole.current
        if let name {
            console.print(BoardText.details(try BoardOptions.named(name)))
        } else {
            console.print(BoardText.list(Board.all))
        }
    }
}
