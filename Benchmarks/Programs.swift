// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation
import TestSupport

/// A program that ends in a `bkpt` or a semihosting exit.
struct Program {
    enum Source {
        /// C, compiled as our firmware is; starts at 0x100, RAM at 0x2000_0000.
        case c(String)
        case assembly(String)
        /// A firmware image for a chip with flash at 0 and RAM at 0x2000_0000.
        case file(URL)
    }
    enum Loaded {
        case bare([UInt8])
        case image(FirmwareImage)
    }

    var name: String
    /// The bound on the ratio holds for it. The others show what accounting costs where it hurts most.
    var isBounded: Bool
    var source: Source
    var folder: URL?
    var commandLine = ""

    init(name: String, isBounded: Bool, source: Source) {
        self.name = name
        self.isBounded = isBounded
        self.source = source
    }

    init(named name: String, folder: URL?, commandLine: String) throws {
        if let known = Self.all.first(where: { $0.name == name }) {
            self = known
            return
        }
        let url = URL(filePath: name)
        guard FileManager.default.isReadableFile(atPath: url.path) else {
            let names = Self.all.map(\.name).joined(separator: ", ")
            throw Failure(
                description: "'\(name)' is neither a readable file nor one of: \(names)")
        }
        self.init(
            name: url.deletingPathExtension().lastPathComponent, isBounded: true,
            source: .file(url))
        self.folder = folder
        self.commandLine = commandLine
    }

    func load() throws -> Loaded {
        switch source {
        case .assembly(let text): .bare(try Assembler.assemble(text, cpu: "cortex-m4"))
        case .c(let text): .bare(try Self.compile(text))
        case .file(let url): .image(try FirmwareImage.parse([UInt8](try Data(contentsOf: url))))
        }
    }

    private static func compile(_ text: String) throws -> [UInt8] {
        try Assembler.withTemporaryDirectory { folder in
            let source = folder.appending(path: "program.c")
            let object = folder.appending(path: "program.elf").path
            let binary = folder.appending(path: "program.bin")
            try Data((prologue + text).utf8).write(to: source)
            try Assembler.run(
                "arm-none-eabi-gcc",
                [
                    "-std=c11", "-O2", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard",
                    "-mfpu=fpv4-sp-d16", "-ffreestanding", "-nostdlib", "-Wl,-e,start",
                    "-Wl,-Tbss=0x20000000", "-Wl,--section-start=.first=0x100",
                    "-Wl,-Ttext=0x140", "-o", object, source.path, "-lgcc",
                ])
            try Assembler.run(
                "arm-none-eabi-objcopy",
                [
                    "-O", "binary", "-j", ".first", "-j", ".text", "-j", ".rodata", object,
                    binary.path,
                ])
            return [UInt8](try Data(contentsOf: binary))
        }
    }

    private static let prologue = """
        #include <stdint.h>
        void run(void);
        __attribute__((naked, section(".first"))) void start(void) {
            __asm volatile("bl run\\n bkpt #0");
        }

        """

    static let all = [
        Program(name: "loops", isBounded: false, source: .c(forward)),
        Program(name: "update", isBounded: false, source: .c(update)),
        Program(name: "calls", isBounded: false, source: .c(calls)),
        Program(name: "tight loads", isBounded: false, source: .assembly(tightLoads)),
        Program(name: "tight stores", isBounded: false, source: .assembly(tightStores)),
        Program(name: "tiny functions", isBounded: false, source: .assembly(tinyFunctions)),
        Program(name: "random IT", isBounded: false, source: .assembly(randomConditions)),
    ]

    /// Convolution 3 × 3 over 16 × 16 × 8, int8, with requantisation: loads and multiplies.
    private static let forward = """
        int8_t input[18 * 18 * 8], weights[8 * 9 * 8], output[16 * 16 * 8];
        int32_t bias[8];
        static int32_t dot8(const int8_t *x, const int8_t *w) {
            int32_t sum = 0;
            for (int c = 0; c < 8; c++) sum += x[c] * w[c];
            return sum;
        }
        void run(void) {
            for (int i = 0; i < 18 * 18 * 8; i++) input[i] = (int8_t)(i * 37);
            for (int i = 0; i < 8 * 9 * 8; i++) weights[i] = (int8_t)(i * 11);
            for (int pass = 0; pass < 20; pass++)
                for (int y = 0; y < 16; y++)
                    for (int x = 0; x < 16; x++)
                        for (int o = 0; o < 8; o++) {
                            int32_t sum = bias[o];
                            for (int k = 0; k < 9; k++) {
                                const int8_t *in = input + ((y + k / 3) * 18 + x + k % 3) * 8;
                                sum += dot8(in, weights + (o * 9 + k) * 8);
                            }
                            int32_t scaled =
                                (int32_t)(((int64_t)sum * 1518500250 + (1LL << 37)) >> 38);
                            if (scaled > 127) scaled = 127;
                            if (scaled < -128) scaled = -128;
                            output[(y * 16 + x) * 8 + o] = (int8_t)scaled;
                        }
        }
        """

    /// Outer product into int32 gradients, then SGD on int8 weights: every value is stored.
    private static let update = """
        int8_t weights[64 * 64], input[64];
        int32_t gradients[64 * 64], momentum[64 * 64], error[64];
        void run(void) {
            for (int i = 0; i < 64; i++) { input[i] = (int8_t)(i * 37); error[i] = i * 1011 - 32000; }
            for (int pass = 0; pass < 400; pass++) {
                for (int o = 0; o < 64; o++) {
                    int32_t e = error[o];
                    int32_t *g = gradients + o * 64;
                    for (int i = 0; i < 64; i += 4) {
                        g[i] += e * input[i];
                        g[i + 1] += e * input[i + 1];
                        g[i + 2] += e * input[i + 2];
                        g[i + 3] += e * input[i + 3];
                    }
                }
                for (int i = 0; i < 64 * 64; i++) {
                    int32_t m = momentum[i] - (momentum[i] >> 3) + gradients[i];
                    momentum[i] = m;
                    gradients[i] = 0;
                    int32_t w = weights[i] - ((m + (1 << 19)) >> 20);
                    __asm("ssat %0, #8, %1" : "=r"(w) : "r"(w));
                    weights[i] = (int8_t)w;
                }
            }
        }
        """

    /// A softmax in fixed point over many rows, out of functions that call functions.
    private static let calls = """
        int32_t rows[32][10];
        __attribute__((noinline)) static int32_t multiply(int32_t a, int32_t b) {
            int64_t product = (int64_t)a * b;
            int32_t high = (int32_t)((product + (1 << 15)) >> 16);
            return high - (high >> 31 & (product == 0));
        }
        __attribute__((noinline)) static int32_t exponential(int32_t x) {
            int32_t square = multiply(x, x);
            int32_t cube = multiply(square, x);
            int32_t fourth = multiply(square, square);
            return 65536 + x + (square >> 1) + cube / 6 + fourth / 24;
        }
        __attribute__((noinline)) static int32_t largest(const int32_t *row) {
            int32_t best = row[0];
            for (int i = 1; i < 10; i++) best = row[i] > best ? row[i] : best;
            return best;
        }
        __attribute__((noinline)) static void softmax(int32_t *row) {
            int32_t best = largest(row), sum = 0;
            for (int i = 0; i < 10; i++) sum += row[i] = exponential((row[i] - best) >> 2);
            for (int i = 0; i < 10; i++) row[i] = multiply(row[i], (int32_t)(0xFFFFFFFFu / (uint32_t)sum));
        }
        void run(void) {
            for (int pass = 0; pass < 1200; pass++) {
                for (int r = 0; r < 32; r++) {
                    for (int i = 0; i < 10; i++) rows[r][i] = (r * 7919 + i * 104729 + pass * 31) & 0x1FFFF;
                    softmax(rows[r]);
                }
            }
        }
        """

    private static let tightLoads = """
            movw r11, #30000
        outer:
            ldr r0, =0x20000000
            movs r2, #0
            movs r3, #64
        dot:
            ldr r4, [r0], #4
            sxtb16 r6, r4
            smlad r2, r6, r6, r2
            subs r3, #1
            bne dot
            subs r11, #1
            bne outer
            bkpt #0
            .ltorg
        """

    private static let tightStores = """
            movw r11, #10000
        outer:
            ldr r0, =0x20002000
            movw r3, #256
        update:
            str r3, [r0], #4
            strh r3, [r0, #0x200]
            strb r3, [r0, #0x400]
            subs r3, #1
            bne update
            subs r11, #1
            bne outer
            bkpt #0
            .ltorg
        """

    private static let tinyFunctions = """
            ldr r11, =500000
        outer:
            movs r0, #3
            bl inside
            bl leaf
            bl inside
            subs r11, #1
            bne outer
            bkpt #0
        inside:
            push {r3, lr}
            bl leaf
            adds r0, #1
            pop {r3, pc}
        leaf:
            eor r0, r0, r11
            bx lr
            .ltorg
        """

    private static let randomConditions = """
            ldr r11, =1000000
            movs r6, #127
            mvn r7, #127
        loop:
            mul r0, r11, r11
            asrs r1, r0, #20
            cmp r1, r6
            it gt
            movgt r1, r6
            cmp r1, r7
            it lt
            movlt r1, r7
            add r2, r2, r1
            subs r11, #1
            bne loop
            bkpt #0
            .ltorg
        """
}
