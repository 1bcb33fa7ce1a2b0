// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Foundation
import TestSupport
import Testing

@Suite("A foreign program: C, newlib, semihosting")
struct NewlibTests {
    private static let source = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        extern void _start(void);
        __attribute__((section(".vectors"), used)) void *const vectors[16] = {
            (void *)0x20040000, (void *)_start};
        static volatile float half = 1.5f;
        __attribute__((noinline)) int work(int bytes) {
            char *block = malloc(bytes);
            memset(block, 1, bytes);
            int sum = 0;
            for (int i = 0; i < bytes; i++) sum += block[i];
            free(block);
            return sum;
        }
        int main(int argc, char **argv) {
            *(volatile unsigned *)0xE000ED88 |= 0xF00000;
            int total = 0;
            for (int i = 1; i < 5; i++) total += work(i * 3000);
            printf("%s %d %.3f\\n", argc > 1 ? argv[1] : "-", total, (double)(half * 2));
            FILE *file = fopen("out.txt", "w");
            if (file) {
                fprintf(file, "written\\n");
                fclose(file);
            }
            return 7;
        }
        """

    private static let script = """
        MEMORY {
          FLASH (rx) : ORIGIN = 0, LENGTH = 1M
          RAM (rwx) : ORIGIN = 0x20000000, LENGTH = 256K
        }
        __stack = 0x20040000;
        SECTIONS {
          .text : {
            KEEP(*(.vectors)) *(.text*) *(.rodata*) KEEP(*(.init)) KEEP(*(.fini)) . = ALIGN(4);
            __preinit_array_start = .; KEEP(*(.preinit_array)) __preinit_array_end = .;
            __init_array_start = .; KEEP(*(.init_array)) __init_array_end = .;
            __fini_array_start = .; KEEP(*(.fini_array)) __fini_array_end = .;
          } > FLASH
          .ARM.exidx : { __exidx_start = .; *(.ARM.exidx*) __exidx_end = .; } > FLASH
          .data : { *(.data*) . = ALIGN(4); } > RAM
          .bss : {
            __bss_start__ = .; *(.bss*) *(COMMON) . = ALIGN(4);
            __bss_end__ = .; end = .; __end__ = .;
          } > RAM
        }
        """

    @Test(
        "should run printf, malloc, files and exit codes of a program that knows nothing of Kinglet"
    )
    func program() throws {
        try Assembler.withTemporaryDirectory { folder in
            let elf = folder.appending(path: "a.elf")
            try Self.source.write(
                to: folder.appending(path: "a.c"), atomically: true, encoding: .utf8)
            try Self.script.write(
                to: folder.appending(path: "a.ld"), atomically: true, encoding: .utf8)
            try Assembler.run(
                "arm-none-eabi-gcc",
                [
                    "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-O2",
                    "--specs=rdimon.specs", "-u", "_printf_float", "-Wl,--no-warn-rwx-segments",
                    "-T", folder.appending(path: "a.ld").path, "-o", elf.path,
                    folder.appending(path: "a.c").path,
                ])
            let image = try FirmwareImage.parse([UInt8](try Data(contentsOf: elf)))
            let console = Console()
            var configuration = MachineConfiguration(
                board: try Board.named("nrf52840"), image: image)
            configuration.maxCycles = 10_000_000
            configuration.commandLine = "program argument"
            configuration.filesDirectory = folder.path
            configuration.stepSymbol = "work"
            configuration.console = { console.append($0) }
            let result = try Machine.run(configuration)
            #expect(result.exitCode == 7, "\(result.summary)")
            #expect(console.text == "argument 30000 3.000\n")
            let written = try String(
                contentsOf: folder.appending(path: "out.txt"), encoding: .utf8)
            #expect(written == "written\n")
            #expect(result.steps.count == 4)
            let cycles = result.steps.map(\.counters.cycles)
            #expect(zip(cycles, cycles.dropFirst()).allSatisfy { $0 < $1 })
            // The largest block and malloc's own administration, rounded up to what it asks for.
            #expect((12_000..<17_000).contains(result.memory.heapPeakBytes))
            #expect((300..<4000).contains(result.memory.mainStackPeakBytes))
            #expect(result.memory.peakBytes > result.memory.staticBytes + 12_000)
        }
    }
}
