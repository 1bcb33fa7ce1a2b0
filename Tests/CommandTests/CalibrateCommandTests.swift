// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import TestSupport
import Testing

@Suite("kinglet calibrate")
struct CalibrateCommandTests {
    /// An image whose firmware prints a table of one region, 125 cycles, and readings of a board.
    private func run(
        _ arguments: [String], csv: String = "region,cycles\nfft,100\n",
        _ body: (CommandHarness, Int32, URL) throws -> Void
    ) throws {
        try Assembler.withTemporaryDirectory { folder in
            let binary = folder.appending(path: "app.bin")
            try Data([0, 0, 4, 0x20, 9, 0, 0, 0]).write(to: binary)
            let image = folder.appending(path: "app.hex").path
            try Assembler.run(
                "arm-none-eabi-objcopy", ["-I", "binary", "-O", "ihex", binary.path, image])
            let measured = folder.appending(path: "board.csv")
            try Data(csv.utf8).write(to: measured)
            let harness = CommandHarness()
            harness.console = ["region,cycles\nfft,125\n"]
            let place = { (text: String) in text.replacing("DIR", with: folder.path) }
            let code = harness.run(
                arguments: ["calibrate", image, "--measured", measured.path]
                    + arguments.map(place))
            try body(harness, code, folder)
        }
    }

    @Test("should print the errors and what the readings say of each parameter")
    func text() throws {
        try run([]) { harness, code, folder in
            #expect(code == 0, "\(harness.errors)")
            let text = harness.output.replacing(folder.path, with: "DIR")
            let difference = try Snapshot.difference(text, "calibrate.txt")
            #expect(difference == nil)
        }
    }

    @Test("should write the board's file, and name the board and clock it ran with")
    func output() throws {
        try run(["--board", "stm32f407g-disc1", "--clock", "24MHz", "-o", "DIR/new/b.yaml"]) {
            harness, code, folder in
            #expect(code == 0, "\(harness.errors)")
            #expect(harness.output.hasPrefix("stm32f407g-disc1 at 24 MHz, 1 readings of "))
            #expect(harness.output.hasSuffix("written: \(folder.path)/new/b.yaml\n"))
            #expect(harness.configuration?.board.clockHz == 24_000_000)
            let written = try String(
                contentsOf: folder.appending(path: "new/b.yaml"), encoding: .utf8)
            let board = try Board.parse(yaml: written, file: "b.yaml")
            let known = try Board.named("stm32f407g-disc1")
            #expect(board == known)
        }
    }

    @Test(
        "should refuse what it cannot do with exit code 2",
        arguments: [
            (
                ["--cpu", "cortex-m4", "--flash", "0:1M", "--ram", "0x20000000:1K", "-o", "DIR/b"],
                "-o needs a board with a file; valid: --board or --board-file"
            ),
            (["--region", "x"], "--region 'x' is not a region with a name; valid: NAME=FROM..TO"),
            (["-o", "DIR"], "it is a folder"),
            (["--clock", "1GHz"], "is beyond its flash's wait state table; valid: up to 64 MHz"),
            (["--board", "nrf"], "unknown board 'nrf'"),
        ])
    func refusals(arguments: [String], message: String) throws {
        try run(arguments) { harness, code, _ in
            #expect(code == 2)
            #expect(harness.errors.contains(message), "\(harness.errors)")
            #expect(harness.output.isEmpty)
        }
        try run([], csv: "region,cycles\nfht,1\n") { harness, code, _ in
            #expect(code == 2)
            #expect(harness.errors.contains("board.csv:2: no run has a region 'fht'"))
        }
    }
}
