// SPDX-License-Identifier: Apache-2.0
#include "kinglet/forward.h"

void kl_select_channels_s8(const int8_t *input, int32_t pixels, int32_t channels,
                           const uint16_t *selected, int32_t count, int8_t *output) {
    for (; pixels > 0; pixels--, input += channels, output += count)
        for (int32_t i = 0; i < count; i++)
            output[i] = input[selected[i]];
}
