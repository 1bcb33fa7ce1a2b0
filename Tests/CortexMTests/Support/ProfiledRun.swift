// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing

/// A run with its profile, as stacks of function names. Checks what holds of every profile.
struct ProfiledRun {
    let result: MachineResult
    let profile: ProfileMeasurement
    /// Cycles of each way of calls, "reset;outer;inner", without those that spent none.
    let stacks: [String: UInt64]

    init(
        _ code: String, handlers: [Int: String] = [:], cpu: String = "cortex-m4f",
        configure: (inout MachineConfiguration) -> Void = { _ in }
    ) throws {
        let plain = try TestFirmware.run(code, handlers: handlers, cpu: cpu, configure: configure)
        result = try TestFirmware.run(code, handlers: handlers, cpu: cpu) {
            configure(&$0)
            $0.profiles = true
        }
        profile = try #require(result.profile)
        #expect(plain.profile == nil)
        #expect(result.total == plain.total, "profiling changes the run")
        var names: [String] = []
        var stacks: [String: UInt64] = [:]
        for node in profile.nodes {
            let name = profile.functions[node.function].name
            names.append(node.parent.map { "\(names[$0]);\(name)" } ?? name)
            let cycles = node.cycles.reduce(0, +)
            if cycles > 0 { stacks[names[names.count - 1], default: 0] += cycles }
        }
        self.stacks = stacks
        let total = result.total.cycles
        #expect(stacks.values.reduce(0, +) == total, "stacks: \(stacks)")
        #expect(
            profile.instructions.reduce(profile.exceptionCycles) { $0 + $1.cycles } == total,
            "instructions: \(profile.instructions)")
    }

    func calls(_ path: String) -> UInt64 {
        var names: [String] = []
        var calls: UInt64 = 0
        for node in profile.nodes {
            let name = profile.functions[node.function].name
            names.append(node.parent.map { "\(names[$0]);\(name)" } ?? name)
            if names[names.count - 1] == path { calls += node.calls }
        }
        return calls
    }
}

/// Cycles in the order in which they are spent; sums of literals take the compiler too long.
func sum(_ parts: UInt64...) -> UInt64 { parts.reduce(0, +) }
