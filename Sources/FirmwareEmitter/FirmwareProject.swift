// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
package import TrainingCompiler

/// A training step as C sources, ready to be written into a folder beside a copy of the kernels.
///
/// The same plan gives the same bytes on every machine.
package struct FirmwareProject: Sendable {
    /// What programs built from it are called.
    package let name: String
    /// Texts by file name.
    package let files: [String: String]

    /// Throws where the kernels cannot do what the plan asks for.
    /// - Parameter boards: names of the boards that the Makefile builds for.
    package init(_ plan: TrainingPlan, boards: [String]) throws(EmissionError) {
        let emission = Emission(plan)
        try KernelLimits(emission).check()
        let name = Self.name(plan.schedule.scheme.name)
        self.name = name
        let layers = LayerTables(emission)
        let weights = WeightTables(emission)
        let parameters = ParameterTables(emission)
        var files = [
            "layers.h": layers.header, "layers.c": layers.source,
            "weights.h": weights.header, "weights.c": weights.source,
            "parameters.h": parameters.header, "parameters.c": parameters.source,
        ]
        let fingerprint = CText.hash(files.sorted { $0.key < $1.key }.map(\.value))
        let model = ModelSource(
            emission: emission, fingerprint: fingerprint,
            parameterCount: parameters.parameters.count
        ).marked
        files[ModelSource.fileName] = model.text
        files["check.c"] = CheckSource(emission).text
        files["Makefile"] =
            ProjectMakefile(
                name: name, boards: boards, options: plan.schedule.options,
                parameterBytes: parameters.parameters.reduce(0) { $0 + $1.bytes }
            ).text
        files["plan.txt"] = Self.planText(plan)
        files[PlanNote.fileName] = PlanNote(plan, lines: model.lines).text
        files["plan.svg"] = plan.arena.svg(
            title: "\(plan.schedule.graph.name), \(plan.schedule.scheme.name)")
        self.files = files
    }

    /// A scheme's name as a file's.
    private static func name(_ scheme: String) -> String {
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
        let name = String(scheme.prefix(40).map { allowed.contains($0) ? $0 : "-" })
        return name.isEmpty || name.hasPrefix("-") ? "model" + name : name
    }

    private static func planText(_ plan: TrainingPlan) -> String {
        let state = plan.state
        let schedule = plan.schedule.description.split(separator: "\n").map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 }))
        }
        return """
            \(plan.arena.tableText)
            trained parameters in SRAM: \(state.totalBytes) bytes (weights \(state.weightBytes), \
            biases \(state.biasBytes), residuals \(state.residualBytes))
            planned SRAM without stack and runtime: \(plan.totalBytes) bytes

            \(schedule.joined(separator: "\n"))

            """
    }
}
