// SPDX-License-Identifier: Apache-2.0
#include "internal/dsp.h"
#include "internal/memory.h"
#include "kinglet/forward.h"

/// The bits of up to 8 values from `first` to `last`.
static inline uint8_t mask_byte(const int8_t *values, int32_t count, int32_t first, int32_t last) {
    uint32_t bits = 0, inside = (uint32_t)(last - first);
    for (int32_t i = 0; i < count; i++)
        bits |= (uint32_t)((uint32_t)(values[i] - first) <= inside) << i;
    return (uint8_t)bits;
}

void kl_clamp_mask_s8(const int8_t *values, int32_t count, int32_t minimum, int32_t maximum,
                      uint8_t *mask) {
    int32_t first = minimum + 1, last = maximum - 1;
    if (last < first) {
        kl_fill_bytes(mask, 0, (count + 7) / 8);
        return;
    }
#if KL_DSP
    // Four comparisons at a time choose bytes that each hold one bit of the mask.
    int32_t lowest = (int32_t)((uint32_t)(first & 255) * 0x01010101U);
    int32_t highest = (int32_t)((uint32_t)(last & 255) * 0x01010101U);
    for (; count >= 8; count -= 8, values += 8) {
        int32_t low = kl_load_word(values), high = kl_load_word(values + 4);
        int32_t bits = kl_select_not_below(low, lowest, 0x08040201, 0);
        int32_t high_bits = kl_select_not_below(high, lowest, (int32_t)0x80402010U, 0);
        bits = kl_select_not_below(highest, low, bits, 0);
        high_bits = kl_select_not_below(highest, high, high_bits, 0);
        *mask++ = (uint8_t)kl_usada8(high_bits, kl_usada8(bits, 0));
    }
#else
    for (; count >= 8; count -= 8, values += 8)
        *mask++ = mask_byte(values, 8, first, last);
#endif
    if (count > 0)
        *mask = mask_byte(values, count, first, last);
}
