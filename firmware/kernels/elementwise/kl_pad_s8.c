// SPDX-License-Identifier: Apache-2.0
#include "internal/geometry.h"
#include "internal/memory.h"
#include "kinglet/forward.h"

void kl_pad_s8(const kl_pad_layer *layer, const int8_t *input, int8_t *output) {
    int32_t channels = layer->input.channels, width = layer->output.width;
    kl_fill_bytes(output, layer->value, kl_pixels(&layer->output) * layer->output.channels);
    output += (layer->top * width + layer->left) * layer->output.channels + layer->channels_before;
    for (int32_t y = 0; y < layer->input.height; y++) {
        int8_t *target = output + y * width * layer->output.channels;
        for (int32_t x = 0; x < layer->input.width; x++) {
            kl_copy_bytes(target, input, channels);
            target += layer->output.channels;
            input += channels;
        }
    }
}
