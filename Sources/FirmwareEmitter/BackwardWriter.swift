// SPDX-License-Identifier: GPL-2.0-or-later
import TrainingCompiler

/// Lines of the function `backward`, with a comment where a layer begins and markers around updates.
struct BackwardWriter {
    /// A gradient's definition at its first use, an assignment at later ones.
    struct Declaration {
        var name: String
        var value: String
        var note: String
    }

    private(set) var text = ""
    private var node: Int?
    private var isUpdating = false
    private var declared: Set<String> = []

    /// Says what the lines that follow belong to.
    ///
    /// - Parameter step: the operation's number in the schedule.
    mutating func enter(_ operation: BackwardOperation, at step: Int, summary: String?) {
        let updates = operation.isUpdate
        if isUpdating, !updates || operation.node != node { endUpdate() }
        if operation.node != node, let summary {
            text += "\n    // \(summary)\n"
        }
        node = operation.node
        text += PositionMarks.mark(step)
        if updates, !isUpdating {
            text += "    kl_phase_begin(KL_PHASE_UPDATE);\n"
            isUpdating = true
        }
    }

    /// A call that belongs to several layers, with a line on each.
    mutating func enterBlock(_ summaries: [String], at step: Int) {
        if isUpdating { endUpdate() }
        text += "\n" + summaries.map { "    // \($0)\n" }.joined()
        text += PositionMarks.mark(step)
        node = nil
    }

    mutating func add(_ lines: String) { text += lines }

    mutating func declare(_ declaration: Declaration) {
        if declared.insert(declaration.name).inserted {
            text += "    kl_gradient \(declaration.name) = \(declaration.value); "
        } else {
            let cast = declaration.value.hasPrefix("{") ? "(kl_gradient)" : ""
            text += "    \(declaration.name) = \(cast)\(declaration.value); "
        }
        text += "// \(declaration.note)\n"
    }

    mutating func finish() {
        if isUpdating { endUpdate() }
        text += PositionMarks.end
    }

    private mutating func endUpdate() {
        text += PositionMarks.end + "    kl_phase_end(KL_PHASE_UPDATE);\n"
        isUpdating = false
    }
}
