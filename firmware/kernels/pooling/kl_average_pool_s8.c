// SPDX-License-Identifier: Apache-2.0
#include "internal/geometry.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

void kl_average_pool_s8(const kl_pool_layer *layer, const int8_t *input, int8_t *output) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, width = layer->input.width;
    for (int32_t oy = 0; oy < layer->output.height; oy++) {
        int32_t y = oy * window->stride_height - window->pad_top;
        kl_span rows = kl_window_span(y, window->kernel_height, layer->input.height);
        for (int32_t ox = 0; ox < layer->output.width; ox++, output += channels) {
            int32_t x = ox * window->stride_width - window->pad_left;
            kl_span columns = kl_window_span(x, window->kernel_width, width);
            int32_t count = (rows.last - rows.first) * (columns.last - columns.first);
            for (int32_t c = 0; c < channels; c++) {
                int32_t sum = 0;
                for (int32_t ky = rows.first; ky < rows.last; ky++) {
                    const int8_t *source =
                        input + ((y + ky) * width + x + columns.first) * channels + c;
                    for (int32_t kx = columns.first; kx < columns.last; kx++, source += channels)
                        sum += *source;
                }
                if (count > 0)
                    sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
                output[c] = (int8_t)kl_clamp(sum, layer->activation_min, layer->activation_max);
            }
        }
    }
}
