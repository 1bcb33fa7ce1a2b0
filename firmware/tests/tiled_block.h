// SPDX-License-Identifier: Apache-2.0
/// A random block, taken back layer by layer and some channels at a time.
#ifndef KINGLET_TESTS_TILED_BLOCK_H
#define KINGLET_TESTS_TILED_BLOCK_H

#include "reference.h"

/// Of the gradient at the block's output, and of the one that the block adds to.
enum { EXPONENT = -12, BEFORE = -9 };

/// What a backward pass leaves behind.
typedef struct {
    kl_gradient input;
    int8_t *weights;
    int16_t *residuals;
    int32_t biases[2][MAX_CHANNELS];
    int32_t held[2][MAX_CHANNELS];
} result;

typedef struct {
    test_layer *layers[3];
    uint8_t *masks[2];
    int8_t *kept;
    kl_grad *gradient_before; ///< of the block's input, where the block adds to it
    int32_t adds;
    int32_t trains;
    kl_sgd sgd;
    result whole;
    result tiled;
} test_block;

static void *zeros(int32_t count, size_t size) {
    void *block = calloc(count > 0 ? (size_t)count : 1, size);
    if (block == NULL)
        exit(2);
    return block;
}

static kl_parameter_scales scales_of(const test_layer *layer) {
    kl_parameter_scales scales = {layer->weight_scales, layer->input_scale};
    return scales;
}

static int32_t trained_count(const test_block *test) {
    const test_layer *expansion = test->layers[0];
    return weight_count(expansion) / expansion->layer.input.channels *
           expansion->split.overlay_count;
}

static void make_result(const test_block *test, result *made) {
    int32_t count = input_count(test->layers[0]), trained = trained_count(test);
    made->input.data = zeros(count, sizeof(kl_grad));
    made->input.exponent = BEFORE;
    memcpy(made->input.data, test->gradient_before, (size_t)count * sizeof(kl_grad));
    made->weights = zeros(trained, 1);
    memcpy(made->weights, test->layers[0]->overlay, (size_t)trained);
    made->residuals = zeros(trained, sizeof(int16_t));
    for (int32_t i = 0; i < 2; i++)
        memcpy(made->biases[i], test->layers[i]->bias,
               (size_t)test->layers[i]->layer.output.channels * sizeof(int32_t));
}

static test_block *make_block(void) {
    test_block *test = zeros(1, sizeof *test);
    test_layer **layers = test->layers;
    layers[0] = make_layer(random_between(0, 1) ? CONVOLUTION : POINTWISE, 9);
    layers[1] = make_layer_on(DEPTHWISE, &layers[0]->layer.output, 0);
    layers[2] = make_layer_on(POINTWISE, &layers[1]->layer.output, 0);
    for (int32_t i = 0; i < 2; i++) {
        int32_t bytes = kl_clamp_mask_bytes(output_count(layers[i]));
        test->masks[i] = zeros(bytes, 1);
        // Three of four elements pass.
        for (int32_t k = 0; k < bytes; k++)
            test->masks[i][k] = (uint8_t)(random_between(0, 255) | random_between(0, 255));
    }
    const kl_shape *input = &layers[0]->layer.input;
    int32_t kept = layers[0]->split.overlay_count;
    test->kept = zeros(input->height * input->width * kept, 1);
    kl_select_channels_s8(layers[0]->input, input->height * input->width, input->channels,
                          layers[0]->selected, kept, test->kept);
    test->adds = random_between(0, 1);
    test->trains = kept > 0;
    test->gradient_before = zeros(input_count(layers[0]), sizeof(kl_grad));
    random_mantissas(test->gradient_before, input_count(layers[0]));
    static const kl_residual widths[] = {KL_RESIDUAL_16, KL_ACCUMULATE};
    kl_sgd sgd = {1e-4F, KL_ROUND_NEAREST, widths[random_between(0, 1)], 1, 1, 0};
    sgd.hold = random_between(0, 1);
    test->sgd = sgd;
    make_result(test, &test->whole);
    make_result(test, &test->tiled);
    return test;
}

static void free_block(test_block *test) {
    for (int32_t i = 0; i < 3; i++)
        free_layer(test->layers[i]);
    for (int32_t i = 0; i < 2; i++) {
        result *made = i == 0 ? &test->whole : &test->tiled;
        free(test->masks[i]);
        free(made->weights);
        free(made->residuals);
        free(made->input.data);
    }
    free(test->kept);
    free(test->gradient_before);
    free(test);
}

/// Residuals of biases only with accumulators, as biases need none.
static void *held(const test_block *test, int32_t *accumulators) {
    return test->sgd.residual == KL_ACCUMULATE ? accumulators : NULL;
}

static void mask_and_train(test_block *test, int32_t layer, kl_gradient *gradient) {
    const test_layer *of = test->layers[layer];
    const kl_shape *shape = &of->layer.output;
    int32_t sums[MAX_CHANNELS];
    kl_parameter_scales scales = scales_of(of);
    kl_gradient_apply_mask(gradient, output_count(of), test->masks[layer]);
    kl_bias_gradient(gradient, shape->height * shape->width, shape->channels, sums);
    kl_update_biases(&test->sgd, &scales, shape->channels, sums, gradient->exponent,
                     test->whole.biases[layer], held(test, test->whole.held[layer]));
}

/// The layers one by one.
static void run_whole(test_block *test, const kl_gradient *output_gradient) {
    test_layer **layers = test->layers;
    kl_weights middle_weights = {layers[1]->weights, 0, 0, 0};
    kl_weights last_weights = {layers[2]->weights, 0, 0, 0};
    const kl_conv_layer *first = &layers[0]->layer, *middle = &layers[1]->layer;
    const kl_conv_layer *last = &layers[2]->layer;
    kl_gradient narrow = {zeros(input_count(layers[2]), sizeof(kl_grad)), 0};
    kl_gradient wide = {zeros(output_count(layers[0]), sizeof(kl_grad)), 0};
    kl_gradient part = {zeros(input_count(layers[0]), sizeof(kl_grad)), 0};
    kl_conv_input_gradient(last, &last_weights, layers[2]->weight_scales, output_gradient, &narrow,
                           scratch_of(layers[2], kl_conv_input_gradient_scratch_bytes(last)));
    mask_and_train(test, 1, &narrow);
    kl_depthwise_input_gradient(
        middle, &middle_weights, layers[1]->weight_scales, &narrow, &wide,
        scratch_of(layers[1], kl_depthwise_input_gradient_scratch_bytes(middle)));
    mask_and_train(test, 0, &wide);
    void *scratch = scratch_of(layers[0], kl_conv_input_gradient_scratch_bytes(first));
    kl_conv_input_gradient(first, &layers[0]->split, layers[0]->weight_scales, &wide,
                           test->adds ? &part : &test->whole.input, scratch);
    if (test->adds)
        kl_gradient_add(&test->whole.input, &part, input_count(layers[0]));
    kl_parameter_scales scales = scales_of(layers[0]);
    if (test->trains)
        kl_conv_update_weights(first, test->kept, layers[0]->split.overlay_count, &wide, &test->sgd,
                               &scales, test->whole.weights, test->whole.residuals,
                               scratch_of(layers[0], kl_conv_weight_gradient_scratch_bytes(first)));
    free(narrow.data);
    free(wide.data);
    free(part.data);
}

static void run_tiled(test_block *test, const kl_gradient *output_gradient, int32_t channels) {
    test_layer **layers = test->layers;
    kl_tiled_layer parts[3];
    kl_weights weights[3];
    kl_parameter_scales scales[3];
    for (int32_t i = 0; i < 3; i++) {
        kl_weights plain = {layers[i]->weights, 0, 0, 0};
        weights[i] = i == 0 ? layers[0]->split : plain;
        scales[i] = scales_of(layers[i]);
        kl_tiled_layer part = {&layers[i]->layer, &weights[i], &scales[i], 0, 0, 0};
        if (i < 2) {
            part.mask = test->masks[i];
            part.biases = test->tiled.biases[i];
            part.residuals = held(test, test->tiled.held[i]);
        }
        parts[i] = part;
    }
    kl_tiled_block block = {parts[0], parts[1], parts[2], 0, 0, 0, 0, channels, test->adds};
    if (test->trains) {
        block.trained_weights = test->tiled.weights;
        block.trained_residuals = test->tiled.residuals;
        block.trained_input = test->kept;
        block.trained_channels = layers[0]->split.overlay_count;
    }
    int32_t bytes = kl_tiled_block_gradient_scratch_bytes(&block, true);
    kl_tiled_block_gradient(&block, output_gradient, &test->tiled.input, &test->sgd,
                            scratch_of(layers[0], bytes));
}

#endif
