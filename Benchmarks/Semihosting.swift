// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Foundation

/// As much semihosting as our own firmware needs: reads files of one folder, forgets what is printed.
final class Semihosting {
    private let folder: URL?
    private let commandLine: String
    private var files: [UInt32: (bytes: [UInt8], position: Int)] = [:]
    private var nextHandle: UInt32 = 1

    init(folder: URL?, commandLine: String) {
        self.folder = folder
        self.commandLine = commandLine
    }

    func reset() {
        files = [:]
        nextHandle = 1
    }

    /// Serves the `bkpt 0xAB` that the engine stands on; false when the program is over.
    func serve(_ engine: Engine) throws -> Bool {
        let operation = engine[.r0]
        let block = engine[.r1]
        func argument(_ index: UInt32) throws -> UInt32 { try engine.read32(block + 4 * index) }
        switch operation {
        case 0x18, 0x20: return false
        case 0x01:
            let name = String(
                decoding: try engine.bytes(at: try argument(0), count: Int(try argument(2))),
                as: UTF8.self)
            engine[.r0] = open(name)
        case 0x06:
            let wanted = Int(try argument(2))
            let bytes = read(try argument(0), wanted)
            try engine.write(bytes, at: try argument(1))
            engine[.r0] = UInt32(wanted - bytes.count)
        case 0x0A:
            files[try argument(0)]?.position = Int(try argument(1))
            engine[.r0] = 0
        case 0x0C: engine[.r0] = UInt32(files[try argument(0)]?.bytes.count ?? 0)
        case 0x15:
            try engine.write(Array(commandLine.utf8) + [0], at: try argument(0))
            try engine.write32(UInt32(commandLine.utf8.count), at: block + 4)
            engine[.r0] = 0
        default: engine[.r0] = 0
        }
        engine.pc += 2
        return true
    }

    private func open(_ name: String) -> UInt32 {
        let handle = nextHandle
        if name != ":tt" {
            guard let folder, let data = try? Data(contentsOf: folder.appending(path: name)) else {
                return .max
            }
            files[handle] = ([UInt8](data), 0)
        }
        nextHandle += 1
        return handle
    }

    private func read(_ handle: UInt32, _ count: Int) -> [UInt8] {
        guard let file = files[handle] else { return [] }
        let bytes = file.bytes.dropFirst(file.position).prefix(count)
        files[handle]?.position += bytes.count
        return Array(bytes)
    }
}

/// Registers that read as 0: no trace unit is there, so markers cost the firmware next to nothing.
final class SilentRegisters: MMIOHandler {
    func read(address: UInt32, size: Int) -> UInt32 { 0 }
    func write(address: UInt32, size: Int, value: UInt32) {}
}
