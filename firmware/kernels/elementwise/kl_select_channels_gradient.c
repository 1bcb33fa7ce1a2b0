// SPDX-License-Identifier: Apache-2.0
#include "kinglet/backward.h"

void kl_select_channels_gradient(const kl_gradient *gradient, int32_t pixels, int32_t channels,
                                 const uint16_t *selected, int32_t count, kl_gradient *output) {
    const kl_grad *source = gradient->data;
    kl_grad *target = output->data;
    for (; pixels > 0; pixels--, source += channels, target += count)
        for (int32_t i = 0; i < count; i++)
            target[i] = source[selected[i]];
    output->exponent = gradient->exponent;
}
