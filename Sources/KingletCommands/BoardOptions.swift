// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import Suggestions
import Workbench

/// The options that choose a board.
struct BoardOptions: ParsableArguments {
    static let defaultBoard = "nrf52840"

    @Option(
        help: ArgumentHelp(
            "A board that Kinglet knows; 'kinglet boards' lists them. (default: \(defaultBoard))",
            valueName: "name"))
    var board: String?

    @Option(
        name: .customLong("board-file"),
        help: ArgumentHelp(
            "A board described in a YAML file, as those in Sources/CortexM/Boards.",
            valueName: "file"))
    var boardFile: String?

    @Option(
        help: ArgumentHelp(
            "A generic board with this core: cortex-m4, cortex-m4f or cortex-m7; needs --flash "
                + "and --ram.", valueName: "core"))
    var cpu: String?

    @Option(
        help: ArgumentHelp(
            "Flash of the generic board, for example 0x08000000:1M.", valueName: "origin:len"))
    var flash: String?

    @Option(
        help: ArgumentHelp(
            "SRAM of the generic board, for example 0x20000000:256K.", valueName: "origin:len"))
    var ram: String?

    @Option(
        help: ArgumentHelp(
            "Core clock, for example 100MHz, instead of the board's: chooses the flash's wait states "
                + "and turns cycles into time.",
            valueName: "frequency"))
    var clock: String?

    func validate() throws {
        let chosen = [("--board", board), ("--board-file", boardFile), ("--cpu", cpu)]
            .filter { $0.1 != nil }.map(\.0)
        guard chosen.count <= 1 else {
            throw ValidationError("\(chosen.joined(separator: " and ")) exclude each other.")
        }
        if cpu != nil {
            guard flash != nil, ram != nil else {
                throw ValidationError(
                    "--cpu needs --flash ORIGIN:LEN and --ram ORIGIN:LEN, for example "
                        + "--flash 0x08000000:1M --ram 0x20000000:256K.")
            }
        } else if flash != nil || ram != nil {
            throw ValidationError(
                "--flash and --ram describe a generic board; give its core with --cpu.")
        }
    }

    /// The board, or a message that lists what would be valid.
    func resolve() throws -> Board {
        let board = try chosenBoard()
        guard let clock else { return board }
        guard let hertz = Quantity.hertz(clock), hertz > 0 else {
            throw InputError(
                "--clock '\(clock)' is not a frequency; valid: 64MHz, 32kHz, 64000000")
        }
        return try InputError.converting("--clock") { try board.clocked(atHz: hertz) }
    }

    /// The YAML of the board, and its name in messages; nil for a generic one.
    func source() throws -> (text: String, file: String)? {
        try InputError.converting {
            if let boardFile {
                return (
                    String(decoding: try ImageFile.contents(boardFile), as: UTF8.self), boardFile
                )
            }
            guard cpu == nil else { return nil }
            let name = board ?? Self.defaultBoard
            return (try Board.file(named: name), "\(name).yaml")
        }
    }

    private func chosenBoard() throws -> Board {
        try InputError.converting {
            if let boardFile {
                let text = String(decoding: try ImageFile.contents(boardFile), as: UTF8.self)
                return try Board.parse(yaml: text, file: boardFile)
            }
            if let cpu, let flash, let ram {
                return try Board.generic(cpu: cpu, flash: flash, ram: ram)
            }
            return try Self.named(board ?? Self.defaultBoard)
        }
    }

    /// A board of the catalogue.
    static func named(_ name: String) throws -> Board {
        do {
            return try Board.named(name)
        } catch {
            let hint = Suggestion.nearest(to: name, among: Board.all.map(\.name))
                .map { "; did you mean '\($0)'?" }
            throw InputError("\(error)\(hint ?? "")")
        }
    }
}
