// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport

/// An engine with 64 KiB of flash at 0 and 64 KiB of RAM at 0x2000_0000, and code at 0x100.
///
/// Its timing is made up to be easy to add in one's head: every instruction costs 1 cycle, a block
/// entered from a block that does not end right before it 10 more, and a skipped instruction saves
/// half a cycle.
final class Bench: ExecutionDelegate {
    let engine: Engine
    /// Called before watched instructions, with the engine stopped there.
    var onReached: (UInt32, Bool, SupervisedKinds) -> Void = { _, _, _ in }
    var discardedCount = 0
    var factsCount = 0
    private(set) var costCount = 0
    /// Supervised instructions to report, by address.
    var supervised: [UInt32: SupervisedKinds] = [:]
    var alignment: [UInt32: [AlignmentRequirement]] = [:]
    /// What to follow in the block at an address, and the operands of divides that were looked at.
    var details: [UInt32: BlockDetail] = [:]
    private(set) var divides: [[UInt32]] = []
    private(set) var codes: [BlockID: BlockCode] = [:]

    static let flash: UInt32 = 0
    static let ram: UInt32 = 0x2000_0000
    static let code: UInt32 = 0x100
    static let stackTop: UInt32 = 0x2001_0000

    init(
        _ source: String, core: EmulatedCore = .cortexM4, ramAliases: [UInt32] = [],
        fastPath: Bool = true, usesInternals: Bool = true, profiles: Bool = false,
        detail: DetailModel? = nil, mostTranslationBytes: Int = Engine.mostTranslationBytes
    ) throws {
        engine = try Engine(
            core: core, usesInternals: usesInternals, profiles: profiles, detail: detail,
            mostTranslationBytes: mostTranslationBytes)
        engine.delegate = self
        if !fastPath { engine.isStoreFastPathEnabled = false }
        try engine.map(
            MemoryRegion(
                name: "flash", origin: Self.flash, lengthBytes: 0x10000, access: .readExecute))
        try engine.map(
            MemoryRegion(
                name: "ram", origin: Self.ram, lengthBytes: 0x10000, access: .readWriteExecute,
                aliases: ramAliases))
        let cpu = core == .cortexM4 ? "cortex-m4" : "cortex-m7"
        try engine.write(Assembler.assemble(source, cpu: cpu), at: Self.code)
        engine[.sp] = Self.stackTop
        engine.pc = Self.code
    }

    func facts(of code: BlockCode) -> BlockFacts {
        factsCount += 1
        codes[code.id] = code
        let decoded = ThumbSketch(code.bytes, itState: code.itState)
        var facts = BlockFacts(
            instructionCount: decoded.offsets.count, stackDescentBytes: decoded.descent,
            switchesStack: decoded.switchesStack, conditionalOffsets: decoded.conditionals)
        facts.supervised = decoded.offsets.compactMap { offset in
            supervised[code.address + UInt32(offset)].map {
                SupervisedInstruction(offset: offset, kinds: $0)
            }
        }
        facts.detail = details[code.address] ?? BlockDetail()
        facts.alignment = alignment[code.address] ?? []
        return facts
    }

    func cost(of block: BlockID, after predecessor: BlockID?) -> EdgeCost {
        costCount += 1
        guard let code = codes[block] else { return EdgeCost(ticks: 0) }
        let decoded = ThumbSketch(code.bytes, itState: code.itState)
        var ticks = UInt32(decoded.offsets.count) * 256
        if let predecessor, let before = codes[predecessor],
            before.address + UInt32(before.bytes.count) != code.address
        {
            ticks += 10 * 256
        }
        return EdgeCost(
            ticks: ticks,
            skipSavingTicks: [UInt32](repeating: 128, count: decoded.conditionals.count))
    }

    /// Five cycles, whatever the operands.
    func divideTicks(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> Int32 {
        divides.append([dividend, divisor])
        return 5 * 256
    }

    func discarded(_ block: BlockID) {
        discardedCount += 1
        codes[block] = nil
    }

    func reached(instruction address: UInt32, probe: Bool, supervised: SupervisedKinds) {
        onReached(address, probe, supervised)
    }
}
