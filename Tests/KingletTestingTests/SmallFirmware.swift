// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletTesting
import TestSupport

/// Small programs for the default board.
enum SmallFirmware {
    /// Exits with `code` after printing, with 3,000 bytes of `.bss` that count.
    static func exiting(with code: Int) -> String {
        """
        static char big_table[3000];
        volatile char *volatile table = big_table;
        __attribute__((noinline)) void work(int n) { for (int i = 0; i < n; i++) table[i]++; }
        int main(void) {
          semihost(0x04, "hello from the firmware\\n");
          for (int i = 0; i < 3; i++) work(100);
          return \(code);
        }
        """
    }

    static let faulting = """
        __attribute__((noinline)) int poke(volatile int *place) { return *place + 1; }
        int main(void) { return poke((volatile int *)0xA0000000); }
        """

    static let endless = "int main(void) { for (;;) __asm volatile(\"\"); }"

    /// Calls `body` with the path of the linked program.
    static func with<R>(_ source: String, _ body: (String) async throws -> R) async throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = try FirmwareBuilder.build(FirmwareBuilder.startup + source, in: folder)
        return try await body(path)
    }
}
