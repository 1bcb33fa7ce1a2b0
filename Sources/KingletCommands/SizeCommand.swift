// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Reports
import Workbench

/// `kinglet size`
struct SizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "size",
        abstract: "Show what an image occupies, without running it.",
        discussion: """
            Prints the figures of arm-none-eabi-size, and beside them what the image takes of a \
            board: flash from the lowest to the highest byte that is programmed (.data counts in \
            flash and in SRAM), and static SRAM. Stack and heap are measured by 'kinglet run'.

            Examples:
              kinglet size app.elf
              kinglet size app.hex --board stm32f746g-disco --json

            Exits with 1 when the image needs more than the board has.
            """)

    @Argument(help: ArgumentHelp("ELF, Intel HEX or raw binary file.", valueName: "image"))
    var image: String

    @OptionGroup(title: "Board options") var boardOptions: BoardOptions

    @Flag(help: "Print JSON instead of the tables.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Load address of a raw binary, for example 0x08000000.", valueName: "address"))
    var origin: AddressArgument?

    func run() throws {
        let board = try boardOptions.resolve()
        let file = try InputError.converting {
            try ImageFile.read(image, binaryOrigin: origin?.address)
        }
        let sizes = ImageSizes(file, board: board)
        CommandConsole.current.print(json ? sizes.encodedJSON() : SizeText.text(sizes))
        if sizes.exceedsBoard { throw ExitStatus(code: 1) }
    }
}
