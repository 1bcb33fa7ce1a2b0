// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("Profile records")
struct ProfileRecordTests {
    private static let source =
        FirmwareBuilder.startup + """
            static void mark(int port, uint32_t value) {
              *(volatile uint32_t *)(0xE0000000 + 4 * port) = value;
            }
            __attribute__((noinline)) static int work(int count) {
              int sum = 0;
              for (int i = 0; i < count; i++) {
                __asm volatile("" : "+r"(sum));
                sum += i;
              }
              return sum;
            }
            __attribute__((noinline)) int twice(int count) { return work(count) + work(count); }
            int main(void) {
              int sum = twice(10);
              for (int step = 0; step < 3; step++) {
                mark(24, step);
                mark(26, 1);
                sum += twice(100);
                mark(27, 1);
                mark(25, step);
              }
              return sum & 0;
            }
            """

    private static func profiled(
        _ flags: [String] = ["-O1", "-g"]
    ) throws -> (run: RunRecord, profile: ProfileRecord) {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(Self.source, in: folder, flags: flags)
            var request = RunRequest(imagePath: path, board: try Board.named("nrf52840"))
            request.maxCycles = 1_000_000
            let plain = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
            let (run, profile) = try FirmwareRun(execute: FirmwareRun.simulate)
                .profile(of: request)
            #expect(run == plain, "profiling changes the record")
            #expect(run.outcome.exitCode == 0, "\(run.outcome)")
            return (run, profile)
        }
    }

    @Test("should account for every cycle by function, node, line and step")
    func sums() throws {
        let (run, profile) = try Self.profiled()
        let total = run.total.cycles
        #expect(profile.totalCycles == total)
        #expect(profile.functions.reduce(0) { $0 + $1.selfCycles } == total)
        #expect(profile.nodes.reduce(0) { $0 + $1.cycles.reduce(0, +) } == total)
        #expect(
            profile.lines.reduce(profile.cyclesWithoutLine) { $0 + $1.cycles } == total)
        #expect(profile.steps.map(\.cycles) == run.steps.map(\.cycles))
        #expect(profile.steps.map(\.index) == [0, 1, 2])
        for (step, measured) in zip(profile.steps, run.steps) {
            let forward = step.phases.first { $0.name == "forward" }
            #expect(forward?.cycles == measured.phases.first?.cycles)
            for phase in step.phases {
                #expect(phase.functions.reduce(0) { $0 + $1.selfCycles } == phase.cycles)
            }
        }
        for (index, node) in profile.nodes.enumerated() {
            #expect((node.parent ?? -1) < index)
        }
    }

    @Test("should tell a function's own cycles from those of what it called")
    func functions() throws {
        let profile = try Self.profiled().profile
        func function(_ name: String) throws -> ProfileFunctionRecord {
            try #require(profile.functions.first { $0.name == name })
        }
        let (work, twice, main) = (
            try function("work"), try function("twice"), try function("main")
        )
        #expect(work.calls == 8 && twice.calls == 4 && main.calls == 1)
        #expect(work.selfCycles == work.totalCycles)
        #expect(twice.totalCycles == twice.selfCycles + work.totalCycles)
        #expect(main.totalCycles == main.selfCycles + twice.totalCycles)
        #expect(profile.functions.first?.name == "work")
        let phases = work.phases.map(\.phase)
        #expect(phases == ["outside steps", "forward"])
        #expect(work.phases.reduce(0) { $0 + $1.selfCycles } == work.selfCycles)
    }

    @Test("should find the lines of a loop, and where functions begin")
    func lines() throws {
        let profile = try Self.profiled().profile
        let lines = Self.source.split(separator: "\n", omittingEmptySubsequences: false)
        let loop = try #require(lines.firstIndex { $0.contains("sum += i;") }) + 1
        let hottest = try #require(profile.lines.max { $0.cycles < $1.cycles })
        #expect((loop - 2...loop).contains(hottest.line))
        #expect(profile.functions[hottest.function].name == "work")
        #expect(hottest.file.hasSuffix("a.c"))
        let work = try #require(profile.functions.first { $0.name == "work" })
        #expect(work.file == hottest.file && work.line != nil)
        #expect(work.address?.hasPrefix("0x0000") == true)
    }

    @Test("should do without lines, and say why when they cannot be read")
    func withoutLines() throws {
        let plain = try Self.profiled(["-O1"]).profile
        #expect(plain.lines.isEmpty && plain.warnings.isEmpty)
        #expect(plain.cyclesWithoutLine == plain.totalCycles)
        let compressed = try Self.profiled(["-O1", "-g", "-gz"]).profile
        #expect(compressed.lines.isEmpty)
        #expect(compressed.warnings.count == 1)
        #expect(compressed.warnings.first?.contains("-gz=none") == true)
    }
}
