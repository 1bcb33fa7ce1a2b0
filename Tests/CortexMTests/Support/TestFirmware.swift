// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Foundation
import Synchronization
import TestSupport

/// Images written as assembly: a vector table at address 0, then the code, on a board without wait states.
enum TestFirmware {
    static let stackTop: UInt32 = 0x2001_0000

    /// A Cortex-M4F with 256 KB of flash at 0, 64 KB of RAM, SysTick and 16 interrupts; bit-banded.
    static func board(_ cpu: String = "cortex-m4f") throws -> Board {
        try Board.generic(cpu: cpu, flash: "0:256KiB", ram: "0x20000000:64KiB")
    }

    /// `exit`: ends the run with the code in r0. `systick RELOAD, CONTROL`: starts SysTick from its
    /// reload value with these bits of SYST_CSR, and leaves the address of that in r0.
    private static let prelude = """
        .macro exit
            push {r0}
            ldr r1, =0x20026
            push {r1}
            mov r1, sp
            movs r0, #0x20
            bkpt 0xab
        .endm
        .macro systick reload, control
            ldr r0, =0xE000E010
            ldr r1, =\\reload
            str r1, [r0, #4]
            str r1, [r0, #8]
            movs r1, #\\control
            str r1, [r0]
        .endm
        .macro enable_fpu
            ldr r0, =0xE000ED88
            ldr r1, =0x00F00000
            str r1, [r0]
            dsb
            isb
        .endm

        """

    /// Turns CYCCNT on and leaves its address in r7.
    static let enableCounter = """
        ldr r0, =0xE000EDFC
            ldr r1, =0x01000000
            str r1, [r0]
            ldr r7, =0xE0001000
            movs r1, #1
            str r1, [r7]

        """

    /// Labels become symbols: functions, each up to the next label. Code must not depend on where it
    /// stands; the vector table does, for `origin`.
    static func image(
        _ code: String, handlers: [Int: String] = [:], vectors: Int = 32, cpu: String = "cortex-m7",
        origin: UInt32 = 0
    ) throws -> FirmwareImage {
        var source = prelude + "vectors:\n.word \(stackTop)\n"
        for number in 1..<vectors {
            let name = number == 1 ? "reset" : handlers[number] ?? "unhandled"
            source += ".word \(name) - vectors + 1 + \(origin)\n"
        }
        source += code + "\n.align 2\nunhandled: b unhandled\n.ltorg\n"
        return try assembled(source, cpu: cpu, origin: origin)
    }

    static func assembled(
        _ source: String, cpu: String, origin: UInt32 = 0
    ) throws -> FirmwareImage {
        try Assembler.withTemporaryDirectory { folder in
            let text = ".syntax unified\n.thumb\n.text\n" + source + "\n"
            let input = folder.appending(path: "a.s")
            try text.write(to: input, atomically: true, encoding: .utf8)
            let object = folder.appending(path: "a.o").path
            let binary = folder.appending(path: "a.bin")
            let fpu = cpu == "cortex-m7" ? "fpv5-d16" : "fpv4-sp-d16"
            try Assembler.run(
                "arm-none-eabi-as", ["-mcpu=\(cpu)", "-mfpu=\(fpu)", "-o", object, input.path])
            try Assembler.run(
                "arm-none-eabi-objcopy", ["-O", "binary", "-j", ".text", object, binary.path])
            let bytes = [UInt8](try Data(contentsOf: binary))
            let names = try Assembler.run("arm-none-eabi-nm", [object])
            return FirmwareImage(
                format: .binary,
                segments: [
                    Segment(
                        loadAddress: origin, virtualAddress: origin, bytes: bytes,
                        memorySize: UInt32(bytes.count))
                ], symbols: symbols(names, end: UInt32(bytes.count), origin: origin))
        }
    }

    private static func symbols(_ names: String, end: UInt32, origin: UInt32) -> [Symbol] {
        let labels = names.split(separator: "\n").compactMap { line -> (UInt32, String)? in
            let fields = line.split(separator: " ")
            guard fields.count == 3, let address = UInt32(fields[0], radix: 16),
                !fields[2].hasPrefix("$"), fields[2] != "vectors"
            else { return nil }
            return (address, String(fields[2]))
        }.sorted { $0.0 < $1.0 }
        return labels.enumerated().map { index, label in
            let next = index + 1 < labels.count ? labels[index + 1].0 : end
            return Symbol(
                name: label.1, address: origin + label.0, size: next - label.0, kind: .function,
                isGlobal: true)
        }
    }

    /// Runs assembly to its end; ten million cycles at most.
    @discardableResult
    static func run(
        _ code: String, handlers: [Int: String] = [:], cpu: String = "cortex-m4f",
        configure: (inout MachineConfiguration) throws -> Void = { _ in }
    ) throws -> MachineResult {
        let assembler = cpu == "cortex-m7" ? "cortex-m7" : "cortex-m4"
        var configuration = MachineConfiguration(
            board: try board(cpu),
            image: try image(code, handlers: handlers, cpu: assembler))
        configuration.maxCycles = 10_000_000
        try configure(&configuration)
        return try Machine.run(configuration)
    }
}

extension TestFirmware {
    /// Runs assembly on one of the boards that come with Kinglet; a thousand million cycles at most.
    @discardableResult
    static func run(
        on board: String, _ code: String, handlers: [Int: String] = [:],
        configure: (inout MachineConfiguration) throws -> Void = { _ in }
    ) throws -> MachineResult {
        let board = try Board.named(board)
        let image = try image(
            code, handlers: handlers, cpu: board.core == .cortexM7 ? "cortex-m7" : "cortex-m4",
            origin: board.memories[0].origin)
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.maxCycles = 1_000_000_000
        try configure(&configuration)
        return try Machine.run(configuration)
    }
}

/// Console bytes of a run.
final class Console: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}

extension MachineResult {
    var exitCode: UInt32? {
        if case .exited(let code) = outcome { return code }
        return nil
    }

    var fault: FaultReport? {
        if case .faulted(let report) = outcome { return report }
        return nil
    }

    /// For messages of failed expectations.
    var summary: String {
        switch outcome {
        case .exited(let code): "exited with \(code); \(warnings)"
        case .faulted(let report): "fault: \(report.cause) at \(report.pc); \(warnings)"
        default: "\(outcome); \(warnings)"
        }
    }
}
