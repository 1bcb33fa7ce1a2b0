// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import FirmwareImage

extension Processor {
    /// Maps the board, loads the image, resets the core.
    func setUp() throws(MachineError) {
        do { try mapBoard() } catch { throw .engine("\(error)") }
        try load()
        try startCore()
        try installWatches()
        updateSupervision()
        updateStackLimit()
        resetCaches()
        semihosting = Semihosting(
            memory: GuestMemoryReference(self),
            files: SemihostingFiles(directory: configuration.filesDirectory),
            commandLine: Array(configuration.commandLine.utf8), clockHz: board.clockHz,
            layout: memoryLayout(),
            console: { [weak self] in self?.emitConsole($0) })
    }

    private func mapBoard() throws(EmulationError) {
        for memory in board.memories {
            let isReadOnly = memory.kind == .flash || memory.kind == .rom
            try engine.map(
                MemoryRegion(
                    name: memory.name, origin: memory.origin, lengthBytes: memory.lengthBytes,
                    access: memory.access, aliases: memory.aliases))
            try engine.withMemory(at: memory.origin, count: Int(memory.lengthBytes)) { bytes in
                if isReadOnly {
                    // Erased flash.
                    bytes.update(repeating: 0xFF)
                } else if memory.isPainted {
                    Paint.apply(to: bytes, origin: memory.origin)
                }
            }
        }
        try restoreFlash()
        try mapRegisters()
    }

    /// What an earlier run left in the memories that last.
    private func restoreFlash() throws(EmulationError) {
        var contents = configuration.initialFlash?[...] ?? []
        for memory in board.lastingMemories where !contents.isEmpty {
            let length = Int(memory.lengthBytes)
            try engine.write(Array(contents.prefix(length)), at: memory.origin)
            contents = contents.dropFirst(length)
        }
    }

    private func load() throws(MachineError) {
        for (index, segment) in configuration.image.segments.enumerated()
        where !segment.bytes.isEmpty {
            guard pieces(at: segment.loadAddress, length: segment.bytes.count) != nil else {
                throw .segmentOutsideMemory(
                    index: index, address: segment.loadAddress,
                    bytes: UInt64(segment.bytes.count), board: board.name,
                    memories: board.memories.map {
                        "\($0.name) \($0.lengthBytes / 1024) KiB at \(hex($0.origin))"
                    })
            }
            noteReplaced(by: segment)
            do { try write(segment.bytes, at: segment.loadAddress) } catch {
                throw .engine("\(error)")
            }
        }
    }

    /// The image is programmed over what `--load-flash` brought; it should be the same.
    private func noteReplaced(by segment: Segment) {
        guard configuration.initialFlash != nil,
            boardMemory(at: segment.loadAddress)?.kind == .flash,
            bytes(at: segment.loadAddress, count: segment.bytes.count) != segment.bytes
        else { return }
        warnings.add(
            "--load-flash holds another image than the one that runs, which was loaded over it")
    }

    /// Loads SP and PC from the vector table (ARMv7-M ARM B1.5.5).
    func startCore() throws(MachineError) {
        let table = vectorTable()
        system.vtor = table
        guard let stackPointer = word(at: table), let entry = word(at: table &+ 4) else {
            throw .badVectorTable(address: table, detail: "there is no memory at this address")
        }
        guard boardMemory(at: (stackPointer & ~3) &- 1) != nil,
            isWritable((stackPointer & ~3) &- 4, length: 4)
        else {
            throw .badVectorTable(
                address: table,
                detail: "the initial stack pointer \(hex(stackPointer)) is not the end of any RAM "
                    + "of board \(board.name)")
        }
        guard entry & 1 == 1, boardMemory(at: entry & ~1, length: 2) != nil else {
            throw .badVectorTable(
                address: table,
                detail: "the reset vector \(hex(entry)) is not the Thumb address of code "
                    + "(bit 0 set, in a memory of board \(board.name))")
        }
        engine[.msp] = stackPointer & ~3
        engine[.sp] = stackPointer & ~3
        engine[.lr] = .max
        engine.pc = entry & ~1
        profiler?.restarted(stack: stackPointer & ~3)
        ledger.mainTop = stackPointer & ~3
        engine.resetStackDepths()
    }

    /// The board's reset vector table, or the start of an image that a boot loader would start.
    private func vectorTable() -> UInt32 {
        let segments = configuration.image.segments.filter { !$0.bytes.isEmpty }
        let flash = board.memories.first { memory in
            memory.kind == .flash
                && ([memory.origin] + memory.aliases).contains {
                    board.vectorTable &- $0 < memory.lengthBytes
                }
        }
        guard let flash else { return board.vectorTable }
        let aliases = [flash.origin] + flash.aliases
        let resetOffset =
            aliases.map { board.vectorTable &- $0 }.first { $0 < flash.lengthBytes } ?? 0
        let covered = segments.contains { segment in
            aliases.contains {
                let place = $0 &+ resetOffset
                return place >= segment.loadAddress
                    && place - segment.loadAddress < UInt32(clamping: segment.bytes.count)
            }
        }
        guard !covered,
            let lowest = segments.map(\.loadAddress).filter({ address in
                address % 128 == 0 && boardMemory(at: address)?.kind == .flash
            }).min()
        else { return board.vectorTable }
        warnings.add(
            "nothing is loaded at the reset vector table \(hex(board.vectorTable)); started from the "
                + "image's own at \(hex(lowest)), as a boot loader would")
        return lowest
    }

    /// What SYS_HEAPINFO answers: the RAM between the static data and the initial stack pointer.
    private func memoryLayout() -> Semihosting.Layout {
        let top = ledger.mainTop ?? 0
        let base =
            symbols.address(of: "end") ?? symbols.address(of: "_end")
            ?? ledger.staticRanges.filter { $0.upperBound <= top }.map(\.upperBound).max()
            ?? boardMemory(at: top &- 1)?.origin ?? 0
        return Semihosting.Layout(
            heapBase: base, heapLimit: top, stackBase: top, stackLimit: base)
    }
}

/// Guest memory without a reference cycle between the processor and its semihosting.
private final class GuestMemoryReference: GuestMemory {
    private weak var processor: Processor?
    init(_ processor: Processor) { self.processor = processor }
    func bytes(at address: UInt32, count: Int) -> [UInt8]? {
        processor?.bytes(at: address, count: count)
    }
    func store(_ bytes: [UInt8], at address: UInt32) -> Bool {
        processor?.store(bytes, at: address) ?? false
    }
}

extension Board.Memory {
    /// SRAM whose use is measured.
    var isPainted: Bool { kind == .sram || kind == .dtcm }

    fileprivate var access: MemoryRegion.Access {
        if kind == .flash || kind == .rom { return .readExecute }
        return isExecutable ? .readWriteExecute : .readWrite
    }
}
