// SPDX-License-Identifier: Apache-2.0
/// Gradient kernels against central differences of double-precision real-valued layers.
///
/// With L = sum of g * y the layers are linear in each argument, so central differences are exact
/// up to rounding, and every deviation is the kernels' own: one unit of the result's mantissa
/// from jamming, and for input gradients half a unit of each scaled weight.
#include "reference.h"

typedef struct {
    const test_layer *test;
    double *input, *weights, *bias, *output, *gradient;
} real_layer;

static real_layer make_real(const test_layer *test, int32_t exponent) {
    const kl_conv_layer *layer = &test->layer;
    real_layer real = {test,
                       calloc((size_t)input_count(test), sizeof(double)),
                       calloc((size_t)weight_count(test), sizeof(double)),
                       calloc((size_t)layer->output.channels, sizeof(double)),
                       calloc((size_t)output_count(test), sizeof(double)),
                       calloc((size_t)output_count(test), sizeof(double))};
    for (int32_t i = 0; i < input_count(test); i++)
        real.input[i] = (double)test->input_scale * (test->input[i] - layer->input_zero_point);
    int32_t row = weight_count(test) / layer->output.channels;
    for (int32_t i = 0; i < weight_count(test); i++) {
        int32_t oc = test->depthwise ? i % layer->output.channels : i / row;
        real.weights[i] = (double)test->weight_scales[oc] * test->weights[i];
    }
    for (int32_t i = 0; i < output_count(test); i++)
        real.gradient[i] = ldexp(test->output_gradient[i], exponent);
    return real;
}

static void free_real(real_layer *real) {
    free(real->input);
    free(real->weights);
    free(real->bias);
    free(real->output);
    free(real->gradient);
}

static double loss(const real_layer *real) {
    reference_real(real->test, real->input, real->weights, real->bias, real->output);
    double sum = 0;
    for (int32_t i = 0; i < output_count(real->test); i++)
        sum += real->gradient[i] * real->output[i];
    return sum;
}

/// dL/d(*value) by central difference.
static double difference(const real_layer *real, double *value, double step) {
    double kept = *value;
    *value = kept + step;
    double above = loss(real);
    *value = kept - step;
    double below = loss(real);
    *value = kept;
    return (above - below) / (2 * step);
}

/// Rounding of the reference: differences of sums of this size.
static double reference_error(const real_layer *real, double step) {
    double sum = 0;
    for (int32_t i = 0; i < output_count(real->test); i++)
        sum += fabs(real->gradient[i] * real->output[i]);
    return 1e-13 * sum / step;
}

/// Upper bound of the weights' rounding in one element of the input gradient: half a unit of the
/// scaled weight and of its channel's factor, for every output gradient that can reach it.
static double weight_error(const real_layer *real, int32_t exponent, int32_t fully_connected) {
    const test_layer *test = real->test;
    const kl_conv_layer *layer = &test->layer;
    float largest = 0;
    for (int32_t c = 0; c < layer->output.channels; c++)
        largest = fmaxf(largest, test->weight_scales[c]);
    int scale = 0;
    frexpf(largest, &scale);
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    int32_t products = taps * (test->depthwise ? 1 : layer->output.channels), bits = 0;
    while (1 << bits < products)
        bits++;
    bits = 30 - KL_GRADIENT_MAGNITUDE_BITS - bits;
    if (fully_connected) // the scale goes into the mantissas, of up to 15 bits
        bits = 23 - (30 - KL_GRADIENT_MAGNITUDE_BITS - bits);
    bits = bits > 14 ? 14 : bits;
    int32_t top = 0;
    for (int32_t i = 0; i < output_count(test); i++)
        top = abs(test->output_gradient[i]) > top ? abs(test->output_gradient[i]) : top;
    double unit = ldexp(1.0, scale + 7 - bits) + 127 * ldexp(1.0, scale - 15);
    return 0.5 * unit * products * ldexp(top, exponent);
}

static void check_input_gradient(layer_kind kind, const char *what, int32_t in_place) {
    test_layer *test = make_layer(kind, 5);
    const kl_conv_layer *layer = &test->layer;
    int32_t exponent = random_between(-20, 5), count = input_count(test);
    int32_t larger = count > output_count(test) ? count : output_count(test);
    real_layer real = make_real(test, exponent);
    kl_gradient output = {test->output_gradient, exponent};
    kl_gradient input = {calloc((size_t)count, sizeof(kl_grad)), 99};
    kl_grad *own = input.data;
    if (kind == DEPTHWISE) {
        void *scratch = scratch_of(test, kl_depthwise_input_gradient_scratch_bytes(layer));
        if (in_place) {
            own = input.data = realloc(own, (size_t)larger * sizeof(kl_grad));
            memcpy(input.data, output.data, (size_t)output_count(test) * sizeof(kl_grad));
            output.data = input.data;
        }
        kl_depthwise_input_gradient(layer, &test->split, test->weight_scales, &output, &input,
                                    scratch);
    } else if (kind == FULLY_CONNECTED) {
        void *scratch = scratch_of(test, kl_fully_connected_input_gradient_scratch_bytes(layer));
        kl_fully_connected_input_gradient(layer, &test->split, test->weight_scales, &output, &input,
                                          scratch);
    } else {
        void *scratch = scratch_of(test, kl_conv_input_gradient_scratch_bytes(layer));
        kl_conv_input_gradient(layer, &test->split, test->weight_scales, &output, &input, scratch);
    }
    double tolerance =
        ldexp(1.0, input.exponent) + weight_error(&real, exponent, kind == FULLY_CONNECTED);
    int32_t top = 0;
    int32_t few = count > 100 ? count / 100 : 1;
    for (int32_t i = random_between(0, few - 1); i < count; i += few) {
        double expected = difference(&real, &real.input[i], 0.5);
        double found = ldexp(input.data[i], input.exponent);
        CHECK(fabs(found - expected) <= tolerance + reference_error(&real, 0.5),
              "%s, dX[%d]: %g, not %g (tolerance %g)", what, (int)i, found, expected, tolerance);
        top = abs(input.data[i]) > top ? abs(input.data[i]) : top;
        CHECK(input.data[i] >= -KL_GRADIENT_MAX - 1 && input.data[i] <= KL_GRADIENT_MAX,
              "%s: mantissa %d", what, input.data[i]);
    }
    free(own);
    free_real(&real);
    free_layer(test);
}

static void check_weight_gradient(layer_kind kind, const char *what) {
    test_layer *test = make_layer(kind, random_between(0, 39) == 0 ? 19 : 5);
    const kl_conv_layer *layer = &test->layer;
    int32_t exponent = random_between(-20, 5), count = weight_count(test);
    real_layer real = make_real(test, exponent);
    kl_gradient output = {test->output_gradient, exponent};
    int32_t *sums = calloc((size_t)count, sizeof *sums), found_exponent = 0;
    if (kind == DEPTHWISE) {
        void *scratch = scratch_of(test, kl_depthwise_weight_gradient_scratch_bytes(layer));
        found_exponent = kl_depthwise_weight_gradient(layer, test->input, &output, sums, scratch);
    } else {
        void *scratch = scratch_of(test, kl_conv_weight_gradient_scratch_bytes(layer));
        found_exponent = kl_conv_weight_gradient(layer, test->input, layer->input.channels, &output,
                                                 sums, scratch);
    }
    int32_t few = count > 100 ? count / 100 : 1;
    for (int32_t i = random_between(0, few - 1); i < count; i += few) {
        double expected = difference(&real, &real.weights[i], 0.5);
        double found = (double)test->input_scale * ldexp(sums[i], found_exponent);
        CHECK(fabs(found - expected) <= reference_error(&real, 0.5) + 1e-12,
              "%s, dW[%d]: %g, not %g", what, (int)i, found, expected);
    }
    int32_t *bias = calloc((size_t)layer->output.channels, sizeof *bias);
    kl_bias_gradient(&output, layer->output.height * layer->output.width, layer->output.channels,
                     bias);
    for (int32_t c = 0; c < layer->output.channels; c++) {
        double expected = difference(&real, &real.bias[c], 0.5);
        double found = ldexp(bias[c], exponent);
        CHECK(fabs(found - expected) <= reference_error(&real, 0.5) + 1e-12,
              "%s, db[%d]: %g, not %g", what, (int)c, found, expected);
    }
    // A slice of the input channels gives the same columns of the gradient.
    if (test->split.overlay_count > 0) {
        int32_t many = test->split.overlay_count, channels = layer->input.channels;
        int32_t pixels = layer->input.height * layer->input.width, rows = count / channels;
        int8_t *kept = calloc((size_t)(pixels * many), 1);
        int32_t *slice = calloc((size_t)(rows * many), sizeof *slice);
        kl_select_channels_s8(test->input, pixels, channels, test->selected, many, kept);
        kl_conv_weight_gradient(layer, kept, many, &output, slice, test->scratch);
        for (int32_t i = 0; i < rows * many; i++)
            CHECK(slice[i] == sums[i / many * channels + test->selected[i % many]],
                  "%s: slice differs", what);
        free(kept);
        free(slice);
    }
    free(bias);
    free(sums);
    free_real(&real);
    free_layer(test);
}

/// Sums that overflow unless bits are dropped: the largest mantissas and inputs, many pixels.
static void check_many_pixels(int32_t size) {
    kl_conv_layer layer = {
        {size, size, 1}, {size, size, 1}, {1, 1, 1, 1, 0, 0}, -128, 0, -128, 127, 0, 0};
    int32_t pixels = size * size, sums[1], found = 0;
    int8_t *input = malloc((size_t)pixels);
    kl_grad *data = malloc((size_t)pixels * sizeof *data);
    memset(input, 127, (size_t)pixels);
    for (int32_t i = 0; i < pixels; i++)
        data[i] = -KL_GRADIENT_MAX - 1;
    kl_gradient output = {data, 0};
    double expected = -255.0 * (KL_GRADIENT_MAX + 1) * pixels;
    void *scratch = malloc((size_t)kl_conv_weight_gradient_scratch_bytes(&layer));
    found = kl_conv_weight_gradient(&layer, input, 1, &output, sums, scratch);
    CHECK(fabs(ldexp(sums[0], found) / expected - 1) < 1e-4, "%d pixels: %g, not %g", pixels,
          ldexp(sums[0], found), expected);
    free(scratch);
    scratch = malloc((size_t)kl_depthwise_weight_gradient_scratch_bytes(&layer));
    found = kl_depthwise_weight_gradient(&layer, input, &output, sums, scratch);
    CHECK(fabs(ldexp(sums[0], found) / expected - 1) < 1e-4, "depthwise, %d pixels: %g, not %g",
          pixels, ldexp(sums[0], found), expected);
    free(scratch);
    free(input);
    free(data);
}

int main(void) {
    int32_t cases = 0;
    for (int32_t round = 0; round < 120; round++, cases += 8) {
        seed_random((uint64_t)round + 1000);
        check_input_gradient(CONVOLUTION, "convolution", 0);
        check_input_gradient(POINTWISE, "pointwise", 0);
        check_input_gradient(FULLY_CONNECTED, "fully connected", 0);
        check_input_gradient(DEPTHWISE, "depthwise", round & 1);
        check_weight_gradient(CONVOLUTION, "convolution");
        check_weight_gradient(POINTWISE, "pointwise");
        check_weight_gradient(FULLY_CONNECTED, "fully connected");
        check_weight_gradient(DEPTHWISE, "depthwise");
    }
    check_many_pixels(16);
    check_many_pixels(45);
    check_many_pixels(128);
    return finish("gradients equal finite differences", cases);
}
