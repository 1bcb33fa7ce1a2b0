// SPDX-License-Identifier: GPL-2.0-or-later
package import Foundation

/// Builds small firmware images with `arm-none-eabi-gcc`, for tests that need a real file.
package enum FirmwareBuilder {
    /// Memories at 0 (1 MB flash) and 0x20000000 (256 KB RAM), the layout of the default board.
    package static let linkerScript = """
        MEMORY {
          FLASH (rx) : ORIGIN = 0x00000000, LENGTH = 1024K
          RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 256K
        }
        ENTRY(Reset_Handler)
        __StackTop = ORIGIN(RAM) + LENGTH(RAM);
        SECTIONS {
          .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) . = ALIGN(4); __etext = .; } > FLASH
          .ARM.exidx : { *(.ARM.exidx*) } > FLASH
          .data : { __data_start__ = .; *(.data*) . = ALIGN(4); __data_end__ = .; } > RAM AT > FLASH
          .bss (NOLOAD) : { __bss_start__ = .; *(.bss*) *(COMMON) . = ALIGN(4); __bss_end__ = .; } > RAM
        }
        """

    /// The bytes of the executable that `source` (C) links to.
    package static func elf(
        _ source: String, linkerScript: String = linkerScript, cpu: String = "cortex-m4",
        flags: [String] = ["-O1", "-g"]
    ) throws -> [UInt8] {
        try Assembler.withTemporaryDirectory { folder in
            try build(source, in: folder, linkerScript: linkerScript, cpu: cpu, flags: flags)
            return [UInt8](try Data(contentsOf: folder.appending(path: "a.elf")))
        }
    }

    /// Writes `a.elf` into `folder` and returns its path.
    @discardableResult
    package static func build(
        _ source: String, in folder: URL, linkerScript: String = linkerScript,
        cpu: String = "cortex-m4", flags: [String] = ["-O1", "-g"]
    ) throws -> String {
        let input = folder.appending(path: "a.c")
        let script = folder.appending(path: "a.ld")
        let output = folder.appending(path: "a.elf").path
        try source.write(to: input, atomically: true, encoding: .utf8)
        try linkerScript.write(to: script, atomically: true, encoding: .utf8)
        try Assembler.run(
            "arm-none-eabi-gcc",
            ["-mcpu=\(cpu)", "-mthumb", "-nostdlib", "-nostartfiles", "-Wl,--no-warn-rwx-segments"]
                + flags + ["-T", script.path, "-o", output, input.path, "-lgcc"])
        return output
    }

    /// Start-up code for tests: a vector table, `.data` and `.bss` set up, then `main`, whose result
    /// leaves through semihosting SYS_EXIT_EXTENDED.
    package static let startup = """
        #include <stdint.h>
        #include <stddef.h>
        extern uint32_t __StackTop, __etext, __data_start__, __data_end__, __bss_start__, __bss_end__;
        int main(void);
        static int semihost(int op, const void *arg) {
          register int r0 __asm("r0") = op; register const void *r1 __asm("r1") = arg;
          __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
          return r0;
        }
        void exit_with(int code) {
          uint32_t block[2] = {0x20026, (uint32_t)code}; semihost(0x20, block); for (;;) {}
        }
        void Reset_Handler(void) {
          const uint32_t *from = &__etext;
          for (uint32_t *to = &__data_start__; to < &__data_end__;) *to++ = *from++;
          for (uint32_t *to = &__bss_start__; to < &__bss_end__;) *to++ = 0;
          exit_with(main());
        }
        __attribute__((section(".vectors"), used)) const void *const vectors[16] = {
          &__StackTop, Reset_Handler,
        };

        """
}
