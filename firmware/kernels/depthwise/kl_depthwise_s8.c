// SPDX-License-Identifier: Apache-2.0
#include "internal/plane.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

/// Output rows whose sums are kept at a time.
#define ROWS 4

/// Words for the weights of one channel: up to 4 taps of a row in two words.
static int32_t packed_words(const kl_window *window) {
    return window->kernel_height * ((window->kernel_width + 3) / 4) * 2;
}

int32_t kl_depthwise_s8_scratch_bytes(const kl_conv_layer *layer) {
    int32_t words = packed_words(&layer->window) + ROWS * layer->output.width + 1;
    return words * 4 + kl_padded_height(layer) * kl_padded_width(layer) + KL_PLANE_SLACK;
}

/// One output row of one channel.
typedef struct {
    const kl_window *window;
    const int32_t *weights; ///< of the channel, from pack_weights
    int32_t width;          ///< of the padded plane
    int32_t columns;        ///< outputs
} row_work;

#if KL_DSP

/// Taps 4 by 4: pairs (0, 2) and (1, 3) of every row, missing taps 0.
static void pack_weights(const kl_window *window, const int8_t *weights, int32_t channels,
                         int32_t *packed) {
    for (int32_t ky = 0; ky < window->kernel_height; ky++)
        for (int32_t kx = 0; kx < window->kernel_width; kx += 4, packed += 2) {
            int32_t taps[4] = {0, 0, 0, 0};
            for (int32_t i = 0; i < 4 && kx + i < window->kernel_width; i++)
                taps[i] = weights[(ky * window->kernel_width + kx + i) * channels];
            packed[0] = kl_pkhbt(taps[0], taps[2]);
            packed[1] = kl_pkhbt(taps[1], taps[3]);
        }
}

/// Any kernel: `groups` of four taps in each of `rows` rows; constants where it is inlined.
KL_INLINE void sum_row(const row_work *work, const int8_t *row, int32_t rows, int32_t groups,
                       int32_t *sums) {
    int32_t width = work->width, step = work->window->stride_width;
    for (int32_t x = 0; x < work->columns; x++, row += step) {
        const int8_t *source = row;
        const int32_t *weights = work->weights;
        int32_t sum = 0;
#pragma GCC unroll 8
        for (int32_t ky = 0; ky < rows; ky++, source += width) {
#pragma GCC unroll 2
            for (int32_t group = 0; group < groups; group++, weights += 2) {
                int32_t word = kl_load_word(source + 4 * group);
                sum = kl_smlad(kl_sxtb16(word), weights[0], sum);
                sum = kl_smlad(kl_sxtb16_ror8(word), weights[1], sum);
            }
        }
        sums[x] = sum;
    }
}

/// 3x3, stride 1: two outputs share each word of four inputs. Writes one more for odd widths.
static __attribute__((noinline)) void sum_row_3x3(const int32_t *weights, const int8_t *row,
                                                  int32_t width, int32_t columns, int32_t *sums) {
    int32_t a02 = weights[0], a1 = weights[1], b02 = weights[2], b1 = weights[3];
    int32_t c02 = weights[4], c1 = weights[5];
    int32_t *end = sums + ((columns + 1) & ~1);
    do {
        int32_t odd = kl_load_word(row);
        int32_t even = kl_sxtb16(odd);
        odd = kl_sxtb16_ror8(odd);
        int32_t left = kl_smlabb(odd, a1, kl_smuad(even, a02));
        int32_t right = kl_smlatb(even, a1, kl_smuad(odd, a02));
        odd = kl_load_word(row + width);
        even = kl_sxtb16(odd);
        odd = kl_sxtb16_ror8(odd);
        left = kl_smlabb(odd, b1, kl_smlad(even, b02, left));
        right = kl_smlatb(even, b1, kl_smlad(odd, b02, right));
        odd = kl_load_word(row + 2 * width);
        row += 2;
        even = kl_sxtb16(odd);
        odd = kl_sxtb16_ror8(odd);
        left = kl_smlabb(odd, c1, kl_smlad(even, c02, left));
        right = kl_smlatb(even, c1, kl_smlad(odd, c02, right));
        sums[0] = left;
        sums[1] = right;
        sums += 2;
    } while (sums != end);
}

/// Taps 5 or 7 wide, stride 1: two outputs share the unpacked inputs. Writes one more for odd
/// widths.
KL_INLINE void sum_row_pairs(const row_work *work, const int8_t *row, int32_t rows, int32_t taps,
                             int32_t *sums) {
    int32_t width = work->width;
    int32_t *end = sums + ((work->columns + 1) & ~1);
    for (; sums != end; sums += 2, row += 2) {
        int32_t left = 0, right = 0;
        const int8_t *source = row;
        const int32_t *weights = work->weights;
        const int32_t *last = weights + 4 * rows;
        do {
            // Weights: (w0, w2), (w1, w3), (w4, w6), (w5, 0).
            int32_t a = weights[0], b = weights[1];
            int32_t odd = kl_load_word(source);
            left = kl_smlad(kl_sxtb16(odd), a, left);
            odd = kl_sxtb16_ror8(odd);
            left = kl_smlad(odd, b, left);
            right = kl_smlad(odd, a, right);
            odd = kl_load_word(source + 2);
            int32_t even = kl_sxtb16(odd); // inputs 2 and 4
            right = kl_smlad(even, b, right);
            a = weights[2];
            if (taps == 5) {
                left = kl_smlatb(even, a, left);
                right = kl_smlatb(kl_sxtb16_ror8(odd), a, right);
            } else {
                b = weights[3];
                odd = kl_load_word(source + 4);
                even = kl_sxtb16(odd);
                odd = kl_sxtb16_ror8(odd);
                left = kl_smlabb(odd, b, kl_smlad(even, a, left));
                right = kl_smlatb(even, b, kl_smlad(odd, a, right));
            }
            weights += 4;
            source += width;
        } while (weights != last);
        sums[0] = left;
        sums[1] = right;
    }
}

/// The sums of `count` output rows, one behind the other.
static void sum_rows(const row_work *work, const int8_t *row, int32_t count, int32_t *sums) {
    int32_t rows = work->window->kernel_height, taps = work->window->kernel_width;
    int32_t close = work->window->stride_width == 1;
    int32_t step = work->window->stride_height * work->width;
    for (; count > 0; count--, row += step, sums += work->columns)
        if (rows == 3 && taps == 3 && close)
            sum_row_3x3(work->weights, row, work->width, work->columns, sums);
        else if (taps == 5 && close)
            sum_row_pairs(work, row, rows, 5, sums);
        else if (taps == 7 && close)
            sum_row_pairs(work, row, rows, 7, sums);
        else if (rows == 3 && taps <= 4)
            sum_row(work, row, 3, 1, sums);
        else if (taps > 4 && taps <= 8)
            sum_row(work, row, rows, 2, sums);
        else
            sum_row(work, row, rows, (taps + 3) / 4, sums);
}

#else

static void pack_weights(const kl_window *window, const int8_t *weights, int32_t channels,
                         int32_t *packed) {
    int8_t *bytes = (int8_t *)packed;
    for (int32_t i = 0; i < kl_taps(window); i++)
        bytes[i] = weights[i * channels];
}

/// The sums of `count` output rows, one behind the other.
static void sum_rows(const row_work *work, const int8_t *row, int32_t count, int32_t *sums) {
    int32_t step = work->window->stride_height * work->width;
    for (; count > 0; count--, row += step)
        for (int32_t x = 0; x < work->columns; x++) {
            const int8_t *weights = (const int8_t *)work->weights;
            const int8_t *source = row + x * work->window->stride_width;
            int32_t sum = 0;
            for (int32_t ky = 0; ky < work->window->kernel_height; ky++, source += work->width)
                for (int32_t kx = 0; kx < work->window->kernel_width; kx++)
                    sum += *weights++ * source[kx];
            *sums++ = sum;
        }
}

#endif

#if KL_DSP
/// write_outputs for right shifts; `narrow` is a constant where this is inlined.
KL_INLINE void write_shifted(const kl_conv_layer *layer, const int32_t *sums, int32_t count,
                             int32_t start, int32_t c, int32_t narrow, int8_t *output) {
    int32_t multiplier = layer->multipliers[c], exponent = -layer->shifts[c];
    int32_t half = (int32_t)(1U << (exponent - 1)), zero = layer->output_zero_point;
    int32_t minimum = layer->activation_min, maximum = layer->activation_max;
    int32_t stride = layer->output.channels;
    const int32_t *end = sums + count;
    start *= 2;
    do {
        int32_t value = kl_smmulr(start + *sums++ * 2, multiplier);
        value = kl_ssat8(((value + (value >> 31) + half) >> exponent) + zero);
        if (narrow)
            value = kl_clamp(value, minimum, maximum);
        *output = (int8_t)value;
        output += stride;
    } while (sums != end);
}
#endif

/// Outputs of `count` neighbouring pixels from their sums, to which `start` is added.
static __attribute__((noinline)) void write_outputs(const kl_conv_layer *layer, const int32_t *sums,
                                                    int32_t count, int32_t start, int32_t c,
                                                    int8_t *output) {
    int32_t multiplier = layer->multipliers[c], shift = layer->shifts[c];
    kl_output_clamp clamp = kl_make_output_clamp(layer);
#if KL_DSP
    if (shift < 0) {
        if (clamp.narrow)
            write_shifted(layer, sums, count, start, c, 1, output);
        else
            write_shifted(layer, sums, count, start, c, 0, output);
        return;
    }
#endif
    for (int32_t i = 0; i < count; i++, output += layer->output.channels)
        *output = kl_output_value(&clamp, sums[i] + start, multiplier, shift);
}

void kl_depthwise_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                     const int32_t *bias, int8_t *output, void *scratch) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels;
    int32_t height = kl_padded_height(layer), width = kl_padded_width(layer);
    int32_t *packed = scratch;
    int32_t *sums = packed + packed_words(window);
    int8_t *plane = (int8_t *)(sums + ROWS * layer->output.width + 1);
    kl_fill_bytes(plane, layer->input_zero_point, height * width + KL_PLANE_SLACK);
    row_work work = {window, packed, width, layer->output.width};
    for (int32_t c = 0; c < channels; c++) {
        kl_copy_plane_s8(layer, input + c, width, plane);
        pack_weights(window, weights->base + c, channels, packed);
        // Padding is the zero point, whose part in the sums is taken back here.
        int32_t total = 0;
        for (int32_t i = 0; i < kl_taps(window); i++)
            total += weights->base[i * channels + c];
        int32_t start = bias[c] - layer->input_zero_point * total;
        for (int32_t y = 0; y < layer->output.height; y += ROWS) {
            int32_t rows = kl_min(ROWS, layer->output.height - y);
            sum_rows(&work, plane + y * window->stride_height * width, rows, sums);
            write_outputs(layer, sums, rows * layer->output.width, start, c,
                          output + y * layer->output.width * channels + c);
        }
    }
}
