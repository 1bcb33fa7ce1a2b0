// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Foundation

/// What cycle accounting costs: the same programs with and without the block hook, in turn, in one process.
enum HookOverhead {
    /// The most that accounting may take of the time of bare Unicorn in a bounded program, as the median of
    /// ratios: nothing on top where it is done inside translations, which are quicker then.
    static let greatestRatio = Engine.isUnicornStatic ? 1.0 : 1.3
    static let repetitions = 9

    static let usage = """
        usage: kinglet-bench [--files DIR] [--args TEXT] [IMAGE.elf | PROGRAM]...
               kinglet-bench --once counted|plain|traced [IMAGE.elf | PROGRAM]
        Without a program: all built-in ones. --once: one run, for instruction counters; traced: with
        a call for every load and store beside the counting.
        """

    static func main() {
        var programs: [Program] = []
        var once: String?
        var folder: URL?
        var commandLine = ""
        var arguments = CommandLine.arguments.dropFirst()
        do {
            while let argument = arguments.popFirst() {
                switch argument {
                case "--once": once = arguments.popFirst()
                case "--files": folder = arguments.popFirst().map { URL(filePath: $0) }
                case "--args": commandLine = arguments.popFirst() ?? ""
                case "--help":
                    print(usage)
                    return
                default:
                    programs.append(
                        try Program(named: argument, folder: folder, commandLine: commandLine))
                }
            }
            if programs.isEmpty { programs = Program.all }
            if let once {
                try programs.forEach { try runOnce($0, mode: once) }
            } else if try !compare(programs) {
                exit(1)
            }
        } catch {
            print("kinglet-bench: \(error)")
            exit(2)
        }
    }

    private static func runOnce(_ program: Program, mode: String) throws {
        let run = try Run(program, counts: mode != "plain", traces: mode == "traced")
        try run.repeatProgram()
        print(
            "\(program.name): \(run.engine.counters.instructions) instructions in "
                + "\(run.engine.counters.cycles) blocks, \(run.edgesAsked) edges, "
                + "\(run.engine.accessCount) accesses seen")
    }

    private static func compare(_ programs: [Program]) throws -> Bool {
        print(
            "Unicorn \(Engine.unicornVersion), store fast path "
                + (Engine.usesStoreFastPath ? "on" : "not available")
                + "; CPU seconds, medians of \(repetitions)")
        print("program          no hook  counting   ratio  Minstr/s  instr/block  bound")
        var isWithin = true
        for program in programs {
            let plain = try Run(program, counts: false)
            let counting = try Run(program, counts: true)
            try plain.repeatProgram()
            try counting.repeatProgram()
            let instructions = Double(counting.engine.counters.instructions)
            var ratios: [Double] = []
            for _ in 0..<repetitions {
                try plain.repeatProgram()
                try counting.repeatProgram()
                ratios.append(
                    (counting.seconds.last ?? 0) / (plain.seconds.last ?? .infinity))
            }
            let ratio = median(ratios)
            print(
                program.name.padding(toLength: 15, withPad: " ", startingAt: 0)
                    + String(
                        format: "%9.3f %9.3f %7.3f %9.0f %12.1f  ", median(plain.seconds),
                        median(counting.seconds), ratio,
                        instructions / median(counting.seconds) / 1e6,
                        counting.instructionsPerBlock)
                    + (program.isBounded ? "\(greatestRatio)" : "none"))
            if ratio > greatestRatio, program.isBounded { isWithin = false }
        }
        // Without a bounded program there is nothing to judge.
        guard programs.contains(where: \.isBounded) else { return true }
        print(
            isWithin
                ? "within \(greatestRatio)" : "more than \(greatestRatio): accounting is too slow")
        return isWithin
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}

struct Failure: Error, CustomStringConvertible {
    var description: String
}
