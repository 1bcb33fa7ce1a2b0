// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

static int32_t saturating_doubling_high_multiply(int32_t a, int32_t b) {
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    int64_t product = (int64_t)a * b;
    int64_t nudge = product >= 0 ? (1LL << 30) : 1 - (1LL << 30);
    return (int32_t)((product + nudge) / (1LL << 31));
}

static int32_t rounding_divide_by_power(int32_t value, int32_t exponent) {
    int32_t mask = (int32_t)((1LL << exponent) - 1);
    int32_t remainder = value & mask;
    int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
    return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

int32_t reference_requantize(int64_t value, int32_t multiplier, int32_t shift) {
    int64_t raised = shift > 0 ? value * (1LL << shift) : value;
    if (raised > INT32_MAX)
        raised = INT32_MAX;
    if (raised < INT32_MIN)
        raised = INT32_MIN;
    int32_t high = saturating_doubling_high_multiply((int32_t)raised, multiplier);
    return rounding_divide_by_power(high, shift > 0 ? 0 : -shift);
}

int32_t reference_requantize_once(int64_t value, int32_t multiplier, int32_t shift) {
    // Exactly: floor(value * multiplier / 2^(31 - shift) + 1/2), within the range of int8.
    long double exact = floorl(ldexpl((long double)(value * multiplier), shift - 31) + 0.5L);
    return exact > 1e6L ? 1000000 : exact < -1e6L ? -1000000 : (int32_t)exact;
}

/// Index of the weight of (output channel, tap, input channel).
static int32_t weight_index(const test_layer *test, int32_t oc, int32_t tap, int32_t ic) {
    const kl_conv_layer *layer = &test->layer;
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    if (test->depthwise)
        return tap * layer->input.channels + oc;
    return (oc * taps + tap) * layer->input.channels + ic;
}

/// Index of the input that a tap reads, or -1 in the padding.
static int32_t input_index(const kl_conv_layer *layer, int32_t oy, int32_t ox, int32_t tap,
                           int32_t ic) {
    const kl_window *window = &layer->window;
    int32_t y = oy * window->stride_height - window->pad_top + tap / window->kernel_width;
    int32_t x = ox * window->stride_width - window->pad_left + tap % window->kernel_width;
    if (y < 0 || x < 0 || y >= layer->input.height || x >= layer->input.width)
        return -1;
    return (y * layer->input.width + x) * layer->input.channels + ic;
}

void reference_forward(const test_layer *test, int8_t *output) {
    const kl_conv_layer *layer = &test->layer;
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    for (int32_t oy = 0; oy < layer->output.height; oy++)
        for (int32_t ox = 0; ox < layer->output.width; ox++)
            for (int32_t oc = 0; oc < layer->output.channels; oc++) {
                int64_t sum = test->bias[oc];
                int32_t first = test->depthwise ? oc : 0;
                int32_t last = test->depthwise ? oc + 1 : layer->input.channels;
                for (int32_t tap = 0; tap < taps; tap++)
                    for (int32_t ic = first; ic < last; ic++) {
                        int32_t place = input_index(layer, oy, ox, tap, ic);
                        int64_t x = place < 0 ? 0 : test->input[place] - layer->input_zero_point;
                        sum += x * test->weights[weight_index(test, oc, tap, ic)];
                    }
                int32_t value =
                    test->dense
                        ? reference_requantize_once(sum, layer->multipliers[oc], layer->shifts[oc])
                        : reference_requantize(sum, layer->multipliers[oc], layer->shifts[oc]);
                value += layer->output_zero_point;
                value = value < layer->activation_min ? layer->activation_min : value;
                value = value > layer->activation_max ? layer->activation_max : value;
                *output++ = (int8_t)value;
            }
}

void reference_real(const test_layer *test, const double *input, const double *weights,
                    const double *bias, double *output) {
    const kl_conv_layer *layer = &test->layer;
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    for (int32_t oy = 0; oy < layer->output.height; oy++)
        for (int32_t ox = 0; ox < layer->output.width; ox++)
            for (int32_t oc = 0; oc < layer->output.channels; oc++) {
                double sum = bias[oc];
                int32_t first = test->depthwise ? oc : 0;
                int32_t last = test->depthwise ? oc + 1 : layer->input.channels;
                for (int32_t tap = 0; tap < taps; tap++)
                    for (int32_t ic = first; ic < last; ic++) {
                        int32_t place = input_index(layer, oy, ox, tap, ic);
                        if (place >= 0)
                            sum += input[place] * weights[weight_index(test, oc, tap, ic)];
                    }
                *output++ = sum;
            }
}

void reference_input_gradient(const test_layer *test, const double *output, double *input) {
    const kl_conv_layer *layer = &test->layer;
    int32_t taps = layer->window.kernel_height * layer->window.kernel_width;
    for (int32_t i = 0; i < input_count(test); i++)
        input[i] = 0;
    for (int32_t oy = 0; oy < layer->output.height; oy++)
        for (int32_t ox = 0; ox < layer->output.width; ox++)
            for (int32_t oc = 0; oc < layer->output.channels; oc++, output++) {
                int32_t first = test->depthwise ? oc : 0;
                int32_t last = test->depthwise ? oc + 1 : layer->input.channels;
                for (int32_t tap = 0; tap < taps; tap++)
                    for (int32_t ic = first; ic < last; ic++) {
                        int32_t place = input_index(layer, oy, ox, tap, ic);
                        if (place >= 0)
                            input[place] += *output * (double)test->weight_scales[oc] *
                                            test->weights[weight_index(test, oc, tap, ic)];
                    }
            }
}
