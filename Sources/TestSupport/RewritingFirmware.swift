// SPDX-License-Identifier: GPL-2.0-or-later
package import Foundation

extension FirmwareBuilder {
    /// Builds firmware that changes the first instruction of a routine in RAM, and calls it, so many times.
    /// The routine is loads for the most part, of which Unicorn makes much code: some 19 KB.
    package static func buildRewriting(rounds: Int, in folder: URL) throws -> String {
        let source = """
            enum { ROUNDS = \(rounds), LOADS = 31 };
            static uint32_t code[LOADS + 2];
            static uint32_t data[7];
            int main(void) {
              for (int i = 1; i <= LOADS; i++) code[i] = 0x00FEE890; /* ldm r0, {r1-r7} */
              code[LOADS + 1] = 0x4770; /* bx lr */
              uint32_t right = 0;
              for (uint32_t round = 0; round < ROUNDS; round++) {
                uint32_t added = round & 63;
                code[0] = 0xBF003000 | added; /* adds r0, #added; nop */
                register uint32_t r0 __asm("r0") = (uint32_t)data - added;
                __asm volatile("dsb\\n isb\\n blx %1"
                               : "+r"(r0) : "r"((uint32_t)code | 1)
                               : "r1", "r2", "r3", "r4", "r5", "r6", "r7", "lr", "cc", "memory");
                right += r0 == (uint32_t)data;
              }
              return right == ROUNDS ? 0 : 1;
            }
            """
        return try build(startup + source, in: folder)
    }
}
