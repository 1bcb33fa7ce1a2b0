// SPDX-License-Identifier: Apache-2.0
/// One random case of the selftest: numbers, memory, layers, and the digest of what was written.
#ifndef KERNEL_SELFTEST_RANDOM_CASE_H
#define KERNEL_SELFTEST_RANDOM_CASE_H

#include "cases.h"

#include <string.h>

#include "kinglet/kinglet.h"

#define CASE_FUNCTION static __attribute__((unused))

enum { MAX_CHANNELS = 48 };

/// One random layer in the working memory.
typedef struct {
    uint32_t random;
    uint32_t used;
    uint32_t digest;
    kl_conv_layer layer;
    int32_t inputs, outputs, weights;
    int32_t multipliers[MAX_CHANNELS];
    int8_t shifts[MAX_CHANNELS];
    float scales[MAX_CHANNELS];
    int32_t bias[MAX_CHANNELS];
    uint16_t selected[MAX_CHANNELS];
} test_case;

CASE_FUNCTION int32_t between(test_case *test, int32_t low, int32_t high) {
    test->random = test->random * 1664525U + 1013904223U;
    return low + (int32_t)((test->random >> 8) % (uint32_t)(high - low + 1));
}

/// Bytes at an address that is odd for int8 data and aligned to `alignment` for others.
CASE_FUNCTION void *take(test_case *test, int32_t bytes, uint32_t alignment) {
    test->used = (test->used + alignment - 1) / alignment * alignment;
    if (alignment == 1)
        test->used |= 1U;
    void *block = selftest_memory + test->used;
    test->used += (uint32_t)bytes;
    return block;
}

CASE_FUNCTION int32_t fits(const test_case *test) {
    return test->used <= SELFTEST_MEMORY;
}

CASE_FUNCTION int8_t *take_bytes(test_case *test, int32_t count) {
    int8_t *bytes = take(test, count, 1);
    for (int32_t i = 0; i < count && fits(test); i++)
        bytes[i] = (int8_t)between(test, -127, 127);
    return bytes;
}

CASE_FUNCTION kl_gradient take_gradient(test_case *test, int32_t count, int32_t fill) {
    kl_gradient gradient = {take(test, count * (int32_t)sizeof(kl_grad), sizeof(kl_grad)), 0};
    int32_t limit = KL_GRADIENT_MAX >> between(test, 0, 5);
    for (int32_t i = 0; i < count && fits(test); i++)
        gradient.data[i] = (kl_grad)(fill ? between(test, -limit, limit) : 0);
    gradient.exponent = fill ? between(test, -12, 0) : 0;
    return gradient;
}

/// FNV-1a.
CASE_FUNCTION void digest(test_case *test, const void *data, uint32_t bytes) {
    const uint8_t *next = data;
    for (uint32_t i = 0; i < bytes; i++)
        test->digest = (test->digest ^ next[i]) * 16777619U;
}

CASE_FUNCTION void digest_gradient(test_case *test, const kl_gradient *gradient, int32_t count) {
    digest(test, gradient->data, (uint32_t)count * sizeof(kl_grad));
    digest(test, &gradient->exponent, sizeof gradient->exponent);
}

typedef enum { CONVOLUTION, POINTWISE, FULLY_CONNECTED, DEPTHWISE } layer_kind;

CASE_FUNCTION void random_window(test_case *test, kl_conv_layer *layer, int32_t largest) {
    kl_window *window = &layer->window;
    window->kernel_height = between(test, 1, largest);
    window->kernel_width = between(test, 0, 2) ? window->kernel_height : between(test, 1, largest);
    window->stride_height = between(test, 1, 3);
    window->stride_width = between(test, 0, 2) ? window->stride_height : between(test, 1, 3);
    window->pad_top = between(test, 0, window->kernel_height - 1);
    window->pad_left = between(test, 0, window->kernel_width - 1);
    int32_t height = layer->input.height + window->pad_top +
                     between(test, 0, window->kernel_height - 1) - window->kernel_height;
    int32_t width = layer->input.width + window->pad_left +
                    between(test, 0, window->kernel_width - 1) - window->kernel_width;
    layer->output.height = height < 0 ? 1 : height / window->stride_height + 1;
    layer->output.width = width < 0 ? 1 : width / window->stride_width + 1;
}

CASE_FUNCTION kl_shape random_input(test_case *test, layer_kind kind) {
    int32_t largest = between(test, 0, 15) == 0 ? 18 : 8;
    kl_shape shape = {1, 1, 0};
    shape.height = kind == FULLY_CONNECTED ? 1 : between(test, 1, largest);
    shape.width = kind == FULLY_CONNECTED ? 1 : between(test, 1, largest);
    shape.channels = between(test, 1, kind == CONVOLUTION ? 9 : 20);
    return shape;
}

/// A layer on an input of this shape.
CASE_FUNCTION void random_layer_on(test_case *test, layer_kind kind, kl_shape input) {
    kl_conv_layer *layer = &test->layer;
    kl_window pointwise = {1, 1, 1, 1, 0, 0};
    layer->window = pointwise;
    layer->input = input;
    layer->output = input;
    if (kind == CONVOLUTION || kind == DEPTHWISE)
        random_window(test, layer, kind == DEPTHWISE ? 7 : 4);
    if (kind != DEPTHWISE)
        layer->output.channels = between(test, 1, 18);
    layer->input_zero_point = between(test, -128, 127);
    layer->output_zero_point = between(test, -20, 20);
    layer->activation_min = between(test, -128, -60);
    layer->activation_max = between(test, 60, 127);
    layer->multipliers = test->multipliers;
    layer->shifts = test->shifts;
    for (int32_t c = 0; c < layer->output.channels; c++) {
        test->multipliers[c] = (1 << 30) + between(test, 0, (1 << 24) - 1) * 64;
        test->shifts[c] = (int8_t)between(test, -10, -5);
        if (between(test, 0, 9) == 0)
            test->shifts[c] = (int8_t)between(test, -31, 7);
        test->scales[c] = (float)between(test, 0, 4000) * 1e-5F;
        test->bias[c] = between(test, -9000, 9000);
    }
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    test->inputs = layer->input.height * layer->input.width * layer->input.channels;
    test->outputs = layer->output.height * layer->output.width * layer->output.channels;
    test->weights = taps * layer->input.channels;
    if (kind != DEPTHWISE)
        test->weights *= layer->output.channels;
}

CASE_FUNCTION void random_layer(test_case *test, layer_kind kind) {
    random_layer_on(test, kind, random_input(test, kind));
}

/// Random channels as an overlay of random weights, 0 in the base.
CASE_FUNCTION kl_weights random_weights(test_case *test, int32_t depthwise) {
    const kl_conv_layer *layer = &test->layer;
    int8_t *base = take_bytes(test, test->weights);
    kl_weights weights = {base, 0, test->selected, 0};
    for (int32_t c = 0; c < layer->input.channels && !depthwise; c++)
        if (between(test, 0, 2) == 0)
            test->selected[weights.overlay_count++] = (uint16_t)c;
    if (between(test, 0, 1) == 0)
        weights.overlay_count = 0;
    for (int32_t i = 0; i < test->weights && fits(test); i += layer->input.channels)
        for (int32_t k = 0; k < weights.overlay_count; k++)
            base[i + test->selected[k]] = 0;
    weights.overlay =
        take_bytes(test, test->weights / layer->input.channels * weights.overlay_count);
    return weights;
}

#endif
