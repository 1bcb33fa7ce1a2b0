// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing
import Workbench

/// What the program itself takes of this machine's memory.
@Suite("Peak memory")
struct PeakMemoryTests {
    /// Most KiB that were resident while a process ran. Python starts it: of a process that begins as a copy
    /// of a large one the system counts that, too.
    private static func peakKiB(_ command: [String]) throws -> Int {
        let script = """
            import resource, subprocess, sys
            subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + command
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: bytes, as: UTF8.self)
        return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private static let kinglet = Repository.root.appending(path: ".build/release/kinglet").path

    @Test("should be below 100 MB, and the same for 2 and for 17 million blocks")
    func isBounded() throws {
        let image = try BuiltFirmware.image("speed", on: "nrf52840")
        let peaks = try [50, 500].map {
            try Self.peakKiB([
                Self.kinglet, "run", image, "--board", "nrf52840", "--args",
                "work=branches rounds=\($0)",
            ])
        }
        #expect(peaks[0] > 10 << 10)
        #expect(peaks[1] < 100 << 10)
        #expect(peaks[1] - peaks[0] < 16 << 10)
    }
    #if arch(x86_64)
        /// 4,000 and 12,000 translations of 19 KB, of which 24 MiB are kept.
        @Test(
            "should be below 100 MB, and the same, for firmware that rewrites its code",
            .enabled(if: EngineInformation.unicornVersion == "2.0.1"))
        func isBoundedForRewriting() throws {
            let peaks = try [4000, 12_000].map { rounds in
                try Assembler.withTemporaryDirectory { folder in
                    let image = try FirmwareBuilder.buildRewriting(rounds: rounds, in: folder)
                    return try Self.peakKiB([Self.kinglet, "run", image, "--board", "nrf52840"])
                }
            }
            #expect(peaks[0] > 40 << 10)
            #expect(peaks[1] < 100 << 10)
            #expect(peaks[1] - peaks[0] < 16 << 10)
        }
    #endif
}
