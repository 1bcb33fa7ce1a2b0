// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("Flash contents from run to run")
struct FlashFileTests {
    /// Counts its starts in the flash's last page, one bit for each, and exits with the number.
    static let source =
        FirmwareBuilder.startup + """
            int main(void) {
              volatile uint32_t *config = (volatile uint32_t *)0x4001E504;
              volatile uint32_t *word = (volatile uint32_t *)0xFF000;
              *config = 1;
              *word = *word << 1;
              *config = 0;
              return __builtin_ctz(*word);
            }
            """

    private static func run(
        _ image: String, on board: String = "nrf52840", load: String? = nil, save: String? = nil
    ) throws -> RunRecord {
        var request = RunRequest(imagePath: image, board: try Board.named(board))
        request.loadFlashPath = load
        request.saveFlashPath = save
        return try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
    }

    @Test("should carry the flash from one run to the next")
    func powerCycles() throws {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(Self.source, in: folder)
            let flash = folder.appending(path: "new/flash.bin").path
            var codes: [UInt32?] = []
            for start in 0..<3 {
                let record = try Self.run(image, load: start == 0 ? nil : flash, save: flash)
                codes.append(record.outcome.firmwareExitCode)
                #expect(record.warnings.isEmpty)
                #expect(record.flashOperations?.programmedBytes == 4)
                #expect(record.flashOperations?.busyCycles == 2624)
            }
            #expect(codes == [1, 2, 3])
            // Without a file the flash is as delivered.
            #expect(try Self.run(image).outcome.firmwareExitCode == 1)
            let bytes = try ImageFile.contents(flash)
            // UICR's page lies behind the flash.
            #expect(bytes.count == 1 << 20 + 4096)
            #expect(bytes[0xFF000] == 0xF8)
        }
    }

    @Test("should refuse contents of another size, of another board, or none at all")
    func refused() throws {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(Self.source, in: folder)
            func message(_ contents: [UInt8]?, on board: String = "nrf52840") throws -> String {
                let path = folder.appending(path: "flash.bin")
                try? FileManager.default.removeItem(at: path)
                try contents.map { try Data($0).write(to: path) }
                let error = #expect(throws: WorkbenchError.self) {
                    try Self.run(image, on: board, load: path.path)
                }
                return (error?.description ?? "").replacing(path.path, with: "PATH")
            }
            #expect(
                try message([0, 1, 2])
                    == "--load-flash 'PATH': it has 3 bytes; valid: the 1048576 or 1052672 bytes of "
                    + "flash of board nrf52840")
            #expect(try message(nil) == "cannot read 'PATH': no such file")
            var contents = [UInt8](repeating: 0xFF, count: 1 << 20)
            contents.replaceSubrange(0..<8, with: [0, 0, 5, 0x20, 0xC1, 1, 0, 8])
            #expect(
                try message(contents)
                    == "--load-flash 'PATH': its reset vector 0x080001c1 is no address in the flash "
                    + "of board nrf52840; valid: what --save-flash wrote on this board")
            contents.replaceSubrange(0..<8, with: [0, 0, 4, 0x20, 0xC1, 1, 0, 0])
            #expect(
                try message(contents, on: "stm32f746g-disco").contains(
                    "its reset vector 0x000001c1 is no address in the flash of board stm32f746g"))
        }
    }

    @Test("should warn when the contents hold another image, and run the one that was named")
    func otherImage() throws {
        try Assembler.withTemporaryDirectory { folder in
            let flash = folder.appending(path: "flash.bin")
            try Data([UInt8](repeating: 0xFF, count: 1 << 20)).write(to: flash)
            let image = try FirmwareBuilder.build(Self.source, in: folder)
            let record = try Self.run(image, load: flash.path)
            #expect(record.outcome.firmwareExitCode == 1)
            #expect(
                record.warnings == [
                    "--load-flash holds another image than the one that runs, which was loaded "
                        + "over it"
                ])
        }
    }

    @Test("should not begin a run whose flash cannot be written in the end")
    func unwritable() throws {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(Self.source, in: folder)
            let error = #expect(throws: WorkbenchError.self) {
                try Self.run(image, save: folder.path)
            }
            #expect(error?.description.hasSuffix("it is a folder") == true)
        }
    }

    @Test("should count resets, and end a loop of them with 42")
    func resets() throws {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(
                FirmwareBuilder.startup
                    + "int main(void) { *(volatile uint32_t *)0xE000ED0C = 0x05FA0004; for (;;) {} }",
                in: folder)
            var request = RunRequest(imagePath: image, board: try Board.named("nrf52840"))
            request.mostResets = 3
            let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
            #expect(record.outcome.reason == .resetLimit)
            #expect(record.outcome.exitCode == 42)
            #expect(record.resets == 3)
            #expect(try RunRecord(json: record.encodedJSON()) == record)
        }
    }
}
