// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import RunModel

extension EnergyRecord {
    /// What a run took from its board's supply: current × voltage × time; nil for a board without currents.
    init?(_ board: Board, _ image: FirmwareImage, _ run: RunRecord) {
        guard let energy = board.energy else { return nil }
        let mode = energy.mode(for: image.runsMostlyFromFlash(of: board) ? .flash : .ram)
        let (current, rule) = mode.currents.milliamperes(atHz: board.clockHz)
        let sleepCurrent = energy.sleep?.milliamperes(atHz: board.clockHz)
        func joules(_ milliamperes: Double, _ cycles: Double) -> Double {
            Self.rounded(milliamperes / 1000 * energy.supplyVolts * cycles / Double(board.clockHz))
        }
        let sleep = joules(sleepCurrent?.value ?? current, Double(run.sleepCycles))
        let steps = StepStatistics(run.steps)
        self.init(
            mode: "\(mode.name), code in \(mode.code.rawValue): \(rule)",
            supplyVolts: energy.supplyVolts, runMilliamperes: current,
            sleepMilliamperes: sleepCurrent?.value,
            totalJoules: Self.rounded(joules(current, Double(run.total.cycles)) + sleep),
            sleepJoules: sleep, stepMeanJoules: steps.map { joules(current, $0.cycles.mean) },
            phases: (steps?.phases ?? []).map {
                Phase(name: $0.name, stepMeanJoules: joules(current, $0.meanCycles))
            },
            battery: energy.battery.map {
                Battery(name: $0.name, milliampereHours: $0.milliampereHours, volts: $0.volts)
            },
            sources: ["run: \(mode.currents.source)"]
                + (energy.sleep.map { ["sleep: \($0.source)"] } ?? []))
        if let battery, let step = stepMeanJoules, step > 0 {
            stepsPerCharge = (battery.joules / step).rounded(.down)
        }
    }

    /// Without noise beyond a picojoule, a thousandth of what any cycle takes.
    private static func rounded(_ joules: Double) -> Double { (joules * 1e12).rounded() / 1e12 }
}

extension FirmwareImage {
    /// Whether most bytes of code stand in flash where they run, by section; where there are none, by segment.
    fileprivate func runsMostlyFromFlash(of board: Board) -> Bool {
        let code =
            sections.isEmpty
            ? segments.filter(\.isExecutable).map { ($0.virtualAddress, $0.bytes.count) }
            : sections.filter { $0.isExecutable && $0.isAllocated }
                .map { ($0.address, Int($0.size)) }
        func bytes(where include: (Board.Memory.Kind) -> Bool) -> Int {
            code.filter { address, _ in
                board.memories.contains { include($0.kind) && $0.holds(address) }
            }.reduce(0) { $0 + $1.1 }
        }
        return bytes { $0 == .flash } >= bytes { $0 != .flash && $0 != .rom }
    }
}

extension Board.Memory {
    fileprivate func holds(_ address: UInt32) -> Bool {
        ([origin] + aliases).contains { address >= $0 && address - $0 < lengthBytes }
    }
}
