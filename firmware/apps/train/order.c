// SPDX-License-Identifier: Apache-2.0
#include "order.h"

enum { ROUNDS = 6 };

// Finaliser of MurmurHash3 (Appleby, public domain).
static uint32_t mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    return x ^ x >> 16;
}

// A permutation of the numbers below 4^half_bits: a Feistel network swaps the two halves of a
// number, and adds to one a hash of the other, which can be undone whatever the hash.
static uint32_t permute(uint32_t number, uint32_t half_bits, uint32_t key) {
    const uint32_t mask = ((uint32_t)1 << half_bits) - 1;
    uint32_t left = number >> half_bits, right = number & mask;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t next = left ^ (mix(right + mix(key + round)) & mask);
        left = right;
        right = next;
    }
    return left << half_bits | right;
}

uint32_t order_sample(uint32_t position, uint32_t count, uint32_t seed) {
    const uint32_t key = mix(mix(seed) + position / count);
    uint32_t half_bits = 1;
    while (half_bits < 16 && (count - 1) >> (2 * half_bits) != 0)
        half_bits++;
    // Numbers beyond the last sample are permuted again until one is a sample (cycle walking):
    // since every cycle comes back to its start, that is a permutation of the samples.
    uint32_t sample = position % count;
    do
        sample = permute(sample, half_bits, key);
    while (sample >= count);
    return sample;
}

bool order_mirrors(uint32_t position, uint32_t seed) {
    return (mix(mix(~seed) + position) & 1) != 0;
}

int32_t order_shift(uint32_t position, uint32_t seed, uint32_t axis, uint32_t limit) {
    const uint32_t hash = mix(mix(mix(seed) + ~axis) + position);
    // Unequal by less than one part in 2^32 / (2 * limit + 1).
    return (int32_t)((uint64_t)hash * (2 * limit + 1) >> 32) - (int32_t)limit;
}
