// SPDX-License-Identifier: Apache-2.0
#include "cases.h"

#include <string.h>

#include "kinglet/kinglet.h"

#ifdef KINGLET_SYMBOL_SUFFIX
#define selftest_digest KL_VARIANT(selftest_digest)
#endif

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

static int32_t between(test_case *test, int32_t low, int32_t high) {
    test->random = test->random * 1664525U + 1013904223U;
    return low + (int32_t)((test->random >> 8) % (uint32_t)(high - low + 1));
}

/// Bytes at an address that is odd for int8 data and aligned to `alignment` for others.
static void *take(test_case *test, int32_t bytes, uint32_t alignment) {
    test->used = (test->used + alignment - 1) / alignment * alignment;
    if (alignment == 1)
        test->used |= 1U;
    void *block = selftest_memory + test->used;
    test->used += (uint32_t)bytes;
    return block;
}

static int32_t fits(const test_case *test) {
    return test->used <= SELFTEST_MEMORY;
}

static int8_t *take_bytes(test_case *test, int32_t count) {
    int8_t *bytes = take(test, count, 1);
    for (int32_t i = 0; i < count && fits(test); i++)
        bytes[i] = (int8_t)between(test, -127, 127);
    return bytes;
}

static kl_gradient take_gradient(test_case *test, int32_t count, int32_t fill) {
    kl_gradient gradient = {take(test, count * (int32_t)sizeof(kl_grad), sizeof(kl_grad)), 0};
    int32_t limit = KL_GRADIENT_MAX >> between(test, 0, 5);
    for (int32_t i = 0; i < count && fits(test); i++)
        gradient.data[i] = (kl_grad)(fill ? between(test, -limit, limit) : 0);
    gradient.exponent = fill ? between(test, -12, 0) : 0;
    return gradient;
}

/// FNV-1a.
static void digest(test_case *test, const void *data, uint32_t bytes) {
    const uint8_t *next = data;
    for (uint32_t i = 0; i < bytes; i++)
        test->digest = (test->digest ^ next[i]) * 16777619U;
}

static void digest_gradient(test_case *test, const kl_gradient *gradient, int32_t count) {
    digest(test, gradient->data, (uint32_t)count * sizeof(kl_grad));
    digest(test, &gradient->exponent, sizeof gradient->exponent);
}

typedef enum { CONVOLUTION, POINTWISE, FULLY_CONNECTED, DEPTHWISE } layer_kind;

static void random_window(test_case *test, kl_conv_layer *layer, int32_t largest) {
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

static void random_layer(test_case *test, layer_kind kind) {
    kl_conv_layer *layer = &test->layer;
    int32_t largest = between(test, 0, 15) == 0 ? 18 : 8;
    kl_window pointwise = {1, 1, 1, 1, 0, 0};
    layer->window = pointwise;
    layer->input.height = kind == FULLY_CONNECTED ? 1 : between(test, 1, largest);
    layer->input.width = kind == FULLY_CONNECTED ? 1 : between(test, 1, largest);
    layer->input.channels = between(test, 1, kind == CONVOLUTION ? 9 : 20);
    layer->output = layer->input;
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

/// Random channels as an overlay of random weights; the sum with the base is what counts.
static kl_weights random_weights(test_case *test, int32_t depthwise) {
    const kl_conv_layer *layer = &test->layer;
    kl_weights weights = {take_bytes(test, test->weights), 0, test->selected, 0};
    for (int32_t c = 0; c < layer->input.channels && !depthwise; c++)
        if (between(test, 0, 2) == 0)
            test->selected[weights.overlay_count++] = (uint16_t)c;
    if (between(test, 0, 1) == 0)
        weights.overlay_count = 0;
    weights.overlay =
        take_bytes(test, test->weights / layer->input.channels * weights.overlay_count);
    return weights;
}

static void run_forward(test_case *test, layer_kind kind) {
    random_layer(test, kind);
    const kl_conv_layer *layer = &test->layer;
    kl_weights weights = random_weights(test, kind == DEPTHWISE);
    int8_t *input = take_bytes(test, test->inputs), *output = take(test, test->outputs, 1);
    int32_t bytes = kl_conv_s8_scratch_bytes(layer, weights.overlay_count);
    if (kind == DEPTHWISE)
        bytes = kl_depthwise_s8_scratch_bytes(layer);
    if (kind == FULLY_CONNECTED)
        bytes = kl_fully_connected_s8_scratch_bytes(layer, weights.overlay_count);
    void *scratch = take(test, bytes, 4);
    uint8_t *mask = take(test, kl_clamp_mask_bytes(test->outputs), 1);
    if (!fits(test))
        return;
    if (kind == DEPTHWISE)
        kl_depthwise_s8(layer, input, &weights, test->bias, output, scratch);
    else if (kind == FULLY_CONNECTED)
        kl_fully_connected_s8(layer, input, &weights, test->bias, output, scratch);
    else
        kl_conv_s8(layer, input, &weights, test->bias, output, scratch);
    kl_clamp_mask_s8(output, test->outputs, -90, 90, mask);
    digest(test, output, (uint32_t)test->outputs);
    digest(test, mask, (uint32_t)kl_clamp_mask_bytes(test->outputs));
}

static void run_input_gradient(test_case *test, layer_kind kind) {
    random_layer(test, kind);
    const kl_conv_layer *layer = &test->layer;
    kl_weights weights = random_weights(test, kind == DEPTHWISE);
    kl_gradient output = take_gradient(test, test->outputs, 1);
    kl_gradient input = take_gradient(test, test->inputs, 0);
    kl_gradient sum = take_gradient(test, test->inputs, 1);
    int32_t bytes = kl_conv_input_gradient_scratch_bytes(layer);
    if (kind == DEPTHWISE)
        bytes = kl_depthwise_input_gradient_scratch_bytes(layer);
    if (kind == FULLY_CONNECTED)
        bytes = kl_fully_connected_input_gradient_scratch_bytes(layer);
    void *scratch = take(test, bytes, 4);
    if (!fits(test))
        return;
    if (kind == DEPTHWISE)
        kl_depthwise_input_gradient(layer, &weights, test->scales, &output, &input, scratch);
    else if (kind == FULLY_CONNECTED)
        kl_fully_connected_input_gradient(layer, &weights, test->scales, &output, &input, scratch);
    else
        kl_conv_input_gradient(layer, &weights, test->scales, &output, &input, scratch);
    digest_gradient(test, &input, test->inputs);
    kl_gradient_add(&input, &sum, test->inputs);
    digest_gradient(test, &input, test->inputs);
    kl_pool_layer pool = {layer->input, layer->output, layer->window, -128, 127};
    if (layer->input.channels == layer->output.channels) {
        kl_average_pool_input_gradient(&pool, &output, &input);
        digest_gradient(test, &input, test->inputs);
    }
}

static void run_update(test_case *test, layer_kind kind) {
    random_layer(test, kind);
    const kl_conv_layer *layer = &test->layer;
    int8_t *weights = take_bytes(test, test->weights), *input = take_bytes(test, test->inputs);
    kl_gradient output = take_gradient(test, test->outputs, 1);
    output.exponent -= 20;
    int32_t *sums = take(test, test->weights * 4, 4), bias[MAX_CHANNELS];
    int16_t *residuals = take(test, test->weights * 2, 2), bias_residuals[MAX_CHANNELS] = {0};
    int32_t bytes = kl_conv_weight_gradient_scratch_bytes(layer);
    if (kind == DEPTHWISE)
        bytes = kl_depthwise_weight_gradient_scratch_bytes(layer);
    void *scratch = take(test, bytes, 4);
    if (!fits(test))
        return;
    memset(residuals, 0, (uint32_t)test->weights * 2);
    kl_sgd sgd = {(float)between(test, 0, 1000) * 1e-3F,
                  KL_ROUND_NEAREST,
                  KL_RESIDUAL_NONE,
                  between(test, 0, 3) != 0,
                  test->random | 1U,
                  0};
    sgd.rounding = between(test, 0, 1) ? KL_ROUND_STOCHASTIC : KL_ROUND_NEAREST;
    sgd.residual = (kl_residual)(between(test, 0, 2) * 8);
    kl_parameter_scales scales = {test->scales, 0.02F};
    int32_t pixels = layer->output.height * layer->output.width;
    kl_bias_gradient(&output, pixels, layer->output.channels, bias);
    digest(test, bias, (uint32_t)layer->output.channels * 4);
    kl_update_biases(&sgd, &scales, layer->output.channels, bias, output.exponent, test->bias,
                     bias_residuals);
    if (kind == DEPTHWISE) {
        int32_t exponent = kl_depthwise_weight_gradient(layer, input, &output, sums, scratch);
        kl_update_depthwise_weights(&sgd, &scales, test->weights / layer->input.channels,
                                    layer->input.channels, sums, exponent, weights, residuals);
    } else {
        int32_t exponent =
            kl_conv_weight_gradient(layer, input, layer->input.channels, &output, sums, scratch);
        kl_update_weights(&sgd, &scales, layer->output.channels,
                          test->weights / layer->output.channels, sums, exponent, weights,
                          residuals);
        kl_conv_update_weights(layer, input, layer->input.channels, &output, &sgd, &scales, weights,
                               residuals, scratch);
    }
    digest(test, sums, (uint32_t)test->weights * 4);
    digest(test, weights, (uint32_t)test->weights);
    digest(test, residuals, (uint32_t)test->weights * 2);
    digest(test, test->bias, (uint32_t)layer->output.channels * 4);
    digest(test, bias_residuals, sizeof bias_residuals);
}

static void run_loss(test_case *test) {
    int32_t classes = between(test, 2, 30);
    int8_t *logits = take_bytes(test, classes);
    kl_gradient gradient = take_gradient(test, classes, 0);
    float *work = take(test, classes * 4, 4);
    float scale = (float)between(test, 1, 400) * 1e-3F;
    float loss = kl_softmax_cross_entropy_s8(logits, classes, scale, 3,
                                             between(test, 0, classes - 1), work, &gradient);
    digest(test, &loss, sizeof loss);
    digest(test, work, (uint32_t)classes * 4);
    digest_gradient(test, &gradient, classes);
    for (int32_t i = 0; i < 20; i++) {
        float x = (float)between(test, -90000, 90000) * 1e-3F;
        float power = kl_expf(x), logarithm = kl_logf(power + 1e-30F);
        digest(test, &power, sizeof power);
        digest(test, &logarithm, sizeof logarithm);
    }
}

uint32_t selftest_digest(uint32_t index) {
    static test_case test; // large for a stack
    memset(&test, 0, sizeof test);
    test.random = index * 2654435761U + 1U;
    test.digest = 2166136261U;
    uint32_t kind = index % SELFTEST_KINDS;
    if (kind < 4)
        run_forward(&test, (layer_kind)kind);
    else if (kind < 8)
        run_input_gradient(&test, (layer_kind)(kind - 4));
    else if (kind < 11)
        run_update(&test, kind == 8 ? CONVOLUTION : kind == 9 ? POINTWISE : DEPTHWISE);
    else
        run_loss(&test);
    // A case that did not fit has digested nothing; main counts those.
    return fits(&test) ? test.digest : 0;
}
