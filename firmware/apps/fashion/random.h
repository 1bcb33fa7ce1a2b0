// SPDX-License-Identifier: Apache-2.0
#ifndef FASHION_RANDOM_H
#define FASHION_RANDOM_H

#include <stdint.h>

// xorshift32 (Marsaglia 2003); the state is never 0.
static inline uint32_t random_next(uint32_t *state) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

// A state from any seed; neighbouring seeds give unrelated sequences.
static inline uint32_t random_start(uint32_t seed) {
    uint32_t state = (seed * 2654435761u) | 1u;
    for (int i = 0; i < 16; i++)
        random_next(&state);
    return state;
}

// A number in [0, limit).
static inline uint32_t random_below(uint32_t *state, uint32_t limit) {
    return (uint32_t)(((uint64_t)random_next(state) * limit) >> 32);
}

#endif
