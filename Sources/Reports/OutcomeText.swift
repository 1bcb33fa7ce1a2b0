// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The end of a run in words.
enum OutcomeText {
    static func sentence(_ record: RunRecord) -> String { sentence(record.outcome) }

    static func sentence(_ outcome: OutcomeRecord) -> String {
        var text: String
        switch outcome.reason {
        case .exited:
            text = "the firmware exited with code \(outcome.firmwareExitCode ?? 0)"
        case .transmissionEnded: text = "the firmware sent EOT through its UART"
        case .cycleLimit: text = "stopped: the limit of --max-cycles was reached"
        case .timeout: text = "stopped: the limit of --timeout was reached"
        case .untilReached: text = "stopped at --until"
        case .sleepsForever:
            text = "stopped: the core sleeps, and nothing is left that could wake it"
        case .resetLimit:
            text = "stopped: the firmware requested more system resets than --max-resets allows"
        case .faulted: text = "FAULT"
        }
        if !outcome.exceededLimits.isEmpty {
            let memories = outcome.exceededLimits.map { $0 == "sram" ? "SRAM" : $0.printable }
            text += "; needs more \(memories.joined(separator: " and ")) than the board has"
        }
        return text
    }

    /// One word or two, for tables.
    static func short(_ record: RunRecord) -> String {
        switch record.outcome.reason {
        case .exited: "exit code \(record.outcome.firmwareExitCode ?? 0)"
        case .transmissionEnded: "EOT sent"
        case .cycleLimit: "cycle limit"
        case .timeout: "timeout"
        case .untilReached: "until reached"
        case .sleepsForever: "sleeps forever"
        case .resetLimit: "reset limit"
        case .faulted: "FAULT"
        }
    }
}
