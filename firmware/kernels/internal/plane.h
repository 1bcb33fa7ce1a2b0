// SPDX-License-Identifier: Apache-2.0
/// One channel of a tensor copied to a padded plane, for depthwise kernels.
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

/// Copies the first channel at `input` to the padded plane, rows of `width` bytes; elements
/// outside the input keep what they hold.
static inline __attribute__((unused)) void
kl_copy_plane_s8(const kl_conv_layer *layer, const int8_t *input, int32_t width, int8_t *plane) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels;
    int32_t rows = kl_min(layer->input.height, kl_padded_height(layer) - window->pad_top);
    int32_t columns = kl_min(layer->input.width, width - window->pad_left);
    plane += window->pad_top * width + window->pad_left;
    for (int32_t y = 0; y < rows; y++, plane += width) {
        const int8_t *source = input + y * layer->input.width * channels;
        int32_t x = 0;
        for (; x + 4 <= columns; x += 4, source += 4 * channels) {
            const int8_t *third = source + 2 * channels;
            plane[x] = source[0];
            plane[x + 1] = source[channels];
            plane[x + 2] = third[0];
            plane[x + 3] = third[channels];
        }
        for (; x < columns; x++, source += channels)
            plane[x] = *source;
    }
}

#if KL_DSP
/// Four channels' bytes at two pixels as two words: channels 0 and 2, channels 1 and 3.
KL_INLINE void kl_pair_pixels(const int8_t *first, const int8_t *second, int32_t *even,
                              int32_t *odd) {
    uint32_t low = (uint32_t)kl_load_word(first), high = (uint32_t)kl_load_word(second);
    *even = kl_uxtb16((int32_t)low) | (int32_t)((uint32_t)kl_uxtb16((int32_t)high) << 8);
    *odd = kl_uxtb16_ror8((int32_t)low) | (int32_t)((uint32_t)kl_uxtb16_ror8((int32_t)high) << 8);
}

/// A row of `columns` pixels, four channels of each, to rows that are `plane_bytes` apart: 4x4
/// bytes are transposed at a time.
static __attribute__((noinline, unused)) void kl_split_row(const int8_t *source, int32_t channels,
                                                           int32_t columns, int8_t *target,
                                                           int32_t plane_bytes) {
    for (; columns >= 4; columns -= 4, target += 4, source += 4 * channels) {
        const int8_t *third = source + 2 * channels;
        int8_t *plane = target + 2 * plane_bytes;
        int32_t even, odd, even_high, odd_high;
        kl_pair_pixels(source, source + channels, &even, &odd);
        kl_pair_pixels(third, third + channels, &even_high, &odd_high);
        kl_store_word(target, kl_pkhbt(even, even_high));
        kl_store_word(target + plane_bytes, kl_pkhbt(odd, odd_high));
        kl_store_word(plane, kl_pkhtb(even_high, even));
        kl_store_word(plane + plane_bytes, kl_pkhtb(odd_high, odd));
    }
    for (; columns > 0; columns--, target++, source += channels)
        for (int32_t i = 0; i < 4; i++)
            target[i * plane_bytes] = source[i];
}
#endif

/// Copies `count` neighbouring channels to planes of `plane_bytes`, as kl_copy_plane_s8.
static inline __attribute__((unused)) void kl_copy_planes_s8(const kl_conv_layer *layer,
                                                             const int8_t *input, int32_t count,
                                                             int32_t width, int32_t plane_bytes,
                                                             int8_t *planes) {
#if KL_DSP
    if (count == 4) {
        const kl_window *window = &layer->window;
        int32_t channels = layer->input.channels, row_bytes = layer->input.width * channels;
        int32_t rows = kl_min(layer->input.height, kl_padded_height(layer) - window->pad_top);
        int32_t columns = kl_min(layer->input.width, width - window->pad_left);
        planes += window->pad_top * width + window->pad_left;
        for (; rows > 0; rows--, planes += width, input += row_bytes)
            kl_split_row(input, channels, columns, planes, plane_bytes);
        return;
    }
#endif
    for (int32_t i = 0; i < count; i++)
        kl_copy_plane_s8(layer, input + i, width, planes + i * plane_bytes);
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
