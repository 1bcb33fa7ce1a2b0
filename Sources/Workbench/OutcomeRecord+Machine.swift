// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel

extension OutcomeRecord {
    /// Exit codes: 0 pass, 1 the firmware or a limit of the board says no, 3 fault, 42 limit of the
    /// run reached (time, cycles, resets, or nothing left that could
    /// happen).
    init(_ outcome: MachineOutcome, exceededLimits: [String]) {
        let reason: Reason
        var exitCode: Int
        var firmwareExitCode: UInt32?
        switch outcome {
        case .exited(let code):
            reason = .exited
            exitCode = code == 0 ? 0 : 1
            firmwareExitCode = code
        case .transmissionEnded: (reason, exitCode) = (.transmissionEnded, 0)
        case .cycleLimit: (reason, exitCode) = (.cycleLimit, 42)
        case .timeout: (reason, exitCode) = (.timeout, 42)
        case .untilReached: (reason, exitCode) = (.untilReached, 0)
        case .sleepsForever: (reason, exitCode) = (.sleepsForever, 42)
        case .resetLimit: (reason, exitCode) = (.resetLimit, 42)
        case .faulted: (reason, exitCode) = (.faulted, 3)
        }
        if exitCode == 0, !exceededLimits.isEmpty { exitCode = 1 }
        self.init(
            reason: reason, exitCode: exitCode, firmwareExitCode: firmwareExitCode,
            exceededLimits: exceededLimits)
    }
}
