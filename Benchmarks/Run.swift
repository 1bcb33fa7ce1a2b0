// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import FirmwareImage
import Foundation
import TestSupport

/// One engine with one program, run again and again.
final class Run: ExecutionDelegate {
    let engine: Engine
    private(set) var seconds: [Double] = []
    private(set) var edgesAsked = 0
    private var codes: [BlockID: ThumbSketch] = [:]
    private let semihosting: Semihosting
    private let entry: UInt32
    private let stackTop: UInt32

    init(_ program: Program, counts: Bool, traces: Bool = false) throws {
        engine = try Engine(core: .cortexM4, countsBlocks: counts)
        if traces { try engine.countAccesses() }
        try engine.map(
            MemoryRegion(name: "flash", origin: 0, lengthBytes: 1 << 20, access: .readExecute))
        try engine.map(
            MemoryRegion(
                name: "ram", origin: 0x2000_0000, lengthBytes: 256 << 10, access: .readWriteExecute
            ))
        try engine.mapMMIO(
            origin: 0xE000_0000, lengthBytes: 1 << 20, handler: SilentRegisters())
        semihosting = Semihosting(folder: program.folder, commandLine: program.commandLine)
        switch try program.load() {
        case .bare(let code):
            entry = 0x100
            stackTop = 0x2001_0000
            try engine.write(code, at: entry)
        case .image(let image):
            for segment in image.segments {
                try engine.write(segment.bytes, at: segment.loadAddress)
            }
            stackTop = try engine.read32(0)
            entry = try engine.read32(4) & ~1
        }
        engine.delegate = self
    }

    func repeatProgram() throws {
        semihosting.reset()
        engine[.sp] = stackTop
        engine.pc = entry
        let start = Self.processorSeconds()
        while true {
            let reason = try engine.run()
            guard case .breakpoint(let pc) = reason else {
                throw Failure(description: "the program ended with \(reason)")
            }
            guard try engine.read16(pc) == 0xBEAB, try semihosting.serve(engine) else { break }
        }
        seconds.append(Self.processorSeconds() - start)
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
