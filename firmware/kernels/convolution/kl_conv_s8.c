// SPDX-License-Identifier: Apache-2.0
#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/memory.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

/// Words for all weights unpacked, two output channels side by side, or 0 where that is not done:
/// it pays for short rows, as in a network's first layer, and more than a few pixels.
static int32_t unpacked_words(const kl_conv_layer *layer, int32_t overlay_count) {
    int32_t row = kl_round_up_4(kl_taps(&layer->window) * layer->input.channels);
    int32_t words = (layer->output.channels + 1) / 2 * row;
    int32_t pays = overlay_count == 0 && row <= 32 && kl_pixels(&layer->output) >= 16;
    return pays && words <= 256 ? words : 0;
}

/// The patch, and up to 3 bytes that its last row writes beyond.
static int32_t patch_bytes(const kl_conv_layer *layer, int32_t overlay_count) {
    if (kl_is_pointwise(layer) && overlay_count == 0)
        return 0;
    return kl_round_up_4(kl_taps(&layer->window) * layer->input.channels + 3);
}

int32_t kl_conv_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count) {
    int32_t taps = kl_taps(&layer->window);
    int32_t column =
        kl_round_up_4(taps * layer->input.channels) + kl_round_up_4(taps * overlay_count);
    int32_t words = column + unpacked_words(layer, overlay_count);
    return words * (int32_t)sizeof(int32_t) + patch_bytes(layer, overlay_count);
}

#if KL_DSP

/// An output pixel and its window's corner in the input.
typedef struct {
    int32_t column;
    int32_t y;
    int32_t x;
} place;

static void advance(const kl_conv_layer *layer, place *at) {
    at->x += layer->window.stride_width;
    if (++at->column < layer->output.width)
        return;
    at->column = 0;
    at->x = -layer->window.pad_left;
    at->y += layer->window.stride_height;
}

/// Copies the patch of an output pixel: all channels, or those listed.
static void copy_patch(const kl_conv_layer *layer, const int8_t *input, const place *at,
                       const uint16_t *selected, int32_t count, int8_t *patch) {
    int32_t channels = layer->input.channels, width = layer->input.width;
    int32_t kernel = layer->window.kernel_width, height = layer->input.height;
    int32_t row_bytes = kernel * count, y = at->y, x = at->x;
    kl_span columns = kl_window_span(x, kernel, width);
    if (columns.first > 0 || columns.last < kernel || y < 0 ||
        y + layer->window.kernel_height > height)
        kl_fill_bytes(patch, layer->input_zero_point, row_bytes * layer->window.kernel_height);
    patch += columns.first * count;
    const int8_t *source = input + (y * width + x + columns.first) * channels;
    int32_t pixels = columns.last - columns.first;
    // By words except in the input's last row: nothing may be read behind that, and the padding
    // below stays as it is.
    int32_t words = pixels == kernel && row_bytes >= 3 ? height - 1 : 0;
    for (int32_t ky = 0; ky < layer->window.kernel_height;
         ky++, y++, patch += row_bytes, source += width * channels) {
        if (y < 0 || y >= height)
            continue;
        if (selected == 0 && y < words) {
            kl_copy_words(patch, source, row_bytes);
        } else if (selected == 0) {
            kl_copy_bytes(patch, source, pixels * channels);
        } else {
            for (int32_t i = 0; i < pixels; i++)
                for (int32_t k = 0; k < count; k++)
                    patch[i * count + k] = source[i * channels + selected[k]];
        }
    }
}

/// Fills a column from a patch, completed to whole groups by the zero point.
static int32_t *fill_from_patch(const kl_conv_layer *layer, int8_t *patch, int32_t count,
                                int32_t zero, int32_t *column) {
    for (int32_t i = 0; i < 3; i++)
        patch[count + i] = (int8_t)layer->input_zero_point;
    return kl_fill_column(patch, kl_round_up_4(count), zero, column, 4);
}

/// Fills one of the two interleaved columns with the patch of an output pixel.
static void fill_pixel(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                       const place *at, int32_t *column, int8_t *patch) {
    int32_t zero = kl_zero_pair(layer->input_zero_point);
    int32_t taps = kl_taps(&layer->window), channels = layer->input.channels;
    if (kl_is_pointwise(layer)) {
        const int8_t *bytes = input + (at->y * layer->input.width + at->x) * channels;
        column = kl_fill_column(bytes, channels, zero, column, 4);
    } else {
        copy_patch(layer, input, at, 0, channels, patch);
        column = fill_from_patch(layer, patch, taps * channels, zero, column);
    }
    int32_t count = weights->overlay_count;
    if (count > 0) {
        copy_patch(layer, input, at, weights->overlay_channels, count, patch);
        fill_from_patch(layer, patch, taps * count, zero, column);
    }
}

/// Output channels whose sums are kept at a time.
#define BLOCK 8

/// Adds the products of `count` weight rows and two columns to [row][column]. `spare` bytes of
/// weights follow the rows.
static __attribute__((noinline)) const int32_t *add_rows(const int8_t *rows, int32_t row_bytes,
                                                         int32_t count, int32_t spare,
                                                         const int32_t *columns, int32_t *sums) {
    const int32_t *end = columns + kl_round_up_4(row_bytes);
    // Whole groups may read up to 3 bytes behind a row, which meet zeros in the columns.
    int32_t last = (row_bytes & 3) == 0 || spare >= 3 ? 0 : row_bytes < 3 ? count : 2;
    for (; count > last && count > 1; count -= 2, rows += 2 * row_bytes, sums += 4)
        kl_dot_2x2_groups(rows, rows + row_bytes, columns, end, sums);
    for (; count > 0; count -= 2, rows += 2 * row_bytes, sums += 4)
        kl_dot_2x2(rows, count > 1 ? rows + row_bytes : rows, columns,
                   last == 0 ? kl_round_up_4(row_bytes) : row_bytes, sums);
    return end;
}

/// Unpacks all weights as kl_dot_2x2_unpacked reads them.
static void unpack_rows(const kl_conv_layer *layer, const int8_t *weights, int32_t *unpacked) {
    int32_t row_bytes = kl_taps(&layer->window) * layer->input.channels;
    int32_t row = kl_round_up_4(row_bytes), outputs = layer->output.channels;
    for (int32_t i = 0; i < outputs; i += 2, unpacked += row) {
        const int8_t *second = weights + kl_min(i + 1, outputs - 1) * row_bytes;
        kl_fill_column(weights + i * row_bytes, row_bytes, 0, unpacked, 4);
        kl_fill_column(second, row_bytes, 0, unpacked + 2, 4);
    }
}

/// Outputs of `count` channels at two pixels. For a missing second pixel `second` is `first`.
KL_INLINE void write_channels(const kl_output_clamp *clamp, const int32_t *bias,
                              const int32_t *multipliers, const int8_t *shifts, int32_t count,
                              int32_t narrow, const int32_t *sums, int8_t *first, int8_t *second) {
    int32_t zero = clamp->zero_point, low = clamp->minimum, high = clamp->maximum;
    const int32_t *end = sums + 2 * count;
    do {
        int32_t start = *bias++, multiplier = *multipliers++, shift = -*shifts++;
        int32_t left = sums[0], right = sums[1];
        if (shift > 0) {
            int32_t half = (int32_t)(1U << (shift - 1));
            start *= 2;
            left = kl_smmulr(start + left * 2, multiplier);
            right = kl_smmulr(start + right * 2, multiplier);
            left = (left + (left >> 31) + half) >> shift;
            right = (right + (right >> 31) + half) >> shift;
        } else {
            left = kl_requantize_raised(start + left, multiplier, -shift);
            right = kl_requantize_raised(start + right, multiplier, -shift);
        }
        left = kl_ssat8(left + zero);
        right = kl_ssat8(right + zero);
        if (narrow) {
            left = kl_clamp(left, low, high);
            right = kl_clamp(right, low, high);
        }
        *second++ = (int8_t)right;
        *first++ = (int8_t)left;
        sums += 2;
    } while (sums != end);
}

static __attribute__((noinline)) void write_block(const kl_output_clamp *clamp, const int32_t *bias,
                                                  const int32_t *multipliers, const int8_t *shifts,
                                                  int32_t count, const int32_t *sums, int8_t *first,
                                                  int8_t *second) {
    if (clamp->narrow)
        write_channels(clamp, bias, multipliers, shifts, count, 1, sums, first, second);
    else
        write_channels(clamp, bias, multipliers, shifts, count, 0, sums, first, second);
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    int32_t taps = kl_taps(&layer->window), outputs = layer->output.channels;
    int32_t base_row = taps * layer->input.channels;
    int32_t overlay_row = taps * weights->overlay_count;
    int32_t *columns = scratch;
    int8_t *patch = (int8_t *)(columns + kl_round_up_4(base_row) + kl_round_up_4(overlay_row));
    int32_t pixels = kl_pixels(&layer->output), row = kl_round_up_4(base_row);
    int32_t unpacked_count = unpacked_words(layer, weights->overlay_count);
    int32_t *unpacked = (int32_t *)(patch + patch_bytes(layer, weights->overlay_count));
    if (unpacked_count > 0)
        unpack_rows(layer, weights->base, unpacked);
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    place at = {0, -layer->window.pad_top, -layer->window.pad_left};
    for (int32_t pixel = 0; pixel < pixels; pixel += 2, output += 2 * outputs) {
        fill_pixel(layer, input, weights, &at, columns, patch);
        int8_t *second = output;
        // A missing second pixel repeats the first and is overwritten by it.
        if (pixel + 1 < pixels) {
            advance(layer, &at);
            second += outputs;
        }
        fill_pixel(layer, input, weights, &at, columns + 2, patch);
        advance(layer, &at);
        for (int32_t i = 0; i < outputs; i += BLOCK) {
            int32_t sums[2 * BLOCK], count = kl_min(BLOCK, outputs - i);
            int32_t left = outputs - i - count;
            if (unpacked_count > 0) {
                for (int32_t k = 0; k < count; k += 2)
                    kl_dot_2x2_unpacked(unpacked + (i + k) / 2 * row, columns, row / 4,
                                        sums + 2 * k);
                write_block(&clamp, bias + i, layer->multipliers + i, layer->shifts + i, count,
                            sums, output + i, second + i);
                continue;
            }
            for (int32_t k = 0; k < 2 * BLOCK; k++)
                sums[k] = 0;
            const int32_t *rest = add_rows(weights->base + i * base_row, base_row, count,
                                           left * base_row, columns, sums);
            if (overlay_row > 0)
                add_rows(weights->overlay + i * overlay_row, overlay_row, count, left * overlay_row,
                         rest, sums);
            write_block(&clamp, bias + i, layer->multipliers + i, layer->shifts + i, count, sums,
                        output + i, second + i);
        }
    }
}

#else

/// Sum over the part of a window inside the input; padding adds nothing.
static int32_t window_sum(const kl_conv_layer *layer, const int8_t *input, int32_t y, int32_t x,
                          const int8_t *weights, const uint16_t *selected, int32_t count) {
    const kl_window *window = &layer->window;
    int32_t zero = layer->input_zero_point, channels = layer->input.channels, sum = 0;
    kl_span rows = kl_window_span(y, window->kernel_height, layer->input.height);
    kl_span columns = kl_window_span(x, window->kernel_width, layer->input.width);
    for (int32_t ky = rows.first; ky < rows.last; ky++)
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int8_t *source = input + ((y + ky) * layer->input.width + x + kx) * channels;
            const int8_t *row = weights + (ky * window->kernel_width + kx) * count;
            if (selected == 0)
                for (int32_t i = 0; i < count; i++)
                    sum += row[i] * (source[i] - zero);
            else
                for (int32_t i = 0; i < count; i++)
                    sum += row[i] * (source[selected[i]] - zero);
        }
    return sum;
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    (void)scratch;
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    int32_t taps = kl_taps(&layer->window);
    int32_t base_row = taps * layer->input.channels;
    int32_t overlay_row = taps * weights->overlay_count;
    int32_t pixels = kl_pixels(&layer->output);
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
        int32_t y = pixel / layer->output.width * layer->window.stride_height;
        int32_t x = pixel % layer->output.width * layer->window.stride_width;
        y -= layer->window.pad_top;
        x -= layer->window.pad_left;
        for (int32_t i = 0; i < layer->output.channels; i++) {
            int32_t sum = bias[i];
            sum += window_sum(layer, input, y, x, weights->base + i * base_row, 0,
                              layer->input.channels);
            if (overlay_row > 0)
                sum += window_sum(layer, input, y, x, weights->overlay + i * overlay_row,
                                  weights->overlay_channels, weights->overlay_count);
            *output++ = kl_output_value(&clamp, sum, layer->multipliers[i], layer->shifts[i]);
        }
    }
}

#endif
