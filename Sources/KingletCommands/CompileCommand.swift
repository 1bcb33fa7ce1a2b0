// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import MemoryPlanner
import TensorGraph
import TrainingCompiler
import Workbench

/// `kinglet compile`
struct CompileCommand: ParsableCommand {
    enum Dump: String, CaseIterable, ExpressibleByArgument {
        case graph, backward, schedule, memory
    }

    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Show what training a model on the device takes, before any firmware.",
        discussion: """
            Reads an int8 .tflite model, or a network that comes with Kinglet as a description \
            (mcunet-5fps, mbv2-w0.35, proxyless-w0.3; weights seeded), and a sparse-update \
            scheme: a YAML file or a published one (mcunet-49kb, mbv2-99kb, ...). Prints the \
            stage that --dump names:

              graph     the network as imported
              backward  the gradients that the scheme needs
              schedule  one training step: every operation with its buffers
              memory    the plan: each buffer's place in the arena, and the lower bound

            The memory is planned, not measured: it leaves out the stack and the runtime. \
            Emitting firmware is not part of this version.

            Examples:
              kinglet compile model.tflite --dump graph
              kinglet compile mcunet-5fps --scheme mcunet-49kb --dump memory --svg plan.svg
              kinglet compile model.tflite --classes 10 --scheme mine.yaml --dump schedule
            """)

    @Argument(help: ArgumentHelp("A .tflite file, or a shipped network.", valueName: "model"))
    var model: String

    @Option(help: ArgumentHelp("A scheme file, or a published scheme.", valueName: "scheme"))
    var scheme: String?

    @Option(
        help: ArgumentHelp("Replace the head by one for this many classes.", valueName: "count"))
    var classes: Int?

    @Option(help: "The stage to print: graph, backward, schedule or memory.")
    var dump: Dump

    @Option(
        help: ArgumentHelp(
            "Draw the memory plan as SVG: offset over time. Needs --dump memory.",
            valueName: "file"))
    var svg: String?

    func validate() throws {
        if dump != .graph, scheme == nil {
            throw ValidationError("--dump \(dump.rawValue) needs --scheme")
        }
        if svg != nil, dump != .memory {
            throw ValidationError("--svg needs --dump memory")
        }
    }

    func run() throws {
        var request = TrainingRequest(model: model)
        request.scheme = scheme
        request.classes = classes
        do {
            try CommandConsole.current.print(text(request))
        } catch {
            throw InputError("\(error)")
        }
    }

    private func text(_ request: TrainingRequest) throws(WorkbenchError) -> String {
        if dump == .graph { return "\(try request.graph())\n" }
        let plan = try request.plan()
        switch dump {
        case .graph, .backward: return "\(plan.schedule.program)\n"
        case .schedule: return "\(plan.schedule)\n"
        case .memory:
            if let svg {
                try OutputFile.write(plan.arena.svg(title: "\(model), \(scheme ?? "")"), to: svg)
            }
            let state = plan.state
            return plan.arena.tableText + """

                trained parameters in SRAM: \(state.totalBytes) bytes (weights \(state.weightBytes), \
                biases \(state.biasBytes), residuals \(state.residualBytes))
                planned SRAM without stack and runtime: \(plan.totalBytes) bytes

                """
        }
    }
}
