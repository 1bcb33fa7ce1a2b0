// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("Energy of a run")
struct EnergyTests {
    private static let source =
        FirmwareBuilder.startup + """
            __attribute__((section(".data.ramcode"), noinline)) int in_ram(int x) {
              __asm volatile(".rept 400\\n nop\\n .endr"); return x;
            }
            int main(void) { return in_ram(0); }
            """

    /// 1,000,000 cycles awake and 640,000 asleep; two steps of 300,000 and 500,000 cycles.
    private static let result: MachineResult = {
        var result = MachineResult(
            outcome: .exited(code: 0), total: Counters(cycles: 1_000_000, instructions: 1),
            memory: MemoryMeasurement())
        result.sleepCycles = 640_000
        result.steps = [(300_000, 160_000), (500_000, 160_000)].enumerated().map { index, cycles in
            StepMeasurement(
                index: index, counters: Counters(cycles: cycles.0), sramPeakBytes: 1,
                phases: [
                    PhaseMeasurement(name: "forward", counters: Counters(cycles: cycles.1))
                ], loss: nil)
        }
        return result
    }()

    private func energy(
        on board: Board, _ result: MachineResult = result,
        source: String = FirmwareBuilder.startup + "int main(void) { return 0; }"
    ) throws -> EnergyRecord? {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(source, in: folder)
            return try FirmwareRun { _ in result }
                .record(of: RunRequest(imagePath: path, board: board)).energy
        }
    }

    private func isNear(_ value: Double?, _ expected: Double) -> Bool {
        value.map { ($0 - expected).magnitude <= 1e-12 } ?? false
    }

    // nRF52840 at 64 MHz: 6.3 mA from flash and 2.35 uA asleep, at 3 V.
    @Test("should be current times voltage times time, sleep apart and in no step")
    func byHand() throws {
        let energy = try #require(try energy(on: Board.named("nrf52840")))
        // 0.0063 A * 3 V = 18.9 mW; 15.625 ms awake, 10 ms asleep.
        let asleep = 2.35e-6 * 3 * 0.010
        #expect(isNear(energy.sleepJoules, asleep))
        #expect(isNear(energy.totalJoules, 295.3125e-6 + asleep))
        // Steps of 4.6875 and 7.8125 ms; 2.5 ms of forward in each.
        #expect(isNear(energy.stepMeanJoules, 118.125e-6))
        #expect(energy.phases.map(\.name) == ["forward"])
        #expect(isNear(energy.phases.first?.stepMeanJoules, 47.25e-6))
        // 225 mAh * 3.6 C/mAh * 3 V = 2430 J.
        #expect(energy.battery?.joules == 2430)
        #expect(energy.stepsPerCharge == 20_571_428)
        #expect(energy.basis == "estimated")
        #expect(energy.mode == "ldo-flash, code in flash: the table's row of 64 MHz")
        #expect(energy.sources.count == 2 && energy.sources[0].hasPrefix("run: PS, CPU running"))
    }

    // STM32F407 at 28 MHz: between 6 mA at 25 MHz and 8 mA at 30 MHz, 6 + 2 * 3 / 5 mA; asleep 2 + 3 / 5.
    @Test("should follow the clock, in time and in current")
    func clock() throws {
        let board = try Board.named("stm32f407g-disc1").clocked(atHz: 28_000_000)
        let energy = try #require(try energy(on: board))
        let current = 7.2
        #expect(isNear(energy.runMilliamperes, current))
        #expect(isNear(energy.sleepMilliamperes, 2.6))
        #expect((energy.totalJoules - energy.sleepJoules - current * 3.3e-3 / 28).magnitude < 2e-12)
    }

    @Test("should take the current of running from RAM where most of the code runs there")
    func ram() throws {
        let board = try Board.named("nrf52840")
        let inRAM = try energy(on: board, source: Self.source)
        #expect(inRAM?.mode == "ldo-ram, code in ram: the table's row of 64 MHz")
        #expect(inRAM?.runMilliamperes == 5.2)
        let chosen = try energy(on: board.powered(mode: "dcdc-flash"), source: Self.source)
        #expect(chosen?.runMilliamperes == 3.3)
    }

    @Test(
        "should be without step figures where there are no steps, and without battery where there is none"
    )
    func absent() throws {
        var result = Self.result
        result.steps = []
        var board = try Board.named("nrf52840")
        let plain = try #require(try energy(on: board, result))
        #expect(plain.stepMeanJoules == nil && plain.stepsPerCharge == nil && plain.phases.isEmpty)
        #expect(plain.battery?.name == "CR2032")
        board.energy?.battery = nil
        #expect(try energy(on: board)?.stepsPerCharge == nil)
        // Sleep without a current of its own counts as running: 25.625 ms.
        board.energy?.sleep = nil
        #expect(isNear(try energy(on: board)?.totalJoules, 484.3125e-6))
        board.energy = nil
        #expect(try energy(on: board) == nil)
    }
}
