// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/geometry.h"
#include "internal/memory.h"
#include "kinglet/backward.h"

void kl_max_pool_input_gradient(const kl_pool_layer *layer, const int8_t *input,
                                const kl_gradient *output_gradient, kl_gradient *input_gradient) {
    const kl_window *window = &layer->window;
    const kl_grad *source = output_gradient->data;
    int32_t channels = layer->input.channels, width = layer->input.width;
    int32_t elements = kl_pixels(&layer->input) * channels;
    // Overlapping windows may add up in one element: `spare` low bits make room for that.
    int32_t overlap = ((window->kernel_height - 1) / window->stride_height + 1) *
                      ((window->kernel_width - 1) / window->stride_width + 1);
    int32_t spare = kl_ceil_log2(overlap);
    kl_grad *target = input_gradient->data;
    kl_fill_bytes(target, 0, elements * (int32_t)sizeof(kl_grad));
    for (int32_t oy = 0; oy < layer->output.height; oy++) {
        int32_t y = oy * window->stride_height - window->pad_top;
        kl_span rows = kl_window_span(y, window->kernel_height, layer->input.height);
        for (int32_t ox = 0; ox < layer->output.width; ox++) {
            int32_t x = ox * window->stride_width - window->pad_left;
            kl_span columns = kl_window_span(x, window->kernel_width, width);
            for (int32_t c = 0; c < channels; c++, source++) {
                int32_t best = INT8_MIN - 1, place = -1;
                for (int32_t ky = rows.first; ky < rows.last; ky++)
                    for (int32_t kx = columns.first; kx < columns.last; kx++) {
                        int32_t index = ((y + ky) * width + x + kx) * channels + c;
                        if (input[index] > best) {
                            best = input[index];
                            place = index;
                        }
                    }
                if (place >= 0)
                    target[place] = (kl_grad)(target[place] + kl_jam(*source, spare));
            }
        }
    }
    input_gradient->exponent = output_gradient->exponent + spare;
}
