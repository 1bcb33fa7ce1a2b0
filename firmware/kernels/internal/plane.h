// SPDX-License-Identifier: Apache-2.0
/// Extents of padded planes, and gradients copied to them, for depthwise kernels.
#ifndef KINGLET_INTERNAL_PLANE_H
#define KINGLET_INTERNAL_PLANE_H

#include "internal/geometry.h"
#include "internal/memory.h"

/// Bytes after a plane that a word load at its last element may touch.
#define KL_PLANE_SLACK 12

/// Extent of a depthwise layer's padded input, as far as its windows reach.
KL_INLINE int32_t kl_padded_height(const kl_conv_layer *layer) {
    return (layer->output.height - 1) * layer->window.stride_height + layer->window.kernel_height;
}
KL_INLINE int32_t kl_padded_width(const kl_conv_layer *layer) {
    return (layer->output.width - 1) * layer->window.stride_width + layer->window.kernel_width;
}

/// Planes for the gradients of a depthwise layer hold 16-bit elements.
///
/// Output gradient, padded so that the input gradient is a correlation without bounds checks:
/// input row y gathers from gradient rows (y + pad) / stride - j for j = 0...(kernel - 1) / stride.
typedef struct {
    int32_t top; ///< rows of padding above; what is below follows from height
    int32_t left;
    int32_t height;
    int32_t width;
} kl_gradient_plane;

KL_INLINE kl_gradient_plane kl_make_gradient_plane(const kl_conv_layer *layer) {
    const kl_window *window = &layer->window;
    kl_gradient_plane plane;
    // Row 0 gathers from pad / stride on, backwards.
    plane.top = kl_max(0, (window->kernel_height - 1) / window->stride_height -
                              window->pad_top / window->stride_height);
    plane.left = kl_max(0, (window->kernel_width - 1) / window->stride_width -
                               window->pad_left / window->stride_width);
    plane.height =
        plane.top + (layer->input.height - 1 + window->pad_top) / window->stride_height + 1;
    plane.width =
        plane.left + (layer->input.width - 1 + window->pad_left) / window->stride_width + 1;
    plane.height = kl_max(plane.height, plane.top + layer->output.height);
    plane.width = kl_max(plane.width, plane.left + layer->output.width);
    return plane;
}

/// Copies the first channel of a gradient tensor into rows of `width` elements.
static __attribute__((noinline, unused)) void kl_copy_gradient_plane(const kl_grad *gradient,
                                                                     const kl_shape *shape,
                                                                     int32_t width,
                                                                     int16_t *plane) {
    int32_t rows = shape->height, columns = shape->width, channels = shape->channels;
    for (; rows > 0; rows--, plane += width) {
        int16_t *target = plane, *end = plane + columns;
        for (; end - target >= 4; target += 4, gradient += 4 * channels) {
            const kl_grad *third = gradient + 2 * channels;
            target[0] = gradient[0];
            target[1] = gradient[channels];
            target[2] = third[0];
            target[3] = third[channels];
        }
        for (; target != end; gradient += channels)
            *target++ = *gradient;
    }
}

#endif
