// SPDX-License-Identifier: Apache-2.0

// Code in SRAM: a function copied there at start, and a function that this program writes and
// rewrites itself, with its data in the same page. Ends with 0 when every call gave what it should.

#include "runtime/core.h"
#include "runtime/text.h"

#include <stddef.h>

static volatile uint32_t calls;

KL_RAMFUNC static uint32_t sum_of_squares(uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 1; i <= count; i++) {
        sum += i * i;
        calls++; // data beside the code
    }
    return sum;
}

static struct {
    uint32_t before;
    uint16_t code[2];
    uint32_t after;
} page __attribute__((aligned(32)));

// Writes `movs r0, #value; bx lr` into the page and makes it visible to instruction fetch.
static void write_function(uint32_t value) {
    volatile uint16_t *code = page.code;
    code[0] = (uint16_t)(0x2000u | (value & 0xffu));
    code[1] = 0x4770u;
    page.before += value;
    page.after += value;
#if KL_HAS_CACHES
    kl_synchronise();
    KL_REGISTER(KL_DCCMVAC) = (uint32_t)&page;
    kl_synchronise();
    KL_REGISTER(KL_ICIALLU) = 0;
#endif
    kl_synchronise();
}

static uint32_t call_function(void) {
    uint32_t (*function)(void) = (uint32_t(*)(void))((uint32_t)page.code | 1u);
    return function();
}

int main(void) {
    int failures = 0;
    if ((uint32_t)sum_of_squares < 0x20000000u || sum_of_squares(100) != 338350 || calls != 100) {
        kl_put("the function in .ramfunc gave a wrong result\n");
        failures++;
    }
    for (uint32_t round = 0; round < 200; round++) {
        write_function(round);
        if (call_function() == round)
            continue;
        kl_put("rewritten code gave an old result in round ");
        kl_put_unsigned(round);
        kl_put("\n");
        failures++;
    }
    if (page.before != 19900 || page.after != 19900) {
        kl_put("data beside the code was damaged\n");
        failures++;
    }
    kl_put(failures == 0 ? "code in SRAM works\n" : "code in SRAM fails\n");
    return failures == 0 ? 0 : 1;
}
