// SPDX-License-Identifier: Apache-2.0
#include "internal/dsp.h"
#include "kinglet/forward.h"

void kl_clamp_mask_s8(const int8_t *values, int32_t count, int32_t minimum, int32_t maximum,
                      uint8_t *mask) {
    // minimum < value < maximum as one unsigned comparison.
    uint32_t inside = maximum > minimum ? (uint32_t)(maximum - minimum - 1) : 0U;
    int32_t first = minimum + 1;
    for (; count > 0; count -= 8, values += 8) {
        uint32_t bits = 0;
        int32_t here = count < 8 ? count : 8;
        if (here == 8) {
#pragma GCC unroll 8
            for (int32_t i = 0; i < 8; i++)
                bits |= (uint32_t)((uint32_t)(values[i] - first) < inside) << i;
        } else {
            for (int32_t i = 0; i < here; i++)
                bits |= (uint32_t)((uint32_t)(values[i] - first) < inside) << i;
        }
        *mask++ = (uint8_t)bits;
    }
}
