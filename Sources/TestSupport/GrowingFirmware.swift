// SPDX-License-Identifier: GPL-2.0-or-later
package import Foundation

extension FirmwareBuilder {
    /// Builds firmware that fills `samples`, a buffer of so many bytes: all of it assembly, so that its figures
    /// hang on no compiler's version.
    package static func buildGrowing(samples: Int, in folder: URL) throws {
        let assembly = """
            .syntax unified
            .thumb
            .section .vectors, "a"
            .word __StackTop, Reset_Handler
            .space 56
            .text
            .thumb_func
            .global Reset_Handler
            .type Reset_Handler, %function
            Reset_Handler:
              push {r4-r6, lr}
              ldr r0, =samples
              ldr r1, =\(samples)
            1: strb r1, [r0], #1
              subs r1, #1
              bne 1b
              movs r0, #0x20
              ldr r1, =exit_code
              bkpt 0xAB
            2: b 2b
            .size Reset_Handler, . - Reset_Handler
            .balign 4
            exit_code: .word 0x20026, 0
            .bss
            .type samples, %object
            samples: .space \(samples)
            .size samples, \(samples)
            .text
            """
        let lines = assembly.split(separator: "\n").map { line in
            "\"\(line.replacing("\"", with: "\\\""))\\n\""
        }
        try build("__asm__(\(lines.joined(separator: "\n")));\n", in: folder)
    }
}
