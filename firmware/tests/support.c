// SPDX-License-Identifier: Apache-2.0
#include "support.h"

int32_t failures = 0;
static uint64_t state = 1;

int finish(const char *name, int32_t cases) {
    printf("%s: %d cases, %d failures\n", name, (int)cases, (int)failures);
    return failures == 0 ? 0 : 1;
}

void seed_random(uint64_t seed) {
    state = seed * 2 + 1;
}

static uint32_t next_random(void) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(state >> 33);
}

int32_t random_between(int32_t low, int32_t high) {
    return low + (int32_t)(next_random() % (uint32_t)(high - low + 1));
}

double random_unit(void) {
    return next_random() / 2147483648.0;
}

void random_bytes(int8_t *values, int32_t count, int32_t low, int32_t high) {
    for (int32_t i = 0; i < count; i++)
        values[i] = (int8_t)random_between(low, high);
}

void random_mantissas(kl_grad *values, int32_t count) {
    // Some tensors use the whole range, some little of it; a third of the elements are masked.
    int32_t limit = KL_GRADIENT_MAX >> random_between(0, 4);
    for (int32_t i = 0; i < count; i++)
        values[i] = (kl_grad)(random_between(0, 2) == 0 ? 0 : random_between(-limit, limit));
}

void quantize_multiplier(double real, int32_t *multiplier, int32_t *shift) {
    int exponent = 0;
    double fraction = frexp(real, &exponent);
    int64_t fixed = llround(fraction * 2147483648.0);
    if (fixed == 1LL << 31) {
        fixed /= 2;
        exponent++;
    }
    if (exponent < -31) {
        exponent = 0;
        fixed = 0;
    }
    *multiplier = (int32_t)fixed;
    *shift = exponent;
}

int32_t input_count(const test_layer *test) {
    const kl_shape *shape = &test->layer.input;
    return shape->height * shape->width * shape->channels;
}

int32_t output_count(const test_layer *test) {
    const kl_shape *shape = &test->layer.output;
    return shape->height * shape->width * shape->channels;
}

int32_t weight_count(const test_layer *test) {
    const kl_conv_layer *layer = &test->layer;
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    return taps * layer->input.channels * (test->depthwise ? 1 : layer->output.channels);
}

static kl_shape random_shape(layer_kind kind, int32_t largest) {
    kl_shape shape = {1, 1, random_between(1, kind == CONVOLUTION ? 9 : 21)};
    if (kind == FULLY_CONNECTED) {
        shape.channels = random_between(1, 60);
    } else {
        shape.height = random_between(1, largest);
        shape.width = random_between(1, largest);
    }
    return shape;
}

/// Everything that follows from the input's shape, at random.
static void random_geometry(kl_conv_layer *layer, layer_kind kind) {
    kl_window pointwise = {1, 1, 1, 1, 0, 0};
    layer->window = pointwise;
    layer->output.channels = random_between(1, 19);
    layer->output.height = layer->input.height;
    layer->output.width = layer->input.width;
    if (kind == DEPTHWISE)
        layer->output.channels = layer->input.channels;
    if (kind == POINTWISE || kind == FULLY_CONNECTED)
        return;
    kl_window *window = &layer->window;
    int32_t square = random_between(0, 2) > 0;
    window->kernel_height = random_between(1, kind == DEPTHWISE ? 7 : 5);
    window->kernel_width = square ? window->kernel_height : random_between(1, 5);
    window->stride_height = random_between(1, 3);
    window->stride_width = square ? window->stride_height : random_between(1, 3);
    // TFLite's SAME, or VALID where it leaves an output, or any odd padding.
    int32_t style = random_between(0, 2);
    int32_t *pads[2] = {&window->pad_top, &window->pad_left};
    int32_t kernels[2] = {window->kernel_height, window->kernel_width};
    int32_t strides[2] = {window->stride_height, window->stride_width};
    int32_t inputs[2] = {layer->input.height, layer->input.width};
    int32_t *outputs[2] = {&layer->output.height, &layer->output.width};
    for (int32_t axis = 0; axis < 2; axis++) {
        int32_t kernel = kernels[axis], stride = strides[axis], input = inputs[axis];
        int32_t output = (input + stride - 1) / stride, pad = (output - 1) * stride;
        pad = pad + kernel > input ? (pad + kernel - input) / 2 : 0;
        if (style == 1 && input >= kernel) {
            output = (input - kernel) / stride + 1;
            pad = 0;
        } else if (style == 2) {
            pad = random_between(0, kernel - 1);
            output = (input + pad + random_between(0, kernel - 1) - kernel) / stride + 1;
            output = output < 1 ? 1 : output;
        }
        *outputs[axis] = output;
        *pads[axis] = pad;
    }
}

static void *block_of(int32_t count, size_t size) {
    void *block = calloc(count > 0 ? (size_t)count : 1, size);
    if (block == NULL)
        exit(2);
    return block;
}

/// Splits the weights at random input channels.
static void split_weights(test_layer *test) {
    const kl_conv_layer *layer = &test->layer;
    int32_t channels = layer->input.channels, count = 0;
    int32_t rows = weight_count(test) / channels;
    test->selected = block_of(channels, sizeof(uint16_t));
    for (int32_t c = 0; c < channels; c++)
        if (random_between(0, 2) == 0)
            test->selected[count++] = (uint16_t)c;
    if (test->depthwise || random_between(0, 1) == 0)
        count = 0;
    test->base = block_of(weight_count(test), 1);
    test->overlay = block_of(rows * count, 1);
    memcpy(test->base, test->weights, (size_t)weight_count(test));
    for (int32_t row = 0; row < rows; row++)
        for (int32_t i = 0; i < count; i++) {
            int8_t *weight = test->base + row * channels + test->selected[i];
            test->overlay[row * count + i] = *weight;
            *weight = 0;
        }
    kl_weights split = {test->base, test->overlay, test->selected, count};
    if (count == 0)
        split.overlay_channels = NULL;
    test->split = split;
}

test_layer *make_layer(layer_kind kind, int32_t largest) {
    kl_shape input = random_shape(kind, largest);
    return make_layer_on(kind, &input, 0);
}

test_layer *make_layer_on(layer_kind kind, const kl_shape *input, int32_t output_channels) {
    test_layer *test = block_of(1, sizeof *test);
    kl_conv_layer *layer = &test->layer;
    test->depthwise = kind == DEPTHWISE;
    test->dense = kind == FULLY_CONNECTED;
    layer->input = *input;
    random_geometry(layer, kind);
    if (output_channels > 0)
        layer->output.channels = output_channels;
    layer->input_zero_point = random_between(0, 3) == 0 ? -128 : random_between(-128, 127);
    layer->output_zero_point = random_between(-128, 127);
    layer->activation_min = random_between(0, 1) == 0 ? -128 : random_between(-128, 0);
    layer->activation_max = random_between(0, 1) == 0 ? 127 : random_between(1, 127);
    layer->multipliers = test->multipliers;
    layer->shifts = test->shifts;
    test->input_scale = (float)(0.01 + 0.05 * random_unit());
    int32_t taps = weight_count(test) / layer->output.channels;
    test->output_scale = (float)((double)test->input_scale * 0.8 * sqrt(taps));
    for (int32_t c = 0; c < layer->output.channels; c++) {
        double scale = 0.002 + 0.03 * random_unit();
        // Now and then a dead channel, or one with a real multiplier of 1 and more.
        if (random_between(0, 15) == 0)
            scale = 4e-9;
        if (random_between(0, 15) == 0)
            scale = (double)(test->output_scale / test->input_scale) * (1 + 3 * random_unit());
        test->weight_scales[c] = (float)scale;
        int32_t shift = 0;
        quantize_multiplier((double)test->input_scale * (double)test->weight_scales[c] /
                                (double)test->output_scale,
                            &test->multipliers[c], &shift);
        test->shifts[c] = (int8_t)shift;
    }
    test->input = block_of(input_count(test), 1);
    test->output = block_of(output_count(test), 1);
    test->weights = block_of(weight_count(test), 1);
    test->bias = block_of(layer->output.channels, sizeof(int32_t));
    test->output_gradient = block_of(output_count(test), sizeof(kl_grad));
    random_bytes(test->input, input_count(test), -128, 127);
    random_bytes(test->weights, weight_count(test), -127, 127);
    random_mantissas(test->output_gradient, output_count(test));
    for (int32_t c = 0; c < layer->output.channels; c++)
        test->bias[c] = random_between(-20000, 20000);
    split_weights(test);
    return test;
}

void *scratch_of(test_layer *test, int32_t bytes) {
    free(test->scratch);
    test->scratch = block_of(bytes, 1);
    memset(test->scratch, 0xa5, (size_t)bytes);
    return test->scratch;
}

void free_layer(test_layer *test) {
    void *blocks[] = {test->input,   test->output,          test->weights,
                      test->bias,    test->output_gradient, test->base,
                      test->overlay, test->selected,        test->scratch};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        free(blocks[i]);
    free(test);
}
