// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
package import RunModel

/// The host twin of training firmware, and what it printed.
struct TwinProgram {
    let path: String
    /// The folder with its samples.
    let files: String

    /// Runs it to its end, and reads what it prints.
    func output(_ arguments: String) throws(WorkbenchError) -> TrainingOutput {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["--files", files] + arguments.split(separator: " ").map(String.init)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            throw .twin(arguments: arguments, reason: error.localizedDescription)
        }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let last = text.split(separator: "\n").suffix(5).joined(separator: "\n")
            throw .twin(
                arguments: arguments, reason: "exit code \(process.terminationStatus): \(last)")
        }
        return TrainingOutput(text)
    }
}

/// What the app `train` prints, on a board and on the host: losses, accuracies, the hash of what was trained.
package struct TrainingOutput: Equatable {
    /// Mean losses of consecutive steps: `steps 0 to 49: mean loss 1.2345`.
    package var losses: [Double] = []
    /// `accuracy_after: 0.7500 (375 of 500)`.
    package var metrics: [MetricRecord] = []
    /// `weights: 0x01234567`; nil where the program does not print it.
    package var weightsHash: String?

    package init(_ text: String) {
        for line in text.split(separator: "\n") {
            if let hash = line.wholeMatch(of: /weights: (0x[0-9a-f]+)/) {
                weightsHash = String(hash.1)
            } else if let loss = line.wholeMatch(of: /steps \d+ to \d+: mean loss (\S+)/) {
                losses.append(Double(loss.1) ?? .nan)
            } else if let share = line.wholeMatch(of: /(accuracy_\w+): \S+ \((\d+) of (\d+)\)/),
                let part = Float(share.2), let whole = Float(share.3)
            {
                metrics.append(MetricRecord(name: String(share.1), value: part / whole))
            }
        }
    }
}
