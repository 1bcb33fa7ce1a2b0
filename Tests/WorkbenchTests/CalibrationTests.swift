// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import TestSupport
import Testing
import Timing
import Workbench

@Suite("Calibration with cycles of a real board")
struct CalibrationTests {
    /// Loops whose passages are marked by labels, one for each parameter.
    private static let loops =
        FirmwareBuilder.startup + #"""
            __asm(
                ".syntax unified\n .thumb\n .text\n"
                ".macro loop name:req, code:req\n"
                ".thumb_func\n .global \\name\n \\name: push {r4, r5, lr}\n sub sp, #64\n"
                " mov r4, sp\n movs r5, #200\n"
                ".thumb_func\n .global \\name\\()_begin\n \\name\\()_begin: nop\n"
                "1: \\code\n subs r5, #1\n bne 1b\n"
                ".thumb_func\n .global \\name\\()_end\n \\name\\()_end: nop\n"
                " add sp, #64\n pop {r4, r5, pc}\n"
                ".endm\n"
                "loop blocks, \"nop; nop\"\n"
                "loop pairs, \"str r0, [r4]; ldr r1, [r4, #4]\"\n"
                "loop loads, \"ldr r0, [r4]; ldr r1, [r4, #4]; nop\"\n");
            void blocks(void); void pairs(void); void loads(void);
            int main(void) { blocks(); pairs(); loads(); return 0; }
            """#
    private static let regions = ["blocks", "pairs", "loads"].map { "\($0)=\($0)_begin..\($0)_end" }

    /// An nRF52840 with a mean of its own, whatever its board file says.
    private static func board() throws -> Board {
        var board = try Board.named("nrf52840")
        board.timing.fast.flashMissesPerBlock = 0.08
        return board
    }

    @Test("should recover the parameters of a board from its cycle counts alone")
    func recovers() throws {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(Self.loops, in: folder)
            let known = try Self.board()
            var real = known
            real.timing.fast = BoardTiming.FastMeans(
                flashMissesPerBlock: 0.3125, storeToLoadCycles: 2.75, firstLoadCycles: 0.5)
            var request = RunRequest(imagePath: image, board: real)
            request.regions = Self.regions.map { String($0.split(separator: "=")[1]) }
            let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
            let csv =
                "region,cycles\n"
                + record.regions.map { "\($0.name.prefix { $0 != "_" }),\($0.cycles)\n" }.joined()

            var calibration = CalibrationRequest(
                imagePaths: [image], board: known, measured: try MeasuredCycles(csv, path: "b.csv"))
            calibration.regions = Self.regions
            let result = try Calibration(calibration, execute: FirmwareRun.simulate)
            #expect(result.rows.count == 3)
            #expect(result.rows.map { abs($0.before / $0.measured - 1) }.min() ?? 0 > 0.05)
            for row in result.rows { #expect(abs(row.after / row.measured - 1) < 0.002) }
            let fast = result.board.timing.fast
            #expect(abs(fast.flashMissesPerBlock - 0.3125) < 0.005)
            #expect(abs(fast.storeToLoadCycles - 2.75) < 0.01)
            #expect(abs(fast.firstLoadCycles - 0.5) < 0.01)

            let file = try result.boardFile(
                try Board.file(named: "nrf52840"), file: "nrf52840.yaml", measured: "b.csv")
            #expect(try Board.parse(yaml: file, file: "new.yaml") == result.board)
            #expect(file.contains("# measured, b.csv"))
        }
    }

    /// Firmware that prints a table, computed from what the board's memories cost.
    private func calibrate(
        _ csv: String, images: [String] = ["app.bin"], clockHz: UInt64 = 64_000_000,
        regions: [String] = [],
        table: @escaping @Sendable (MemoryTiming) -> String = {
            """
            hello
            region,cycles
            fetch,\(100 + 50 * $0.flashFetchMeanCyclesPerBlock)
            mixed,\(200 + 10 * $0.flashFetchMeanCyclesPerBlock + 20 * $0.storeToLoadCycles)
            done: 2 regions, really

            """
        }
    ) throws -> Calibration {
        try Assembler.withTemporaryDirectory { folder in
            var paths: [String] = []
            for image in images {
                let path = folder.appending(path: image).path
                // Stack pointer and reset vector.
                try Data([0, 0, 4, 0x20, 9, 0, 0, 0]).write(to: URL(filePath: path))
                let hex = path + ".hex"
                try Assembler.run(
                    "arm-none-eabi-objcopy", ["-I", "binary", "-O", "ihex", path, hex])
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.moveItem(atPath: hex, toPath: path)
                paths.append(path)
            }
            var board = try Self.board()
            board.clockHz = clockHz
            var request = CalibrationRequest(
                imagePaths: paths, board: board,
                measured: try MeasuredCycles(csv, path: "board.csv"))
            request.regions = regions
            return try Calibration(request) { configuration in
                configuration.console?(Array(table(configuration.board.memoryTiming).utf8))
                return MachineResult(
                    outcome: .exited(code: 0), total: Counters(cycles: 1000),
                    memory: MemoryMeasurement())
            }
        }
    }

    @Test("should say which parameters the readings do not determine, and leave them as they are")
    func undetermined() throws {
        let result = try calibrate("region,cycles\nfetch,125\nmixed,260\n")
        #expect(result.rows.map(\.before) == [108, 221.6])
        #expect(result.parameters.map(\.name).first == .flashMissesPerBlock)
        #expect(abs(result.parameters[0].after - 0.25) < 1e-9)
        #expect(abs(result.parameters[1].after - 2.75) < 1e-9)
        #expect(result.parameters[2].verdict == .unseen)
        #expect(result.parameters[2].after == result.parameters[2].before)
        let one = try calibrate("cycles,region\n260,mixed\n")
        #expect(one.parameters[1].verdict == .inseparable)
        #expect(one.rows.map(\.after) == [260])
    }

    @Test("should hold a parameter at zero that the readings would make negative")
    func bound() throws {
        let result = try calibrate("region,cycles\nfetch,90\nmixed,240\n")
        #expect(result.parameters[0].after == 0)
        #expect(result.parameters[1].after == 2)
    }

    @Test("should compare phases, steps and whole runs where the firmware prints no table")
    func wholeRun() throws {
        let result = try calibrate("region,cycles\nrun,1100\n") { _ in "no table\n" }
        #expect(result.rows.map(\.before) == [1000])
        #expect(result.parameters.allSatisfy { $0.verdict == .unseen })
    }

    @Test(
        "should refuse readings that it cannot understand, with their line and what is valid",
        arguments: [
            ("", "board.csv:1: holds no readings"),
            ("region,cycles\n\n# nothing\n", "holds no readings; valid: a line region,cycles"),
            ("name,time\na,1", "board.csv:1: the columns are 'name,time'; valid: region,cycles or"),
            ("region,cycles,x\na,1,2", "board.csv:1: the columns are 'region,cycles,x'"),
            ("region,region\na,1", "board.csv:1: the columns are"),
            ("region,cycles\nfetch", "board.csv:2: has 1 fields; valid: 2"),
            ("region,cycles\nfetch,1,2", "board.csv:2: has 3 fields; valid: 2"),
            ("region,cycles\n# c\nfetch,many", "board.csv:3: cycles are 'many'; valid: a number"),
            ("region,cycles\nfetch,-1", "board.csv:2: cycles are '-1'"),
            ("region,cycles\nfetch,0", "board.csv:2: cycles are '0'; valid: a number above 0"),
            ("region,cycles\nfetch,nan", "board.csv:2: cycles are 'nan'"),
            ("region,cycles\nfetch,inf", "board.csv:2: cycles are 'inf'"),
            ("region,cycles\nfetch,0x10", "board.csv:2: cycles are '0x10'"),
            ("region,cycles\n,1", "board.csv:2: a name is empty"),
            ("image,region,cycles\n,fetch,1", "board.csv:2: a name is empty"),
            (
                "region,cycles\r\nfetch,1\r\nfetch,2",
                "board.csv:3: region 'fetch' stands twice, first on line 2"
            ),
            (
                "region,cycles\nfetsh,1",
                "board.csv:2: no run has a region 'fetsh'; valid: fetch, mixed, run; did you mean "
                    + "'fetch'?"
            ),
            (
                "image,region,cycles\nother,fetch,1",
                "image 'other' is none of those given; valid: a"
            ),
        ])
    func broken(csv: String, message: String) {
        let error = #expect(throws: WorkbenchError.self) { try calibrate(csv) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test("should tell images apart, and ask for a column where it cannot")
    func images() throws {
        let both = ["a.hex", "b.hex"]
        let result = try calibrate(
            "image,region,cycles\nb,fetch,125\na,fetch,125\n", images: both)
        #expect(result.rows.map(\.image) == ["b", "a"])
        let error = #expect(throws: WorkbenchError.self) {
            try calibrate("region,cycles\nfetch,125\n", images: both)
        }
        #expect(
            error?.description
                == "board.csv:2: region 'fetch' is in a and b; valid: a column 'image' that says "
                + "which")
        let twins = #expect(throws: WorkbenchError.self) {
            try calibrate("region,cycles\nfetch,125\n", images: ["a.hex", "a.bin"])
        }
        #expect(twins?.description == "two images are called 'a'; valid: different names")
    }

    @Test(
        "should refuse regions without a name",
        arguments: ["main..end", "=a..b", "fft=main", "a=x..y"])
    func regionNames(region: String) {
        let error = #expect(throws: WorkbenchError.self) {
            try calibrate("region,cycles\nfetch,125\n", regions: [region])
        }
        #expect(error?.description.contains("--region") == true)
    }
}
