// SPDX-License-Identifier: Apache-2.0

// Runs the kernels as built for this machine (on a Cortex-M4 or M7 their DSP path) and their
// portable variant on the same random layers, and compares digests of everything they wrote.
// `cases=N` sets how many, `first=N` with which to begin. Exits with 0 when all are equal.

#include "cases.h"

#include "runtime/arguments.h"
#include "runtime/text.h"

#include <string.h>

uint8_t selftest_memory[SELFTEST_MEMORY] __attribute__((aligned(8)));

int main(int argc, char **argv) {
    char line[128];
    uint32_t cases = 600, first = 0, different = 0, skipped = 0, all = 2166136261U;
    if (!kl_arguments(argc, argv, line, sizeof line))
        return 2;
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL) {
        uint32_t *option = strcmp(key, "cases") == 0   ? &cases
                           : strcmp(key, "first") == 0 ? &first
                                                       : NULL;
        if (option == NULL || !kl_parse_unsigned(value, option)) {
            kl_put("usage: kernel-selftest [cases=N] [first=N]\n");
            return 2;
        }
    }
    for (uint32_t i = first; i < first + cases; i++) {
        uint32_t found = selftest_digest(i), expected = selftest_digest_portable(i);
        skipped += found == 0;
        all = (all ^ found) * 16777619U;
        if (found == expected)
            continue;
        if (different++ < 10) {
            kl_put("case ");
            kl_put_unsigned(i);
            kl_put(" of kind ");
            kl_put_unsigned(i % SELFTEST_KINDS);
            kl_put(" differs from the portable kernels\n");
        }
    }
    kl_put("kernel-selftest: ");
    kl_put_unsigned(cases);
    kl_put(" cases, ");
    kl_put_unsigned(skipped);
    kl_put(" too large, ");
    kl_put_unsigned(different);
    kl_put(" differences, digest ");
    kl_put_hex(all);
    kl_put("\n");
    return different == 0 && skipped * 20 < cases ? 0 : 1;
}
