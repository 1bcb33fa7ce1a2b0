// SPDX-License-Identifier: Apache-2.0

// The backward half of one training step of MCUNet (5 frames a second, 128x128) under the scheme
// that needs 49 KB: its kernel calls in their order with their shapes, on random weights,
// activations and masks. Each call is a step of the run record, which has its instructions; what
// the calls are is printed in the order of the steps. Last comes a digest of all that was computed.

#include "apps/bench/bench.h"

#include "kinglet/kinglet.h"

#include "runtime/cycles.h"
#include "runtime/marker.h"
#include "runtime/text.h"

#include <string.h>

enum {
    MAX_WEIGHTS = 576 * 160,
    MAX_ELEMENTS = 8 * 8 * 240,
    MAX_CHANNELS = 576,
    MAX_SKIP = 8 * 8 * 48,
    MAX_TRAINED = 24,
    MAX_SCRATCH = 16 * 1024,
    CLASSES = 10,
};

typedef enum { POINTWISE, DEPTHWISE } family;

/// A convolution, from the last to the first that a gradient reaches.
typedef struct {
    const char *name;
    family family;
    int32_t size; ///< height and width of the input
    int32_t inputs;
    int32_t outputs;
    int32_t kernel;
    int32_t stride;
    int32_t trained; ///< input channels whose weights are trained
    bool begins_sum; ///< its input's gradient is then added to that of a skip connection
    bool ends_sum;   ///< its output was added to a skip connection
} convolution;

static const convolution network[] = {
    {"block13/pointwise2", POINTWISE, 4, 576, 160, 1, 1, 0, false, false},
    {"block13/depthwise", DEPTHWISE, 4, 576, 576, 3, 1, 0, false, false},
    {"block13/pointwise1", POINTWISE, 4, 96, 576, 1, 1, 0, false, false},
    {"block12/pointwise2", POINTWISE, 4, 384, 96, 1, 1, 0, false, true},
    {"block12/depthwise", DEPTHWISE, 4, 384, 384, 5, 1, 0, false, false},
    {"block12/pointwise1", POINTWISE, 4, 96, 384, 1, 1, 0, true, false},
    {"block11/pointwise2", POINTWISE, 4, 384, 96, 1, 1, 0, false, true},
    {"block11/depthwise", DEPTHWISE, 4, 384, 384, 5, 1, 0, false, false},
    {"block11/pointwise1", POINTWISE, 4, 96, 384, 1, 1, 0, true, false},
    {"block10/pointwise2", POINTWISE, 4, 240, 96, 1, 1, 0, false, false},
    {"block10/depthwise", DEPTHWISE, 8, 240, 240, 7, 2, 0, false, false},
    {"block10/pointwise1", POINTWISE, 8, 48, 240, 1, 1, 24, false, false},
    {"block9/pointwise2", POINTWISE, 8, 192, 48, 1, 1, 0, false, true},
    {"block9/depthwise", DEPTHWISE, 8, 192, 192, 3, 1, 0, false, false},
    {"block9/pointwise1", POINTWISE, 8, 48, 192, 1, 1, 24, true, false},
    {"block8/pointwise2", POINTWISE, 8, 144, 48, 1, 1, 0, false, true},
    {"block8/depthwise", DEPTHWISE, 8, 144, 144, 3, 1, 0, false, false},
    {"block8/pointwise1", POINTWISE, 8, 48, 144, 1, 1, 12, true, false},
    {"block7/pointwise2", POINTWISE, 8, 160, 48, 1, 1, 0, false, false},
};
enum { LAYERS = sizeof network / sizeof network[0] };

static int8_t weights[MAX_WEIGHTS], activations[MAX_ELEMENTS], kept[8 * 8 * MAX_TRAINED];
static int8_t trained[MAX_TRAINED * 240], residuals[MAX_TRAINED * 240];
static int8_t bias_residuals[MAX_CHANNELS], shifts[MAX_CHANNELS];
static kl_grad planes[2][MAX_ELEMENTS], skip_plane[MAX_SKIP];
static int32_t multipliers[MAX_CHANNELS], biases[MAX_CHANNELS], sums[MAX_CHANNELS];
static float scales[MAX_CHANNELS];
static uint16_t selected[MAX_TRAINED];
static uint8_t mask[MAX_ELEMENTS / 8];
static uint8_t scratch[MAX_SCRATCH] __attribute__((aligned(8)));

static kl_gradient gradient = {planes[0], 0}, other = {planes[1], 0}, skip = {skip_plane, 0};
static kl_sgd sgd = {.learning_rate = 0.01F,
                     .rounding = KL_ROUND_NEAREST,
                     .residual = KL_RESIDUAL_8,
                     .quantization_aware_scaling = 1,
                     .random_state = 1};
static kl_parameter_scales parameters = {scales, 0.02F};
static uint32_t calls, random_state = 1, digest = 2166136261U;

static uint32_t next_random(void) {
    random_state = random_state * 1664525U + 1013904223U;
    return random_state >> 8;
}

static void add_to_digest(const void *data, int32_t bytes) {
    const uint8_t *next = data;
    for (int32_t i = 0; i < bytes; i++)
        digest = (digest ^ next[i]) * 16777619U;
}

static void digest_gradient(const kl_gradient *values, int32_t count) {
    add_to_digest(values->data, count * (int32_t)sizeof(kl_grad));
    add_to_digest(&values->exponent, sizeof values->exponent);
}

/// Begins a call's step.
static void begin(const char *call, const char *name) {
    kl_put_unsigned(calls);
    kl_put("\t");
    kl_put(call);
    kl_put("\t");
    kl_put(name);
    kl_put("\n");
    kl_step_begin(calls);
}

static void end(void) {
    kl_step_end(calls++);
}

/// A layer's output as ReLU leaves it (half of it clamped) or as it is without; and its mask.
static void record_mask(const char *name, int32_t count, bool clamped) {
    for (int32_t i = 0; i < count; i++) {
        int32_t value = (int32_t)(next_random() % 255U) - 127;
        activations[i] = (int8_t)(clamped ? value < 0 ? -128 : value : value);
    }
    begin("record mask", name);
    kl_clamp_mask_s8(activations, count, -128, 127, mask);
    end();
    add_to_digest(mask, (count + 7) / 8);
}

static void apply_mask(const char *name, int32_t count) {
    begin("apply mask", name);
    kl_gradient_apply_mask(&gradient, count, mask);
    end();
    digest_gradient(&gradient, count);
}

static void train_biases(const char *name, int32_t pixels, int32_t channels) {
    begin("dB", name);
    kl_bias_gradient(&gradient, pixels, channels, sums);
    end();
    begin("update biases", name);
    kl_update_biases(&sgd, &parameters, channels, sums, gradient.exponent, biases, bias_residuals);
    end();
    add_to_digest(sums, channels * 4);
    add_to_digest(biases, channels * 4);
}

static void swap(void) {
    kl_gradient old = gradient;
    gradient = other;
    other = old;
}

/// The layer's weights anew; the trained channels' are 0 in the others' array.
static kl_weights make_weights(const convolution *conv, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        weights[i] = (int8_t)((int32_t)(next_random() % 128U + next_random() % 128U) - 127);
    for (int32_t c = 0; c < conv->outputs; c++)
        scales[c] = 0.002F + (float)(next_random() % 1000U) * 8e-6F;
    for (int32_t i = 0; i < conv->trained; i++) {
        selected[i] = (uint16_t)(i * conv->inputs / conv->trained + (i & 1));
        for (int32_t oc = 0; oc < conv->outputs; oc++) {
            trained[oc * conv->trained + i] = weights[oc * conv->inputs + selected[i]];
            weights[oc * conv->inputs + selected[i]] = 0;
        }
    }
    kl_weights made = {weights, trained, selected, conv->trained};
    return made;
}

static kl_conv_layer make_layer(const convolution *conv) {
    return bench_layer(conv->size, conv->inputs, conv->outputs, conv->kernel, conv->stride,
                       multipliers, shifts);
}

static void input_gradient(const convolution *conv, const kl_conv_layer *layer,
                           const kl_weights *layer_weights) {
    if (conv->family == DEPTHWISE) {
        begin("dX depthwise", conv->name);
        kl_depthwise_input_gradient(layer, layer_weights, scales, &gradient, &other, scratch);
    } else {
        begin("dX pointwise", conv->name);
        kl_conv_input_gradient(layer, layer_weights, scales, &gradient, &other, scratch);
    }
    end();
}

static void train_weights(const convolution *conv, const kl_conv_layer *layer) {
    int32_t pixels = conv->size * conv->size, count = conv->outputs * conv->trained;
    for (int32_t i = 0; i < pixels * conv->inputs; i++)
        activations[i] = (int8_t)(next_random() & 255U);
    begin("keep channels", conv->name);
    kl_select_channels_s8(activations, pixels, conv->inputs, selected, conv->trained, kept);
    end();
    begin("dW + update", conv->name);
    kl_conv_update_weights(layer, kept, conv->trained, &gradient, &sgd, &parameters, trained,
                           residuals, scratch);
    end();
    add_to_digest(trained, count);
    add_to_digest(residuals, count);
}

static void run_layer(const convolution *conv) {
    kl_conv_layer layer = make_layer(conv);
    int32_t pixels = layer.output.height * layer.output.width, outputs = pixels * conv->outputs;
    int32_t inputs = conv->size * conv->size * conv->inputs;
    if (conv->ends_sum) {
        record_mask(conv->name, outputs, false);
        apply_mask(conv->name, outputs);
        memcpy(skip.data, gradient.data, (uint32_t)outputs * sizeof(kl_grad));
        skip.exponent = gradient.exponent;
    }
    bool clamped = conv->outputs > conv->inputs || conv->family == DEPTHWISE;
    kl_weights layer_weights =
        make_weights(conv, conv->kernel * conv->kernel * conv->inputs *
                               (conv->family == DEPTHWISE ? 1 : conv->outputs));
    record_mask(conv->name, outputs, clamped);
    apply_mask(conv->name, outputs);
    train_biases(conv->name, pixels, conv->outputs);
    input_gradient(conv, &layer, &layer_weights);
    digest_gradient(&other, inputs);
    if (conv->trained > 0)
        train_weights(conv, &layer);
    swap();
    if (conv->begins_sum) {
        begin("add gradients", conv->name);
        kl_gradient_add(&gradient, &skip, inputs);
        end();
        digest_gradient(&gradient, inputs);
    }
}

/// The classifier and the pooling before it.
static void run_head(void) {
    static const convolution classifier = {"classifier", POINTWISE, 1, 160, CLASSES, 1, 1, 0,
                                           false,        false};
    kl_conv_layer layer = make_layer(&classifier);
    kl_weights layer_weights = make_weights(&classifier, 160 * CLASSES);
    for (int32_t i = 0; i < CLASSES; i++)
        gradient.data[i] = (kl_grad)((int32_t)next_random() % (KL_GRADIENT_MAX / 4));
    gradient.data[3] = -KL_GRADIENT_MAX;
    gradient.exponent = -KL_GRADIENT_MAGNITUDE_BITS;
    record_mask("classifier", CLASSES, false);
    apply_mask("classifier", CLASSES);
    train_biases("classifier", 1, CLASSES);
    begin("dX dense", "classifier");
    kl_fully_connected_input_gradient(&layer, &layer_weights, scales, &gradient, &other, scratch);
    end();
    begin("dW + update", "classifier");
    kl_conv_update_weights(&layer, activations, 160, &gradient, &sgd, &parameters, weights,
                           residuals, scratch);
    end();
    add_to_digest(weights, 160 * CLASSES);
    swap();
    kl_pool_layer pool = {{4, 4, 160}, {1, 1, 160}, {4, 4, 4, 4, 0, 0}, -128, 127};
    begin("dX average pool", "average pool");
    kl_average_pool_input_gradient(&pool, &gradient, &other);
    end();
    digest_gradient(&other, 4 * 4 * 160);
    swap();
}

int main(void) {
    run_head();
    for (int32_t i = 0; i < LAYERS; i++)
        run_layer(&network[i]);
    record_mask("block7/depthwise", 8 * 8 * 160, true);
    apply_mask("block7/depthwise", 8 * 8 * 160);
    train_biases("block7/depthwise", 8 * 8, 160);
    kl_put("digest ");
    kl_put_hex(digest);
    kl_put("\n");
    return 0;
}
