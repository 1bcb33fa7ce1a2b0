// SPDX-License-Identifier: Apache-2.0
/// Gradients through pooling against central differences; sums and masks of gradients.
#include "support.h"

/// Pooling in double precision: mean or maximum over the window's part inside the input.
static double pool(const kl_pool_layer *layer, const double *input, int32_t output, int32_t mean) {
    int32_t channels = layer->input.channels, pixel = output / channels, count = 0;
    double sum = 0, best = -1e9;
    for (int32_t y = 0; y < layer->input.height; y++)
        for (int32_t x = 0; x < layer->input.width; x++) {
            const kl_window *window = &layer->window;
            int32_t ky = y + window->pad_top - pixel / layer->output.width * window->stride_height;
            int32_t kx = x + window->pad_left - pixel % layer->output.width * window->stride_width;
            if (ky < 0 || kx < 0 || ky >= window->kernel_height || kx >= window->kernel_width)
                continue;
            double value = input[(y * layer->input.width + x) * channels + output % channels];
            sum += value;
            best = value > best ? value : best;
            count++;
        }
    return count == 0 ? 0 : mean ? sum / count : best;
}

static void check_pooling(int32_t mean) {
    test_layer *test = make_layer(DEPTHWISE, 6);
    kl_pool_layer layer = {test->layer.input, test->layer.output, test->layer.window, -128, 127};
    int32_t inputs = input_count(test), outputs = output_count(test);
    double *values = calloc((size_t)inputs, sizeof(double));
    // Distinct real values that sort as the integers do, the first of equals being the largest.
    for (int32_t i = 0; i < inputs; i++)
        values[i] = test->input[i] - 1e-4 * i / inputs;
    kl_gradient output = {test->output_gradient, -3};
    kl_gradient input = {calloc((size_t)inputs, sizeof(kl_grad)), 0};
    if (mean)
        kl_average_pool_input_gradient(&layer, &output, &input);
    else
        kl_max_pool_input_gradient(&layer, test->input, &output, &input);
    for (int32_t i = 0; i < inputs; i++) {
        double kept = values[i], step = 1e-9, expected = 0, size = 0;
        for (int32_t k = i % layer.input.channels; k < outputs; k += layer.input.channels) {
            values[i] = kept + step;
            double above = pool(&layer, values, k, mean);
            values[i] = kept - step;
            double below = pool(&layer, values, k, mean);
            double slope = (above - below) / (2 * step) * ldexp(output.data[k], -3);
            expected += slope;
            size += fabs(slope);
        }
        values[i] = kept;
        double found = ldexp(input.data[i], input.exponent);
        double overlap = ((layer.window.kernel_height - 1) / layer.window.stride_height + 1) *
                         ((layer.window.kernel_width - 1) / layer.window.stride_width + 1);
        // Mean: one unit, and factors rounded to 2^-11 or better; maximum: one unit per window.
        double tolerance = ldexp(mean ? 1.0 : overlap, input.exponent) + size * 1e-3 + 1e-3;
        CHECK(fabs(found - expected) <= tolerance, "%s pool, dX[%d]: %g, not %g",
              mean ? "average" : "max", (int)i, found, expected);
    }
    free(values);
    free(input.data);
    free_layer(test);
}

static void check_sum_and_mask(void) {
    kl_grad left[50], right[50], kept[50];
    int32_t count = random_between(1, 50);
    random_mantissas(left, count);
    random_mantissas(right, count);
    if (random_between(0, 7) == 0)
        memset(left, 0, sizeof left);
    if (random_between(0, 7) == 0)
        memset(right, 0, sizeof right);
    kl_gradient a = {left, random_between(-30, 0)}, b = {right, random_between(-30, 0)};
    double expected[50];
    for (int32_t i = 0; i < count; i++)
        expected[i] = ldexp(left[i], a.exponent) + ldexp(right[i], b.exponent);
    kl_gradient_add(&a, &b, count);
    for (int32_t i = 0; i < count; i++)
        CHECK(fabs(ldexp(left[i], a.exponent) - expected[i]) < ldexp(1.0, a.exponent),
              "sum of gradients: %g, not %g", ldexp(left[i], a.exponent), expected[i]);
    uint8_t mask[7];
    for (int32_t i = 0; i < 7; i++)
        mask[i] = (uint8_t)(random_between(0, 3) == 0 ? 255 : random_between(0, 255));
    memcpy(kept, left, sizeof kept);
    kl_gradient_apply_mask(&a, count, mask);
    for (int32_t i = 0; i < count; i++)
        CHECK(left[i] == ((mask[i / 8] >> (i % 8) & 1) ? kept[i] : 0), "mask of element %d",
              (int)i);
}

int main(void) {
    int32_t cases = 0;
    for (int32_t round = 0; round < 200; round++, cases += 3) {
        seed_random((uint64_t)round + 2000);
        check_pooling(1);
        check_pooling(0);
        check_sum_and_mask();
    }
    return finish("pooling's gradients, sums and masks are right", cases);
}
