// SPDX-License-Identifier: GPL-2.0-or-later

/// Memory as semihosting calls see it; nil and false outside mapped memory.
protocol GuestMemory: AnyObject {
    func bytes(at address: UInt32, count: Int) -> [UInt8]?
    func store(_ bytes: [UInt8], at address: UInt32) -> Bool
}

extension GuestMemory {
    func word(at address: UInt32) -> UInt32? {
        bytes(at: address, count: 4).map { $0.littleEndianWord }
    }
    func halfword(at address: UInt32) -> UInt32? {
        bytes(at: address, count: 2).map { UInt32($0[0]) | UInt32($0[1]) << 8 }
    }
}

extension Array<UInt8> {
    /// The first four bytes as a little-endian word.
    var littleEndianWord: UInt32 {
        UInt32(self[0]) | UInt32(self[1]) << 8 | UInt32(self[2]) << 16 | UInt32(self[3]) << 24
    }
}

extension UInt32 {
    var littleEndianBytes: [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}

/// Arm semihosting, version 2 ("Semihosting for AArch32 and AArch64", Arm IHI 0021).
struct Semihosting {
    enum Outcome: Equatable {
        /// The value for r0.
        case result(UInt32)
        case exit(code: UInt32)
        /// SYS_EXIT with a reason other than ADP_Stopped_ApplicationExit.
        case abort(reason: UInt32)
        /// The parameter block lies outside memory.
        case badPointer(UInt32)
    }
    struct Layout: Equatable {
        var heapBase: UInt32
        var heapLimit: UInt32
        var stackBase: UInt32
        var stackLimit: UInt32
    }

    static let applicationExit: UInt32 = 0x20026
    static let longestTransferBytes = 1 << 20

    let memory: any GuestMemory
    let files: SemihostingFiles
    let commandLine: [UInt8]
    let clockHz: UInt64
    let layout: Layout
    let console: ([UInt8]) -> Void

    /// Carries out one BKPT 0xAB.
    ///
    /// - Parameter elapsed: Core cycles since reset, sleep included: the only clock there is.
    func call(_ operation: UInt32, _ parameter: UInt32, elapsed: UInt64) -> Outcome {
        switch operation {
        case 0x01: with(parameter, 3, open)
        case 0x02: with(parameter, 1) { .result(files.close(handle: $0[0])) }
        case 0x03: writeCharacter(parameter)
        case 0x04: writeString(parameter)
        case 0x05: with(parameter, 3, write)
        case 0x06: with(parameter, 3, read)
        // No input: SYS_READC finds the end of the stream.
        case 0x07: .result(.max)
        case 0x08: with(parameter, 1) { .result(Int32(bitPattern: $0[0]) < 0 ? 1 : 0) }
        case 0x09: with(parameter, 1) { .result(files.isTerminal(handle: $0[0])) }
        case 0x0A: with(parameter, 2) { .result(files.seek(handle: $0[0], position: $0[1])) }
        case 0x0C: with(parameter, 1) { .result(files.length(handle: $0[0])) }
        case 0x10: .result(UInt32(truncatingIfNeeded: elapsed / max(1, clockHz / 100)))
        case 0x11: .result(UInt32(truncatingIfNeeded: elapsed / clockHz))
        case 0x13: .result(UInt32(bitPattern: files.lastError))
        case 0x15: with(parameter, 2) { getCommandLine(parameter, $0) }
        case 0x16: with(parameter, 1) { heapInformation($0[0]) }
        case 0x18:
            parameter == Self.applicationExit ? .exit(code: 0) : .abort(reason: parameter)
        case 0x20:
            with(parameter, 2) {
                $0[0] == Self.applicationExit ? .exit(code: $0[1]) : .abort(reason: $0[0])
            }
        case 0x30: store64(elapsed, at: parameter)
        case 0x31: .result(UInt32(truncatingIfNeeded: clockHz))
        // SYS_REMOVE, SYS_RENAME, SYS_TMPNAM, SYS_SYSTEM and whatever else: refused.
        default: .result(.max)
        }
    }

    /// Reads the words of a parameter block.
    private func with(_ address: UInt32, _ count: Int, _ body: ([UInt32]) -> Outcome) -> Outcome {
        guard let bytes = memory.bytes(at: address, count: 4 * count) else {
            return .badPointer(address)
        }
        return body((0..<count).map { Array(bytes[(4 * $0)...]).littleEndianWord })
    }

    private func open(_ block: [UInt32]) -> Outcome {
        guard block[2] <= SemihostingFiles.longestPathBytes else { return .result(.max) }
        guard let path = memory.bytes(at: block[0], count: Int(block[2])) else {
            return .badPointer(block[0])
        }
        return .result(files.open(path: path, mode: block[1]))
    }

    private func writeCharacter(_ address: UInt32) -> Outcome {
        guard let byte = memory.bytes(at: address, count: 1) else { return .badPointer(address) }
        console(byte)
        return .result(0)
    }

    private func writeString(_ address: UInt32) -> Outcome {
        var text: [UInt8] = []
        var next = address
        while text.count < Self.longestTransferBytes {
            guard let byte = memory.bytes(at: next, count: 1) else { return .badPointer(next) }
            if byte[0] == 0 { break }
            text += byte
            next &+= 1
        }
        console(text)
        return .result(0)
    }

    /// Transfers go in pieces, so that a hostile length costs no host memory.
    private func write(_ block: [UInt32]) -> Outcome {
        var (address, left) = (block[1], block[2])
        while left > 0 {
            let count = min(left, UInt32(Self.longestTransferBytes))
            guard let bytes = memory.bytes(at: address, count: Int(count)) else {
                return .badPointer(address)
            }
            let (target, notWritten) = files.write(handle: block[0], bytes: bytes)
            if target == .console { console(bytes) }
            left -= count - notWritten
            if notWritten > 0 { break }
            address &+= count
        }
        return .result(left)
    }

    private func read(_ block: [UInt32]) -> Outcome {
        var (address, left) = (block[1], block[2])
        while left > 0 {
            let count = min(left, UInt32(Self.longestTransferBytes))
            guard memory.bytes(at: address, count: Int(count)) != nil else {
                return .badPointer(address)
            }
            guard let bytes = files.read(handle: block[0], count: Int(count)) else {
                return .result(left)
            }
            guard memory.store(bytes, at: address) else { return .badPointer(address) }
            left -= UInt32(bytes.count)
            if bytes.count < Int(count) { break }
            address &+= count
        }
        return .result(left)
    }

    private func getCommandLine(_ parameter: UInt32, _ block: [UInt32]) -> Outcome {
        let bytes = commandLine + [0]
        guard bytes.count <= Int(block[1]) else { return .result(.max) }
        guard memory.store(bytes, at: block[0]),
            memory.store(UInt32(commandLine.count).littleEndianBytes, at: parameter &+ 4)
        else { return .badPointer(block[0]) }
        return .result(0)
    }

    private func heapInformation(_ address: UInt32) -> Outcome {
        let words = [layout.heapBase, layout.heapLimit, layout.stackBase, layout.stackLimit]
        return memory.store(words.flatMap(\.littleEndianBytes), at: address)
            ? .result(0) : .badPointer(address)
    }

    private func store64(_ value: UInt64, at address: UInt32) -> Outcome {
        let words = [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
        return memory.store(words.flatMap(\.littleEndianBytes), at: address)
            ? .result(0) : .badPointer(address)
    }
}
