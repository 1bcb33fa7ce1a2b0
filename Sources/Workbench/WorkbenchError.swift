// SPDX-License-Identifier: GPL-2.0-or-later
package import FirmwareImage
package import Scenarios
package import StrictYAML

/// Why a run could not begin; what happens after it began is in its record.
package enum WorkbenchError: Error, Sendable, Equatable {
    case unreadableFile(path: String, reason: String)
    case unwritableFile(path: String, reason: String)
    case tooLarge(path: String, bytes: UInt64, limit: UInt64)
    case image(path: String, FirmwareImageError)
    case filesDirectory(path: String, reason: String)
    /// An option that names a place in the image, such as `--until`.
    case place(option: String, FirmwareImageError)
    case badRegion(text: String)
    case flashFile(path: String, reason: String)
    /// The machine refused the configuration.
    case machine(reason: String)
    /// A model, scheme or head that the training compiler refuses.
    case training(input: String, reason: String)
    /// The folder `firmware` cannot be used.
    case firmware(reason: String)
    /// An emitted project could not be built.
    case build(folder: String, reason: String)
    /// An emitted project is too large for its board.
    case doesNotFit(folder: String, reason: String)
    /// A host twin that did not run to its end.
    case twin(arguments: String, reason: String)
    /// Something in a scenario file, or missing that it names.
    case scenario(YAMLError)
    case baseline(BaselineError)
    /// A file of cycle counts read on a board.
    case measured(path: String, line: Int, detail: String)
    case calibration(reason: String)
    case comparison(reason: String)
}

extension WorkbenchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadableFile(let path, let reason): "cannot read '\(path)': \(reason)"
        case .unwritableFile(let path, let reason): "cannot write '\(path)': \(reason)"
        case .tooLarge(let path, let bytes, let limit):
            "'\(path)' has \(bytes) bytes; valid: at most \(limit)"
        case .image(let path, let error): "\(path): \(error)"
        case .filesDirectory(let path, let reason):
            "--files '\(path)' \(reason); valid: the folder that the firmware may open files in"
        case .place(let option, let error): "\(option): \(error)"
        case .badRegion(let text):
            "--region '\(text)' is not a region; valid: FROM..TO, two symbols or 0x addresses, "
                + "for example train_begin..train_end"
        case .flashFile(let path, let reason): "--load-flash '\(path)': \(reason)"
        case .machine(let reason): reason
        case .training(let input, let reason): "'\(input)': \(reason)"
        case .firmware(let reason): reason
        case .build(let folder, let reason), .doesNotFit(let folder, let reason):
            "building '\(folder)' failed: \(reason)"
        case .twin(let arguments, let reason): "the host twin with '\(arguments)': \(reason)"
        case .scenario(let error): error.description
        case .baseline(let error): error.description
        case .measured(let path, let line, let detail): "\(path):\(line): \(detail)"
        case .calibration(let reason), .comparison(let reason): reason
        }
    }
}
