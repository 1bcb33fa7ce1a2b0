// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing

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

    @Test("should be below 100 MB, and the same for 2 and for 17 million blocks")
    func isBounded() throws {
        let kinglet = Repository.root.appending(path: ".build/release/kinglet").path
        let image = try BuiltFirmware.image("speed", on: "nrf52840")
        let peaks = try [50, 500].map {
            try Self.peakKiB([
                kinglet, "run", image, "--board", "nrf52840", "--args",
                "work=branches rounds=\($0)",
            ])
        }
        #expect(peaks[0] > 10 << 10)
        #expect(peaks[1] < 100 << 10)
        #expect(peaks[1] - peaks[0] < 16 << 10)
    }
}
