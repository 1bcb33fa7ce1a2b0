// SPDX-License-Identifier: Apache-2.0
#include "depthwise/forward_planes.h"
#include "depthwise/row_sums_dsp.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

/// Sums that are kept at a time, at least those of a row.
#define SUMS 128

/// Quantisation of one channel's outputs.
typedef struct {
    int32_t offset; ///< kl_quick_offset
    int32_t multiplier;
    int32_t exponent; ///< right shift
} output_scale;

/// Output rows whose sums are kept at a time.
static int32_t sum_rows_count(const kl_conv_layer *layer) {
    return kl_min(kl_max(SUMS / layer->output.width, 1), layer->output.height);
}

/// Words for sums, and for three that the last of a row may write beyond.
static int32_t sum_words(const kl_conv_layer *layer) {
    return sum_rows_count(layer) * layer->output.width + 3;
}

/// Words for the weights of one channel.
static int32_t packed_words(const kl_window *window) {
    return window->kernel_height * make_row_packing(window).halves / 2;
}

int32_t kl_depthwise_s8_scratch_bytes(const kl_conv_layer *layer) {
    int32_t words = packed_words(&layer->window) + sum_words(layer);
    plane_set set = make_plane_set(layer);
    return words * (int32_t)sizeof(int32_t) + plane_set_bytes(&set);
}

#if KL_DSP
/// Outputs of `count` (a multiple of 4) neighbouring pixels from their sums, which are doubled.
static __attribute__((noinline)) void write_fours(const int32_t *sums, int32_t count,
                                                  const output_scale *scale, int32_t stride,
                                                  int8_t *output) {
    int32_t multiplier = scale->multiplier, exponent = scale->exponent, offset = scale->offset;
    for (const int32_t *end = sums + count; sums != end; output += 2 * stride) {
#if defined(KINGLET_DSP_EMULATION)
        for (int32_t i = 0; i < 4; i++)
            output[i * stride] = (int8_t)kl_quick_value(sums[i], multiplier, exponent, offset);
        sums += 4;
        output += 2 * stride;
#else
        register int32_t a __asm__("r4"), b __asm__("r5"), c __asm__("r6"), d __asm__("r8");
        __asm__ volatile("ldmia %[sums]!, {r4, r5, r6, r8}"
                         : [sums] "+r"(sums), "=r"(a), "=r"(b), "=r"(c), "=r"(d)
                         :
                         : "memory");
        a = kl_quick_value(a, multiplier, exponent, offset);
        b = kl_quick_value(b, multiplier, exponent, offset);
        c = kl_quick_value(c, multiplier, exponent, offset);
        d = kl_quick_value(d, multiplier, exponent, offset);
        output[0] = (int8_t)a;
        output[stride] = (int8_t)b;
        output += 2 * stride;
        output[0] = (int8_t)c;
        output[stride] = (int8_t)d;
#endif
    }
}
#endif

/// Outputs of `count` neighbouring pixels from their sums, which are doubled.
static void write_outputs(const kl_conv_layer *layer, const int32_t *sums, int32_t count, int32_t c,
                          int8_t *output) {
    int32_t multiplier = layer->multipliers[c], shift = layer->shifts[c];
    int32_t stride = layer->output.channels;
#if KL_DSP
    if (kl_is_quick(shift)) {
        output_scale scale = {kl_quick_offset(layer->output_zero_point, shift), multiplier, -shift};
        int32_t fours = count & ~3;
        write_fours(sums, fours, &scale, stride, output);
        for (output += fours * stride; fours < count; fours++, output += stride)
            *output = (int8_t)kl_quick_value(sums[fours], multiplier, scale.exponent, scale.offset);
        return;
    }
#endif
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    for (; count > 0; count--, output += stride)
        *output = kl_output_value(&clamp, *sums++ >> 1, multiplier, shift);
}

/// `rows` rows of outputs of channel `c`, whose plane and start are in `work`.
static __attribute__((noinline)) void run_channel(const kl_conv_layer *layer, row_work *work,
                                                  row_sums sum, int32_t c, int32_t rows,
                                                  int32_t step, int8_t *output) {
    int32_t most = sum_rows_count(layer), width = layer->output.width;
    for (; rows > 0; rows -= most, output += most * width * layer->output.channels) {
        int32_t count = kl_min(most, rows) * width;
        work->end = work->sums + count;
        sum(work, &layer->window);
        write_outputs(layer, work->sums, count, c, output);
        work->plane += most * step;
    }
}

void kl_depthwise_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                     const int32_t *bias, int8_t *output, void *scratch) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, width = layer->output.width;
    plane_set set = make_plane_set(layer);
    row_sums sum = choose_row_sums(window);
    int32_t *packed = scratch, *sums = packed + packed_words(window);
    int16_t *planes = (int16_t *)(sums + sum_words(layer));
    int32_t plane = set.rows * set.pitch, step = set.pitch * window->stride_height;
    int32_t times = outputs_at_a_time(make_row_packing(window));
    int32_t advance = (width + times - 1) / times * times * window->stride_width;
    row_work work = {.weights = (const int16_t *)packed,
                     .pitch = set.pitch * (int32_t)sizeof(int16_t),
                     .columns = width * (int32_t)sizeof(int32_t),
                     .gap = (step - advance) * (int32_t)sizeof(int16_t),
                     .sums = sums,
                     .height = window->kernel_height};
    kl_fill_bytes(planes, 0, plane_set_bytes(&set));
    for (int32_t c = 0; c < channels; c += set.planes) {
        int32_t count = kl_min(set.planes, channels - c), kept = 0;
        for (int32_t y = 0; y < layer->output.height; y += set.band) {
            int32_t rows = kl_min(set.band, layer->output.height - y);
            if (y > 0)
                kept = keep_rows(&set, planes);
            fill_planes(&set, input + c, count, y, kept, window_rows(layer, rows), planes);
            for (int32_t i = 0; i < count; i++) {
                pack_weights(window, weights->base + c + i, channels, (int16_t *)packed);
                work.start = work.again = 2 * bias[c + i];
                work.plane = planes + i * plane;
                run_channel(layer, &work, sum, c + i, rows, step,
                            output + y * width * channels + c + i);
            }
        }
    }
#if KL_DSP
    kl_clamp_outputs(output, layer->output.height * width * channels, layer->activation_min,
                     layer->activation_max);
#endif
}
