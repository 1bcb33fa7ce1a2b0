// SPDX-License-Identifier: Apache-2.0
// A low-pass filter over blocks of 16 kHz samples, as a microphone would deliver them.
#include <stdint.h>

enum { TAPS = 32, BLOCK = 64, BLOCKS = 20 };
#ifndef HISTORY
#define HISTORY 2048
#endif

static const int16_t taps[TAPS] = {
    12,   18,  31,  53,  86,  131, 189, 260, 343, 437, 538, 643, 747, 845, 932, 1003,
    1003, 932, 845, 747, 643, 538, 437, 343, 260, 189, 131, 86,  53,  31,  18,  12,
};
// All samples so far; the filter looks back TAPS of them.
int16_t history[HISTORY];
int16_t filtered[BLOCK];

// [BLOCK] new samples behind `newest` -> filtered[BLOCK]
__attribute__((noinline)) void filter_block(const int16_t *newest) {
    for (int i = 0; i < BLOCK; i++) {
        int32_t sum = 0;
        for (int tap = 0; tap < TAPS; tap++) {
            sum += taps[tap] * newest[i - tap];
        }
        filtered[i] = (int16_t)(sum >> 14);
    }
}

// A steady tone comes out as a steady tone: 0 when it does.
int main(void) {
    for (int i = 0; i < HISTORY; i++) {
        history[i] = 1000;
    }
    for (int block = 0; block < BLOCKS; block++) {
        filter_block(history + TAPS + block * BLOCK);
    }
    return filtered[0] == filtered[BLOCK - 1] && filtered[0] > 0 ? 0 : 1;
}
