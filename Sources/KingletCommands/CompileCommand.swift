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
        abstract: "Turn a model and a scheme into firmware that trains it.",
        discussion: """
            Reads an int8 .tflite model, or a network that comes with Kinglet as a description \
            (mcunet-5fps, mbv2-w0.35, proxyless-w0.3; weights seeded), and a sparse-update \
            scheme: a YAML file or a published one (mcunet-49kb, mbv2-99kb, ...).

            With -o it writes a folder of C sources, complete with kernels and runtime, and \
            builds it: build/BOARD/SCHEME.elf for each board, and a program for this machine \
            that computes the same, build/host/SCHEME. With --dump it prints a stage:

              graph     the network as imported
              backward  the gradients that the scheme needs
              schedule  one training step: every operation with its buffers
              memory    the plan: each buffer's place in the arena, and the lower bound

            Planned memory leaves out the stack and the runtime; 'kinglet run' measures all of it.

            Examples:
              kinglet compile mcunet-5fps --scheme mcunet-49kb --board stm32f746g-disco -o out/m
              kinglet compile model.tflite --classes 10 --scheme mine.yaml -o out/mine
              kinglet compile mcunet-5fps --scheme mcunet-49kb --dump memory --svg plan.svg
            """)

    @Argument(help: ArgumentHelp("A .tflite file, or a shipped network.", valueName: "model"))
    var model: String

    @Option(
        help: ArgumentHelp(
            "A scheme file, a published scheme, or full, classifier, biases, biases-K, layers-K.",
            valueName: "scheme"))
    var scheme: String?

    @Option(
        help: ArgumentHelp("Replace the head by one for this many classes.", valueName: "count"))
    var classes: Int?

    @OptionGroup(title: "Firmware") var firmwareOptions: FirmwareOptions
    @OptionGroup(title: "Training step") var stepOptions: StepOptions

    @Option(help: "Print a stage: graph, backward, schedule or memory.")
    var dump: Dump?

    @Option(
        help: ArgumentHelp(
            "Draw the memory plan as SVG: offset over time. Needs --dump memory.",
            valueName: "file"))
    var svg: String?

    func validate() throws {
        guard dump != nil || firmwareOptions.output != nil else {
            throw ValidationError("Give -o DIR for firmware, --dump STAGE for a look, or both.")
        }
        if let dump, dump != .graph, scheme == nil {
            throw ValidationError("--dump \(dump.rawValue) needs --scheme")
        }
        if firmwareOptions.output != nil, scheme == nil {
            throw ValidationError("-o needs --scheme")
        }
        if svg != nil, dump != .memory {
            throw ValidationError("--svg needs --dump memory")
        }
    }

    func run() throws {
        var request = TrainingRequest(model: model)
        request.scheme = scheme
        request.classes = classes
        request.options = try stepOptions.passOptions()
        try InputError.converting {
            if dump == .graph, firmwareOptions.output == nil {
                return CommandConsole.current.print("\(try request.graph())\n")
            }
            let plan = try request.plan()
            if let dump { CommandConsole.current.print(try text(dump, plan)) }
            try firmwareOptions.write(plan, model: model)
        }
    }

    private func text(_ dump: Dump, _ plan: TrainingPlan) throws(WorkbenchError) -> String {
        switch dump {
        case .graph: return "\(plan.schedule.graph)\n"
        case .backward: return "\(plan.schedule.program)\n"
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
