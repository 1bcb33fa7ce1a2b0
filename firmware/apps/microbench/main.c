// SPDX-License-Identifier: Apache-2.0

// Measures the core's micro-benchmarks with the cycle counter and prints `region,cycles`: the
// cycles of one repetition, as the difference of two functions that repeat a snippet 10 and 30
// times. The table of this core, `cortex-m4.txt` or `cortex-m7.txt`, says what each one is expected
// to take. The argument `only=NAME` measures that one alone.

#include "runtime/arguments.h"
#include "runtime/core.h"
#include "runtime/cycles.h"
#include "runtime/text.h"

#include <string.h>

enum { CODE_BYTES = 4096, DATA_WORDS = 128, PASSES = 3 };

// Where code runs without wait states: in place on boards whose flash needs none at the clock that
// our startup leaves (KL_FLASH_WITHOUT_WAITS), in the tightly coupled memory for code (KL_ITCM, its
// address; its first bytes are left alone, so that no object has address 0), else in SRAM.
#if defined(KL_ITCM)
#define CODE_ADDRESS code_address
static const volatile uintptr_t code_address = KL_ITCM + 0x400u; // hidden from the compiler
#elif !defined(KL_FLASH_WITHOUT_WAITS)
static uint8_t code_buffer[CODE_BYTES] __attribute__((aligned(64)));
#define CODE_ADDRESS ((uintptr_t)code_buffer)
#endif

// What a snippet finds in its registers: small numbers in r0-r3 and r8-r11, pointers to the middles
// of four arrays in r4-r7, ones in s0-s31.
struct registers {
    uint32_t core[12];
    float single[32];
};

typedef uint32_t measured(const struct registers *registers);

// A Thumb function's address has bit 0 set, its end has not. The two functions' lengths differ by a
// multiple of `multiple` when each repetition begins at the same place in a word, as it should.
struct microbench {
    const char *name;
    uintptr_t few, few_end, many, many_end;
    uint32_t multiple;
};

extern const struct microbench microbench_table[];
extern const uint32_t microbench_count, microbench_repeats;

static uint32_t data[4][DATA_WORDS] __attribute__((aligned(64)));

static measured *prepare(uintptr_t function, uintptr_t end) {
#ifdef CODE_ADDRESS
    const uint8_t *from = (const uint8_t *)(function & ~(uintptr_t)1);
    const size_t size = end - (uintptr_t)from;
    if (size > CODE_BYTES)
        return 0;
    volatile uint8_t *to = (volatile uint8_t *)CODE_ADDRESS;
    for (size_t i = 0; i < size; i++)
        to[i] = from[i];
    kl_synchronise();
    return (measured *)((uintptr_t)to | 1u);
#else
    (void)end;
    return (measured *)function;
#endif
}

// Cycles of the last of some passes: the first ones fill whatever caches there are.
static uint32_t measure(uintptr_t function, uintptr_t end) {
    measured *code = prepare(function, end);
    if (code == 0)
        return 0;
    uint32_t cycles = 0;
    for (uint32_t pass = 0; pass < PASSES; pass++) {
        memset(data, 0, sizeof data);
        struct registers registers;
        for (uint32_t i = 0; i < 12; i++)
            registers.core[i] = i + 1;
        for (uint32_t i = 0; i < 4; i++)
            registers.core[4 + i] = (uintptr_t)&data[i][DATA_WORDS / 2];
        for (uint32_t i = 0; i < 32; i++)
            registers.single[i] = 1.0f;
        cycles = code(&registers);
    }
    return cycles;
}

int main(void) {
    char line[64];
    const char *only = 0;
    if (kl_arguments(0, 0, line, sizeof line)) {
        char *cursor = line;
        const char *value;
        for (const char *key; (key = kl_next_argument(&cursor, &value)) != 0;)
            if (strcmp(key, "only") == 0)
                only = value;
    }
    kl_cycles_start();
    __asm volatile("cpsid i");
    kl_put("region,cycles\n");
    for (uint32_t i = 0; i < microbench_count; i++) {
        const struct microbench *bench = &microbench_table[i];
        if (only != 0 && strcmp(only, bench->name) != 0)
            continue;
        const uint32_t added = (bench->many_end - bench->many) - (bench->few_end - bench->few);
        if (added % bench->multiple != 0) {
            kl_put(bench->name);
            kl_put(",the code is no multiple of 4 bytes\n");
            return 1;
        }
        const uint32_t few = measure(bench->few, bench->few_end);
        const uint32_t many = measure(bench->many, bench->many_end);
        kl_put(bench->name);
        kl_put(",");
        kl_put_float((float)(many - few) / (float)microbench_repeats, 2);
        kl_put("\n");
    }
    return 0;
}
