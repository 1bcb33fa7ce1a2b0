// SPDX-License-Identifier: GPL-2.0-or-later

// Measures functions of jnk0le/cortexm-AES the way that project's test does: the cycle counter read
// before and after a call, less one, as the mean of 1024 calls behind a first. TABLES and NO_TABLES
// name the sets of functions with and without tables; with UNROLLED there are those as well.

#include <stddef.h>
#include <stdint.h>

#include "report.h"

#define JOIN(one, other) one##other
#define NAMED(set, name) JOIN(set, name)
#define T(name) NAMED(TABLES, name)
#define N(name) NAMED(NO_TABLES, name)

#define FUNCTIONS(bits)                                                                            \
    void T(_AES##bits##_keyschedule_enc)(uint8_t * keys, const uint8_t *key);                      \
    void T(_AES##bits##_encrypt_unrolled)(uint8_t * keys, const uint8_t *in, uint8_t *out);
FUNCTIONS(128)
FUNCTIONS(192)
FUNCTIONS(256)
void T(_AES_keyschedule_dec)(uint8_t *keys, size_t rounds);
void T(_AES_encrypt)(uint8_t *keys, const uint8_t *in, uint8_t *out, size_t rounds);
void T(_AES_decrypt)(uint8_t *keys, const uint8_t *in, uint8_t *out, size_t rounds);
void N(_AES_encrypt)(uint8_t *keys, const uint8_t *in, uint8_t *out, size_t rounds);

#define ALIGNED __attribute__((aligned(8)))
static ALIGNED uint8_t keys[15 * 16], key[32], plain[16], cipher[16], back[16];

// "name,cycles", the cycles in hundredths.
static void report(const char *name, const char *bits, uint32_t sum) {
    report_text(name);
    report_text(bits);
    report_text(",");
    report_number((sum * 100 + 512) / 1024);
    report_text("\n");
}

#define CYCLES (*(volatile uint32_t *)0xE0001004)
#define MEASURE(name, bits, call)                                                                  \
    do {                                                                                           \
        uint32_t sum = 0;                                                                          \
        call;                                                                                      \
        for (int run = 0; run < 1024; run++) {                                                     \
            const uint32_t start = CYCLES;                                                         \
            call;                                                                                  \
            sum += CYCLES - start - 1;                                                             \
        }                                                                                          \
        report(name, bits, sum);                                                                   \
    } while (0)

// All ways of encryption give the same, and decryption gives the text back.
static int failures;

static void compare(const uint8_t *one, const uint8_t *other) {
    for (int i = 0; i < 16; i++) {
        failures += one[i] != other[i];
    }
}

#ifdef UNROLLED
#define MEASURE_UNROLLED(bits)                                                                     \
    do {                                                                                           \
        MEASURE("encryptUnrolled", #bits, T(_AES##bits##_encrypt_unrolled)(keys, plain, back));    \
        compare(cipher, back);                                                                     \
    } while (0)
#else
#define MEASURE_UNROLLED(bits)
#endif

#define SIZE(bits, rounds)                                                                         \
    do {                                                                                           \
        MEASURE("setEncKey", #bits, T(_AES##bits##_keyschedule_enc)(keys, key));                   \
        MEASURE("encrypt", #bits, T(_AES_encrypt)(keys, plain, cipher, rounds));                   \
        MEASURE("encryptDSP", #bits, N(_AES_encrypt)(keys, plain, back, rounds));                  \
        compare(cipher, back);                                                                     \
        MEASURE_UNROLLED(bits);                                                                    \
        MEASURE("setDecKey", #bits, T(_AES_keyschedule_dec)(keys, rounds));                        \
        T(_AES##bits##_keyschedule_enc)(keys, key);                                                \
        T(_AES_keyschedule_dec)(keys, rounds);                                                     \
        MEASURE("decrypt", #bits, T(_AES_decrypt)(keys, cipher, back, rounds));                    \
        compare(plain, back);                                                                      \
    } while (0)

int main(void) {
    for (int i = 0; i < 32; i++) {
        key[i] = (uint8_t)i;
    }
    for (int i = 0; i < 16; i++) {
        plain[i] = (uint8_t)(i * 0x11);
    }
    SIZE(128, 10);
    SIZE(192, 12);
    SIZE(256, 14);
    return failures;
}
