// SPDX-License-Identifier: Apache-2.0
/// Where windows meet the input.
#ifndef KINGLET_INTERNAL_GEOMETRY_H
#define KINGLET_INTERNAL_GEOMETRY_H

#include "internal/dsp.h"
#include "kinglet/types.h"

KL_INLINE int32_t kl_min(int32_t a, int32_t b) {
    return a < b ? a : b;
}
KL_INLINE int32_t kl_max(int32_t a, int32_t b) {
    return a > b ? a : b;
}

KL_INLINE int32_t kl_pixels(const kl_shape *shape) {
    return shape->height * shape->width;
}

KL_INLINE int32_t kl_taps(const kl_window *window) {
    return window->kernel_height * window->kernel_width;
}

/// True when every output pixel sees just the input pixel at its own place.
KL_INLINE int32_t kl_is_pointwise(const kl_conv_layer *layer) {
    const kl_window *window = &layer->window;
    return kl_taps(window) == 1 && window->stride_height == 1 && window->stride_width == 1 &&
           window->pad_top == 0 && window->pad_left == 0 &&
           layer->input.height == layer->output.height && layer->input.width == layer->output.width;
}

/// The part first...last-1 of a window of `kernel` taps from `origin` that lies in 0...extent-1.
typedef struct {
    int32_t first;
    int32_t last;
} kl_span;

KL_INLINE kl_span kl_window_span(int32_t origin, int32_t kernel, int32_t extent) {
    kl_span span = {kl_max(0, -origin), kl_min(kernel, extent - origin)};
    if (span.last < span.first)
        span.last = span.first;
    return span;
}

#endif
