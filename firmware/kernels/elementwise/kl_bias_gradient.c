// SPDX-License-Identifier: Apache-2.0
#include "internal/dsp.h"
#include "internal/geometry.h"
#include "kinglet/backward.h"

#if KL_DSP

#if KINGLET_GRADIENT_BITS == 16
/// Pixels whose mantissas add up in 16 bits.
#define PIXELS 8

/// Adds the sums of 8 channels over up to PIXELS pixels.
static inline void add_pixels(const kl_grad *data, int32_t pixels, int32_t channels,
                              int32_t *sums) {
    int32_t pairs[4] = {0, 0, 0, 0};
    for (; pixels > 0; pixels--, data += channels) {
        pairs[0] = kl_sadd16(pairs[0], kl_load_word(data));
        pairs[1] = kl_sadd16(pairs[1], kl_load_word(data + 2));
        pairs[2] = kl_sadd16(pairs[2], kl_load_word(data + 4));
        pairs[3] = kl_sadd16(pairs[3], kl_load_word(data + 6));
    }
#pragma GCC unroll 4
    for (int32_t i = 0; i < 4; i++) {
        sums[2 * i] = kl_sxtah(sums[2 * i], pairs[i]);
        sums[2 * i + 1] = kl_sxtah_ror16(sums[2 * i + 1], pairs[i]);
    }
}
#else
#define PIXELS 256

static inline void add_pixels(const kl_grad *data, int32_t pixels, int32_t channels,
                              int32_t *sums) {
    int32_t pairs[4] = {0, 0, 0, 0};
    for (; pixels > 0; pixels--, data += channels) {
        int32_t low = kl_load_word(data), high = kl_load_word(data + 4);
        pairs[0] = kl_sxtab16(pairs[0], low);
        pairs[1] = kl_sxtab16_ror8(pairs[1], low);
        pairs[2] = kl_sxtab16(pairs[2], high);
        pairs[3] = kl_sxtab16_ror8(pairs[3], high);
    }
#pragma GCC unroll 4
    for (int32_t i = 0; i < 4; i++) {
        int32_t *target = sums + (i & 2) * 2 + (i & 1);
        target[0] = kl_sxtah(target[0], pairs[i]);
        target[2] = kl_sxtah_ror16(target[2], pairs[i]);
    }
}
#endif

#endif

void kl_bias_gradient(const kl_gradient *output_gradient, int32_t pixels, int32_t channels,
                      int32_t *sums) {
    const kl_grad *data = output_gradient->data;
    int32_t done = 0;
    for (int32_t c = 0; c < channels; c++)
        sums[c] = 0;
#if KL_DSP
    for (; done + 8 <= channels; done += 8, data += 8)
        for (int32_t first = 0; first < pixels; first += PIXELS)
            add_pixels(data + first * channels, kl_min(PIXELS, pixels - first), channels,
                       sums + done);
#endif
    for (int32_t pixel = 0; pixel < pixels; pixel++, data += channels)
        for (int32_t c = done; c < channels; c++)
            sums[c] += data[c - done];
}
