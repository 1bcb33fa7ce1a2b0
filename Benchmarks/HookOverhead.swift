// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Foundation
import TestSupport

/// What cycle accounting costs: the same programs with and without the block hook, in turn, in one process.
enum HookOverhead {
    /// The most that accounting may add, as a ratio of medians.
    static let greatestRatio = 1.15
    static let repetitions = 9

    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        do {
            // `--once PROGRAM counted|plain`: a single run, for instruction counters such as callgrind.
            if arguments.count == 3, arguments[0] == "--once" {
                try runOnce(arguments[1], counts: arguments[2] == "counted")
                return
            }
            if arguments.isEmpty { arguments = Program.all.map(\.name) }
            try compare(arguments)
        } catch {
            print("kinglet-bench: \(error)")
            exit(2)
        }
    }

    private static func runOnce(_ name: String, counts: Bool) throws {
        let run = try Run(try program(name), counts: counts)
        try run.repeatProgram()
        print(run.engine.counters)
        print("\(run.edgesAsked) edges asked for, \(run.instructionsPerBlock) instructions a block")
    }

    private static func program(_ name: String) throws -> Program {
        guard let program = Program.all.first(where: { $0.name == name }) else {
            let names = Program.all.map(\.name).joined(separator: ", ")
            throw Failure(description: "no program '\(name)'; there are \(names)")
        }
        return program
    }

    private static func compare(_ names: [String]) throws {
        print(
            "Unicorn \(Engine.unicornVersion), store fast path "
                + (Engine.usesStoreFastPath ? "on" : "not linked")
                + "; CPU seconds, medians of \(repetitions)")
        print("program          no hook  counting   ratio  Minstr/s  instr/block  bound")
        var isWithin = true
        for name in names {
            let program = try program(name)
            let plain = try Run(program, counts: false)
            let counting = try Run(program, counts: true)
            var ratios: [Double] = []
            for _ in 0..<repetitions {
                try plain.repeatProgram()
                try counting.repeatProgram()
                ratios.append(
                    (counting.seconds.last ?? 0) / (plain.seconds.last ?? .infinity))
            }
            let ratio = median(ratios)
            let speed =
                Double(counting.engine.counters.instructions) / Double(repetitions)
                / median(counting.seconds) / 1e6
            print(
                name.padding(toLength: 15, withPad: " ", startingAt: 0)
                    + String(
                        format: "%9.3f %9.3f %7.3f %9.0f %12.1f  ", median(plain.seconds),
                        median(counting.seconds), ratio, speed, counting.instructionsPerBlock)
                    + (program.isBounded ? "\(greatestRatio)" : "none"))
            if ratio > greatestRatio, program.isBounded { isWithin = false }
        }
        print(
            isWithin
                ? "within \(greatestRatio)" : "more than \(greatestRatio): accounting is too slow")
        if !isWithin { exit(1) }
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}

struct Failure: Error, CustomStringConvertible {
    var description: String
}

/// One engine with one program, run again and again.
final class Run: ExecutionDelegate {
    let engine: Engine
    private(set) var seconds: [Double] = []
    private(set) var edgesAsked = 0
    private var codes: [BlockID: ThumbSketch] = [:]

    private static let code: UInt32 = 0x100

    init(_ program: Program, counts: Bool) throws {
        engine = try Engine(core: .cortexM4, countsBlocks: counts)
        engine.delegate = self
        try engine.map(
            MemoryRegion(name: "flash", origin: 0, lengthBytes: 0x10000, access: .readExecute))
        try engine.map(
            MemoryRegion(
                name: "ram", origin: 0x2000_0000, lengthBytes: 0x10000,
                access: .readWriteExecute))
        try engine.write(program.machineCode(), at: Self.code)
    }

    func repeatProgram() throws {
        engine[.sp] = 0x2001_0000
        engine.pc = Self.code
        let start = Self.processorSeconds()
        let reason = try engine.run()
        seconds.append(Self.processorSeconds() - start)
        guard case .breakpoint = reason else {
            throw Failure(description: "the program ended with \(reason)")
        }
    }

    var instructionsPerBlock: Double {
        let counters = engine.counters
        let all = counters.instructions + counters.skippedInstructions
        return Double(all) / Double(max(counters.cycles, 1))
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    func facts(of code: BlockCode) -> BlockFacts {
        let sketch = ThumbSketch(code.bytes, itState: code.itState)
        codes[code.id] = sketch
        return BlockFacts(
            instructionCount: sketch.offsets.count, stackDescentBytes: sketch.descent,
            switchesStack: sketch.switchesStack, conditionalOffsets: sketch.conditionals)
    }

    func cost(of block: BlockID, after predecessor: BlockID?) -> EdgeCost {
        edgesAsked += 1
        let sketch = codes[block]
        // One cycle a block, so that the cycles tell how many blocks there were.
        return EdgeCost(
            cycles: 1,
            skipSavingCycles: [UInt32](repeating: 0, count: sketch?.conditionals.count ?? 0))
    }

    func discarded(_ block: BlockID) { codes[block] = nil }

    func reached(instruction address: UInt32, probe: Bool, supervised: SupervisedKinds) {}
}
