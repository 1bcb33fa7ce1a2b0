// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import FirmwareEmitter
import FirmwareImage
import MemoryPlanner
import Reports
import RunModel
import TrainingCompiler
import Workbench

/// The options of `kinglet compile` that ask for firmware.
struct FirmwareOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write a project into this folder and build it.", valueName: "dir"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "A board to build for; may be given again. (default: \(BoardOptions.defaultBoard))",
            valueName: "name"))
    var board: [String] = []

    @Option(
        help: ArgumentHelp(
            "Kinglet's folder 'firmware', where it is not near the program.", valueName: "dir"))
    var firmware: String?

    @Flag(name: .customLong("sources-only"), help: "Write the project without building it.")
    var sourcesOnly = false

    func validate() throws {
        guard output == nil else { return }
        let given =
            [("--board", !board.isEmpty), ("--firmware", firmware != nil)]
            + [("--sources-only", sourcesOnly)]
        for (option, isGiven) in given where isGiven {
            throw ValidationError("\(option) needs -o DIR")
        }
    }

    func write(_ plan: TrainingPlan, model: String) throws {
        guard let output else { return }
        let folder = try FirmwareFolder(firmware)
        let boards = board.isEmpty ? [BoardOptions.defaultBoard] : board
        for name in boards where !folder.boards.contains(name) {
            throw InputError(
                "no firmware for a board '\(name)'; valid: "
                    + folder.boards.joined(separator: ", "))
        }
        let project = try InputError.converting("'\(model)'") {
            try FirmwareProject(plan, boards: boards)
        }
        let written = try ProjectFolder(project, firmware: folder, to: output)
        let console = CommandConsole.current
        console.print(
            "\(output): \(project.files.count) files and the sources of kernels and runtime\n"
                + "planned SRAM: arena \(Figures.grouped(UInt64(plan.arena.arenaBytes))) B, "
                + "trained parameters \(Figures.grouped(UInt64(plan.state.totalBytes))) B\n")
        if sourcesOnly { return }
        try build(written)
        for name in boards { console.print(try sizes(written.image(board: name), name)) }
        console.print("\(written.hostTwin): the same for this machine\n")
    }

    private func build(_ project: ProjectFolder) throws {
        let console = CommandConsole.current
        defer { if console.errorIsTerminal { console.printError("\r\u{1B}[K") } }
        try project.build { progress in
            guard console.errorIsTerminal else { return }
            console.printError(
                "\r\u{1B}[K\(progress.done) of \(progress.total)  \(progress.file)")
        }
    }

    private func sizes(_ image: String, _ name: String) throws -> String {
        let file = try ImageFile.read(image)
        guard let board = try? Board.named(name) else {
            let record = file.image.staticFootprint
            return "\(image): text \(record.textBytes) B, data \(record.dataBytes) B, "
                + "bss \(record.bssBytes) B\n"
        }
        let sizes = ImageSizes(file, board: board)
        func share(_ bytes: UInt64, _ limit: UInt64) -> String {
            "\(Figures.grouped(bytes)) of \(Figures.grouped(limit)) B"
        }
        return "\(image): flash \(share(sizes.flash.usedBytes, sizes.flash.limitBytes)), "
            + "static SRAM \(share(sizes.sram.staticBytes, sizes.sram.limitBytes))\n"
    }
}
