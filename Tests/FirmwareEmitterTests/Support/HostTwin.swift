// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import Foundation
import Synchronization
import TestSupport

/// An emitted project as a program of this machine, without the app: a probe that prints logits,
/// losses and every trained parameter.
struct HostTwin {
    /// What one run printed.
    struct Result: Equatable {
        /// After each sample's inference.
        var logits: [[Int]] = []
        /// Bit patterns, so that equal means equal.
        var losses: [UInt32] = []
        /// After the last sample, by name.
        var parameters: [String: [Int]] = [:]
    }

    private let program: URL
    private let folder: URL

    /// Warnings are errors; unaligned, overflowing or otherwise undefined operations end the program.
    private static let flags = [
        "-std=c11", "-O1", "-ffp-contract=off", "-fwrapv", "-fno-strict-aliasing", "-Wall",
        "-Wextra", "-Werror", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes",
        "-Wdouble-promotion", "-Wundef", "-fsanitize=undefined", "-fno-sanitize-recover",
    ]

    private static let firmware = Repository.root.appending(path: "firmware")
        .resolvingSymlinksInPath()
    private static let includes = ["runtime/include", "kernels/include", "kernels"]
        .map { "-I" + firmware.appending(path: $0).path }

    /// Compiles and runs `check.c` too: a plan with other scratch sizes than the kernels' is refused.
    init(_ project: FirmwareProject, gradientBits: Int = 16, in folder: URL) throws {
        self.folder = folder
        for (name, text) in project.files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try Data(Self.probe.utf8).write(to: folder.appending(path: "probe.c"))
        let width = "-DKINGLET_GRADIENT_BITS=\(gradientBits)"
        let library = try Self.kernels(width)
        func link(_ sources: [String], _ name: String) throws -> URL {
            let output = folder.appending(path: name)
            try Assembler.run(
                "cc",
                Self.flags + [width] + Self.includes
                    + sources.map { folder.appending(path: $0).path } + [library.path, "-o"]
                    + [output.path])
            return output
        }
        let model = ["layers.c", "parameters.c", "weights.c"]
        try Assembler.run(try link(model + ["check.c"], "check").path, [])
        program = try link(model + ["model.c", "probe.c"], "probe")
    }

    private static let libraries = Mutex<[String: URL]>([:])

    /// The kernels as a library, once for each width of gradients.
    private static func kernels(_ width: String) throws -> URL {
        try libraries.withLock { libraries in
            if let library = libraries[width] { return library }
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "kinglet-kernels-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let root = firmware.appending(path: "kernels")
            let sources = (FileManager.default.enumerator(atPath: root.path)?.allObjects ?? [])
                .compactMap { $0 as? String }.filter { $0.hasSuffix(".c") }.sorted()
            for source in sources {
                let object = folder.appending(path: source.replacing("/", with: "-") + ".o")
                try Assembler.run(
                    "cc",
                    flags + includes
                        + [width, "-c", root.appending(path: source).path, "-o", object.path])
            }
            let library = folder.appending(path: "libkernels.a")
            let objects = sources.map {
                folder.appending(path: $0.replacing("/", with: "-") + ".o").path
            }
            try Assembler.run("ar", ["rcsD", library.path] + objects)
            libraries[width] = library
            return library
        }
    }

    /// Classifies each sample, and where there are labels trains with it.
    /// - Parameter rate: the learning rate.
    func run(
        _ samples: [[Int8]], labels: [Int] = [], rate: String = "0.01", hold: Bool = false
    ) throws -> Result {
        let file = folder.appending(path: "samples")
        try Data(samples.flatMap { $0.map(UInt8.init(bitPattern:)) }).write(to: file)
        let text = try Assembler.run(
            program.path,
            [file.path, rate, hold ? "1" : "0", "\(samples.count)"] + labels.map(String.init))
        var result = Result()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t")
            let values = words.dropFirst(2).compactMap { Int($0) }
            switch words[0] {
            case "logits": result.logits.append(values)
            case "loss": result.losses += values.map { UInt32(truncatingIfNeeded: $0) }
            default: result.parameters[String(words[1])] = values
            }
        }
        return result
    }

    private static let probe = #"""
        #include "parameters.h"
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        static FILE *file;
        static long start;

        static bool read_row(void *context, int32_t row, int8_t *destination) {
            const long bytes = kl_model.input.width * kl_model.input.channels;
            (void)context;
            return fseek(file, start + row * bytes, SEEK_SET) == 0 &&
                   fread(destination, 1, (size_t)bytes, file) == (size_t)bytes;
        }

        static void load(void) {
            const size_t bytes = (size_t)(kl_model.input.height * kl_model.input.width *
                                          kl_model.input.channels);
            kl_model_set_rows(read_row, 0);
            if (kl_model.reads_rows)
                return;
            fseek(file, start, SEEK_SET);
            if (fread(kl_model_input(), 1, bytes, file) != bytes)
                exit(1);
        }

        static void put(const kl_parameter *parameter) {
            const char *name = parameter->name;
            const char *kind = strrchr(name, ' ');
            const int is_wide = strcmp(kind, " biases") == 0 || strcmp(kind, " accumulators") == 0;
            const int is_half = kl_model.accumulates || kl_model.residual_bits == 16;
            printf("parameter\t%s", name);
            if (is_wide)
                for (uint32_t i = 0; i < parameter->bytes / 4; i++)
                    printf("\t%d", (int)((const int32_t *)parameter->data)[i]);
            else if (is_half && strcmp(kind, " residuals") == 0)
                for (uint32_t i = 0; i < parameter->bytes / 2; i++)
                    printf("\t%d", ((const int16_t *)parameter->data)[i]);
            else
                for (uint32_t i = 0; i < parameter->bytes; i++)
                    printf("\t%d", ((const int8_t *)parameter->data)[i]);
            printf("\n");
        }

        int main(int argc, char **argv) {
            kl_sgd sgd = {.learning_rate = strtof(argv[2], 0),
                          .residual = kl_model.accumulates ? KL_ACCUMULATE
                                                           : (kl_residual)kl_model.residual_bits,
                          .quantization_aware_scaling = 1,
                          .random_state = 1};
            const int samples = atoi(argv[4]);
            file = fopen(argv[1], "rb");
            if (!file)
                return 1;
            kl_model_reset();
            for (int i = 0; i < samples; i++) {
                start = (long)i * kl_model.input.height * kl_model.input.width *
                        kl_model.input.channels;
                load();
                if (!kl_model_forward())
                    return 1;
                printf("logits\t0");
                for (int32_t k = 0; k < kl_model.classes; k++)
                    printf("\t%d", kl_model_logits()[k]);
                printf("\n");
                if (5 + i >= argc)
                    continue;
                float loss;
                uint32_t bits;
                load();
                sgd.hold = argv[3][0] == '1' && i + 1 < samples;
                if (!kl_model_train(atoi(argv[5 + i]), &sgd, &loss))
                    return 1;
                memcpy(&bits, &loss, sizeof bits);
                printf("loss\t0\t%u\n", (unsigned)bits);
            }
            for (int32_t i = 0; i < kl_model.parameter_count; i++)
                put(&kl_model.parameters[i]);
            return 0;
        }
        """#
}
