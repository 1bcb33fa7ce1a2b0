// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Reports
import Suggestions
import Workbench

/// What a firmware runs on.
public struct EmulatedBoard: Sendable, Hashable {
    private enum Source: Hashable {
        case catalogue(String)
        case file(String)
        case generic(core: String, flash: String, ram: String)
    }

    private let source: Source
    /// Core clock; nil takes the board's.
    private var clockHz: UInt64?

    private init(_ source: Source) { self.source = source }

    /// Nordic nRF52840: Cortex-M4F, 64 MHz, 1 MiB of flash, 256 KiB of SRAM.
    public static let nrf52840 = board(named: "nrf52840")
    /// STM32F746G-DISCO: Cortex-M7, 216 MHz, 1 MiB of flash, 320 KiB of SRAM.
    public static let stm32f746gDisco = board(named: "stm32f746g-disco")
    /// STM32F407G-DISC1: Cortex-M4F.
    public static let stm32f407gDisc1 = board(named: "stm32f407g-disc1")
    /// NUCLEO-L4R5ZI: Cortex-M4F.
    public static let nucleoL4R5ZI = board(named: "nucleo-l4r5zi")
    /// NUCLEO-H743ZI: Cortex-M7.
    public static let nucleoH743ZI = board(named: "nucleo-h743zi")
    /// NUCLEO-F767ZI: Cortex-M7.
    public static let nucleoF767ZI = board(named: "nucleo-f767zi")

    /// A board that `kinglet boards` lists.
    public static func board(named name: String) -> Self { Self(.catalogue(name)) }

    /// A board described in a YAML file, as those in Sources/CortexM/Boards.
    public static func file(_ path: String) -> Self { Self(.file(path)) }

    /// A core with one flash and one SRAM.
    ///
    /// - Parameters:
    ///   - core: `cortex-m4`, `cortex-m4f` or `cortex-m7`.
    ///   - flash: `ORIGIN:LENGTH`, for example `0x08000000:1M`.
    ///   - ram: likewise, for example `0x20000000:256K`.
    public static func generic(core: String, flash: String, ram: String) -> Self {
        Self(.generic(core: core, flash: flash, ram: ram))
    }

    /// The same board with another core clock, which chooses the flash's wait states.
    public func clocked(atMegahertz megahertz: Double) -> Self {
        var board = self
        board.clockHz = UInt64(max(0, megahertz * 1e6).rounded())
        return board
    }

    /// The board, or a message that lists what would be valid.
    func resolve() throws -> Board {
        let board: Board
        switch source {
        case .catalogue(let name):
            do {
                board = try Board.named(name)
            } catch {
                let hint = Suggestion.nearest(to: name, among: Board.all.map(\.name))
                    .map { "; did you mean '\($0)'?" }
                throw RunFailure.notStarted(reason: "\(error)\(hint ?? "")")
            }
        case .file(let path):
            let text = String(decoding: try ImageFile.contents(path), as: UTF8.self)
            board = try Board.parse(yaml: text, file: path)
        case .generic(let core, let flash, let ram):
            board = try Board.generic(cpu: core, flash: flash, ram: ram)
        }
        return try clockHz.map { try board.clocked(atHz: $0) } ?? board
    }
}

extension EmulatedBoard: CustomStringConvertible {
    /// Its name, file or core, and its clock where that is not the board's own.
    public var description: String {
        let name =
            switch source {
            case .catalogue(let name): name
            case .file(let path): path
            case .generic(let core, let flash, let ram):
                "\(core) with flash \(flash) and SRAM \(ram)"
            }
        return name + (clockHz.map { " at \(Figures.frequency($0))" } ?? "")
    }
}
