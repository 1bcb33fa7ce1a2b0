// SPDX-License-Identifier: Apache-2.0
/// The phases of a depthwise input gradient: inputs whose place modulo the stride is equal see the
/// same subset of the kernel, mirrored.
#ifndef KINGLET_DEPTHWISE_PHASES_H
#define KINGLET_DEPTHWISE_PHASES_H

#include "internal/block_float.h"
#include "internal/memory.h"
#include "internal/plane.h"
#include "internal/scaled_weights.h"

/// Taps of one phase along an axis.
static int32_t phase_taps(int32_t kernel, int32_t stride, int32_t phase) {
    return phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0;
}

/// Inputs of one phase along an axis.
typedef struct {
    int32_t phase;
    int32_t taps;
    int32_t first; ///< input
    int32_t count;
    int32_t offset; ///< tap that meets output 0 at the first input
} phase_axis;

/// What all phases share, and the current one.
typedef struct {
    const kl_conv_layer *layer;
    const int8_t *kernel;
    const uint16_t *factors;
    kl_weight_scaling scaling;
    kl_grad *result;
    int32_t shift;         ///< bits dropped so far
    int32_t phase;         ///< the current one
    const int8_t *weights; ///< of its first tap
    phase_axis vertical, horizontal;
} phase_work;

static int32_t phase_count(const kl_conv_layer *layer) {
    return layer->window.stride_height * layer->window.stride_width;
}

static phase_axis make_axis(int32_t phase, int32_t kernel, int32_t stride, int32_t pad,
                            int32_t inputs) {
    int32_t first = (phase - pad) % stride;
    first += first < 0 ? stride : 0;
    phase_axis axis = {phase, phase_taps(kernel, stride, phase), first,
                       first < inputs ? (inputs - 1 - first) / stride + 1 : 0,
                       (first + pad) / stride};
    return axis;
}

static void set_phase(phase_work *work, int32_t phase) {
    const kl_conv_layer *layer = work->layer;
    const kl_window *window = &layer->window;
    int32_t y = phase / window->stride_width, x = phase % window->stride_width;
    work->phase = phase;
    work->weights = work->kernel + (y * window->kernel_width + x) * layer->input.channels;
    work->vertical = make_axis(y, window->kernel_height, window->stride_height, window->pad_top,
                               layer->input.height);
    work->horizontal = make_axis(x, window->kernel_width, window->stride_width, window->pad_left,
                                 layer->input.width);
}

/// From tap to tap of a phase in a row, and from row to row.
static int32_t tap_step(const kl_conv_layer *layer) {
    return layer->window.stride_width * layer->input.channels;
}
static int32_t tap_row_step(const kl_conv_layer *layer) {
    return layer->window.stride_height * layer->window.kernel_width * layer->input.channels;
}

/// From element to element of a phase of the result in a row, and from row to row.
static int32_t result_step(const kl_conv_layer *layer) {
    return layer->window.stride_width * layer->input.channels;
}
static int32_t result_row_step(const kl_conv_layer *layer) {
    return layer->window.stride_height * layer->input.width * layer->input.channels;
}

/// The result's element in the phase's row `row`, first column.
static kl_grad *phase_result(const phase_work *work, int32_t row) {
    const kl_conv_layer *layer = work->layer;
    int32_t place = work->vertical.first * layer->input.width + work->horizontal.first;
    return work->result + place * layer->input.channels + row * result_row_step(layer);
}

/// Drops more bits, `shift` in all, of everything that was stored: channels before `first`, and
/// those from there on in the current phase and the ones before it. Later channels are not touched:
/// they may still be the output's gradient.
static __attribute__((noinline)) void drop_stored(phase_work *work, int32_t first, int32_t count,
                                                  int32_t shift) {
    const kl_shape *input = &work->layer->input;
    int32_t last = work->phase, more = shift - work->shift;
    kl_drop_bits(work->result, input->height * input->width, first, input->channels, more);
    for (int32_t phase = 0; phase <= last; phase++) {
        set_phase(work, phase);
        for (int32_t row = 0; row < work->vertical.count; row++)
            kl_drop_bits(phase_result(work, row) + first, work->horizontal.count, count,
                         result_step(work->layer), more);
    }
    work->shift = shift;
}

/// Sets channels of the phase's inputs to 0: no window meets them.
static void clear_phase(const phase_work *work, int32_t first, int32_t count) {
    for (int32_t row = 0; row < work->vertical.count; row++)
        for (int32_t i = 0; i < work->horizontal.count; i++)
            kl_fill_bytes(phase_result(work, row) + i * result_step(work->layer) + first, 0,
                          count * (int32_t)sizeof(kl_grad));
}

/// Makes a phase the current one for some channels; false when nothing is left to sum in it.
static int32_t begin_phase(phase_work *work, int32_t phase, int32_t first, int32_t count) {
    if (phase != work->phase)
        set_phase(work, phase);
    if (work->vertical.taps > 0 && work->horizontal.taps > 0)
        return work->vertical.count > 0 && work->horizontal.count > 0;
    clear_phase(work, first, count);
    return 0;
}

#endif
