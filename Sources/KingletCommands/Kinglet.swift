// SPDX-License-Identifier: GPL-2.0-or-later
package import ArgumentParser

/// The root of the command line.
package struct Kinglet: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "kinglet",
        abstract: "Simulate microcontroller firmware that trains neural networks.",
        discussion: """
            Kinglet runs an unchanged Cortex-M image on an emulated board and reports how much \
            SRAM and flash it needs and how many cycles every training step takes. No board and \
            no debugger are needed.

            Examples:
              kinglet run app.elf                        on the default board, nrf52840
              kinglet run app.elf --board stm32f746g-disco --json run.json
              kinglet test scenarios                     runs held against their budgets
              kinglet compare schemes.yaml               schemes, boards or options side by side
              kinglet profile app.elf --svg flame.svg    cycles by function, line and phase
              kinglet report a.json b.json               two runs side by side
              kinglet size app.elf                       sizes without running

            Exit codes: 0 passed, 1 the firmware reported failure or needs more memory than the \
            board has, 2 wrong usage or configuration, 3 the firmware faulted, 42 a limit was \
            reached before the firmware exited.
            """,
        version: Versions.text,
        subcommands: [
            RunCommand.self, ProfileCommand.self, SizeCommand.self, BoardsCommand.self,
            ReportCommand.self, CompileCommand.self, TestCommand.self, CompareCommand.self,
            CalibrateCommand.self,
        ])

    package init() {}
}

extension Kinglet {
    /// Runs the command line `arguments` (without the program's name) and returns the exit code.
    package static func run(arguments: [String], in console: CommandConsole = .process) -> Int32 {
        CommandConsole.$current.withValue(console) {
            do {
                var command = try parseAsRoot(arguments)
                try command.run()
                return 0
            } catch let status as ExitStatus {
                return status.code
            } catch let error as InputError {
                console.printError("Error: \(error.message)\n")
                return ExitStatus.usage.code
            } catch {
                let message = fullMessage(for: error)
                if exitCode(for: error).isSuccess {
                    console.print(message + "\n")
                    return 0
                }
                console.printError(message + "\n")
                return ExitStatus.usage.code
            }
        }
    }
}

/// Ends a command that has printed all it had to say.
struct ExitStatus: Error {
    var code: Int32
    static let usage = ExitStatus(code: 2)
}
