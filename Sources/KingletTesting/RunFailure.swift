// SPDX-License-Identifier: GPL-2.0-or-later
import Reports

/// Why a run gives a test nothing to measure.
public enum RunFailure: Error, Sendable {
    /// The image, the board or an option cannot be used.
    case notStarted(reason: String)
    /// A fault that no handler took care of; `record.fault` has it decoded.
    case faulted(RunRecord, console: String)
    /// The firmware exited with this code, which is not 0.
    case exited(code: UInt32, RunRecord, console: String)
    /// A limit was reached before the firmware exited; `record.outcome.reason` says which.
    case stopped(RunRecord, console: String)

    /// nil for a run that ended as it should.
    init?(_ record: RunRecord, console: String) {
        switch record.outcome.reason {
        case .exited:
            guard let code = record.outcome.firmwareExitCode, code != 0 else { return nil }
            self = .exited(code: code, record, console: console)
        case .transmissionEnded, .untilReached: return nil
        case .faulted: self = .faulted(record, console: console)
        case .cycleLimit, .timeout, .sleepsForever, .resetLimit:
            self = .stopped(record, console: console)
        }
    }

    /// What was measured up to the failure; nil when the run did not begin.
    public var record: RunRecord? {
        switch self {
        case .notStarted: nil
        case .faulted(let record, _), .exited(_, let record, _), .stopped(let record, _): record
        }
    }
}

extension RunFailure: CustomStringConvertible {
    /// The message for a person: the decoded fault, and the end of what the firmware printed.
    public var description: String {
        switch self {
        case .notStarted(let reason): reason
        case .faulted(let record, let console):
            text(
                record, "faulted", record.fault.map(FaultText.lines) ?? [], console: console)
        case .exited(let code, let record, let console):
            text(record, "exited with code \(code)", [], console: console)
        case .stopped(let record, let console):
            text(record, Self.clause(record), [], console: console)
        }
    }

    private static func clause(_ record: RunRecord) -> String {
        switch record.outcome.reason {
        case .cycleLimit: "was stopped by mostCycles after \(Cycles(record.total.cycles))"
        case .timeout: "was stopped by timeout after \(Cycles(record.total.cycles))"
        case .sleepsForever: "sleeps, and nothing is left that could wake it"
        case .resetLimit: "was stopped: it requested too many system resets"
        case .exited, .transmissionEnded, .untilReached, .faulted: "ended"
        }
    }

    private func text(
        _ record: RunRecord, _ clause: String, _ lines: [String], console: String
    ) -> String {
        var all = ["'\(record.name.printable)' on \(record.board) \(clause)"] + lines
        let printed = console.split(whereSeparator: \.isNewline).suffix(10)
        if !printed.isEmpty {
            all.append("console")
            all += printed.map { "  \(String($0).printable)" }
        }
        return all.joined(separator: "\n")
    }
}
