// SPDX-License-Identifier: Apache-2.0
#include "kinglet/backward.h"

void kl_bias_gradient(const kl_gradient *output_gradient, int32_t pixels, int32_t channels,
                      int32_t *sums) {
    const kl_grad *data = output_gradient->data;
    for (int32_t c = 0; c < channels; c++)
        sums[c] = 0;
    for (; pixels > 0; pixels--, data += channels)
        for (int32_t c = 0; c < channels; c++)
            sums[c] += data[c];
}
