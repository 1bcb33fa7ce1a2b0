// SPDX-License-Identifier: Apache-2.0
#include "streamed_case.h"

#ifdef KINGLET_SYMBOL_SUFFIX
#define selftest_digest KL_VARIANT(selftest_digest)
#endif

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
    int32_t bias_residuals[MAX_CHANNELS] = {0};
    int16_t *residuals = take(test, test->weights * 2, 2);
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
    static const kl_residual widths[] = {KL_RESIDUAL_NONE, KL_RESIDUAL_8, KL_RESIDUAL_16,
                                         KL_ACCUMULATE};
    sgd.residual = widths[between(test, 0, 3)];
    sgd.hold = between(test, 0, 1);
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
    else if (kind == 11)
        run_loss(&test);
    else
        run_streamed(&test);
    // A case that did not fit has digested nothing; main counts those.
    return fits(&test) ? test.digest : 0;
}
