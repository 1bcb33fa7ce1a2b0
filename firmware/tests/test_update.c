// SPDX-License-Identifier: Apache-2.0
/// SGD on stored integers: scaling, rounding, residuals, saturation, dead channels.
#include "support.h"

static kl_sgd make_sgd(float rate, kl_rounding rounding, kl_residual residual) {
    kl_sgd sgd = {rate, rounding, residual, 1, 12345, 0};
    return sgd;
}

/// One weight of scale 1 and input scale 1: the step is rate * sum.
static int32_t step_once(kl_sgd *sgd, int32_t weight, int32_t sum, void *residual) {
    float scale = 1.0F;
    kl_parameter_scales scales = {&scale, 1.0F};
    int8_t stored = (int8_t)weight;
    kl_update_weights(sgd, &scales, 1, 1, &sum, 0, &stored, residual);
    return stored;
}

static void test_rounding_and_saturation(void) {
    kl_sgd sgd = make_sgd(0.25F, KL_ROUND_NEAREST, KL_RESIDUAL_NONE);
    for (int32_t weight = -127; weight <= 127; weight++)
        for (int32_t sum = -1200; sum <= 1200; sum += 7) {
            double exact = weight - 0.25 * sum;
            exact = exact > 127 ? 127 : exact < -127 ? -127 : exact;
            int32_t found = step_once(&sgd, weight, sum, NULL);
            CHECK(fabs(found - exact) <= 0.5, "%d - %g became %d", weight, 0.25 * sum, found);
        }
    sgd.residual = KL_RESIDUAL_16;
    for (int32_t sum = -1000; sum <= 1000; sum += 3) {
        int16_t residual = 77;
        double exact = 100 + 77 / 65536.0 - 0.25 * sum;
        exact = exact > 127 ? 127 : exact < -127 ? -127 : exact;
        int32_t found = step_once(&sgd, 100, sum, &residual);
        CHECK(found + residual / 65536.0 == exact, "100 - %g became %d + %d/65536", 0.25 * sum,
              found, residual);
    }
    sgd.residual = KL_RESIDUAL_NONE;
    sgd.learning_rate = 1e30F;
    CHECK(step_once(&sgd, 5, 1000000, NULL) == -127, "a huge step saturates below");
    CHECK(step_once(&sgd, 5, -1000000, NULL) == 127, "a huge step saturates above");
    sgd.learning_rate = NAN;
    CHECK(step_once(&sgd, 5, 1, NULL) == 5, "a NaN moves nothing");
}

/// Steps far below half a unit must add up to what they are together.
static void test_small_steps(void) {
    const kl_residual widths[] = {KL_RESIDUAL_NONE, KL_RESIDUAL_8, KL_RESIDUAL_16};
    for (int32_t i = 0; i < 3; i++)
        for (int32_t stochastic = 0; stochastic < 2; stochastic++) {
            kl_sgd sgd =
                make_sgd(0.0131F, stochastic ? KL_ROUND_STOCHASTIC : KL_ROUND_NEAREST, widths[i]);
            double total = 0;
            int32_t runs = 100, steps = 1000;
            for (int32_t run = 0; run < runs; run++) {
                int32_t weight = 100;
                int16_t residual = 0; // also serves as int8_t on a little-endian machine
                for (int32_t step = 0; step < steps; step++)
                    weight = step_once(&sgd, weight, 3, &residual);
                total += weight;
            }
            double moved = 100 - total / runs, expected = 0.0131 * 3 * steps;
            if (widths[i] == KL_RESIDUAL_NONE && !stochastic)
                CHECK(moved == 0, "rounding to nearest moved a weight by %g", moved);
            else
                // Stochastic: 5 standard deviations of the mean. 8 bits to nearest: half of
                // 1/256 in each step. 16 bits: half of 1/65536 in each step.
                CHECK(fabs(moved - expected) <
                          (widths[i] == KL_RESIDUAL_8 && !stochastic ? 2.0 : 1.5),
                      "residual %d, stochastic %d: moved %g, not %g", widths[i], stochastic, moved,
                      expected);
        }
}

/// The residual stays with the weight: the sum of both is exact at every step.
static void test_residual_is_exact(void) {
    kl_sgd sgd = make_sgd(1.0F / 256, KL_ROUND_NEAREST, KL_RESIDUAL_8);
    int8_t residual = 0;
    int32_t weight = 0, exact = 0;
    for (int32_t i = 0; i < 5000; i++) {
        int32_t sum = random_between(-200, 200);
        weight = step_once(&sgd, weight, sum, &residual);
        exact -= sum;
        exact = exact > 127 * 256 ? 127 * 256 : exact < -127 * 256 ? -127 * 256 : exact;
        CHECK(weight * 256 + residual == exact, "step %d: %d and %d/256, not %d/256", i, weight,
              residual, exact);
    }
}

/// QAS: a step in real units is the same whatever the scale; without it, scale^2 smaller.
static void test_scaling(void) {
    for (int32_t i = 0; i < 200; i++) {
        float scale = (float)(1e-5 + 0.01 * random_unit()), input = 0.05F;
        kl_parameter_scales scales = {&scale, input};
        kl_sgd sgd = make_sgd(1e-3F, KL_ROUND_NEAREST, KL_RESIDUAL_16);
        int32_t sum = random_between(-100000, 100000), exponent = random_between(-14, -10);
        double real =
            1e-3 * (double)input * ldexp(sum, exponent); // rate * dL/dW of the real weight
        for (int32_t aware = 0; aware < 2; aware++) {
            sgd.quantization_aware_scaling = aware;
            int8_t weight = 0;
            int16_t residual = 0;
            double expected = aware ? -real / (double)scale : -real * (double)scale;
            kl_update_weights(&sgd, &scales, 1, 1, &sum, exponent, &weight, &residual);
            double found = weight + residual / 65536.0;
            if (fabs(expected) < 127)
                CHECK(fabs(found - expected) < 1e-4 + 1e-5 * fabs(expected), "QAS %d: %g, not %g",
                      aware, found, expected);
            int32_t bias = 1000;
            sgd.residual = KL_RESIDUAL_NONE;
            double step = 1e-3 * ldexp(sum, exponent);
            expected = aware ? -step / ((double)scale * (double)input)
                             : -step * (double)scale * (double)input;
            kl_update_biases(&sgd, &scales, 1, &sum, exponent, &bias, NULL);
            CHECK(fabs(bias - 1000 - expected) < 0.51 + 1e-5 * fabs(expected),
                  "bias, QAS %d: %d, not %g", aware, (int)bias - 1000, expected);
            sgd.residual = KL_RESIDUAL_16;
        }
    }
}

static void test_dead_channels_and_bias_limits(void) {
    float scales_of[3] = {4e-9F, 0.01F, 0.0F};
    kl_parameter_scales scales = {scales_of, 1.0F};
    kl_sgd sgd = make_sgd(1.0F, KL_ROUND_STOCHASTIC, KL_RESIDUAL_NONE);
    int32_t sums[3] = {1000, 1000, 1000}, bias[3] = {7, 7, 7};
    int8_t weights[3] = {7, 7, 7};
    kl_update_weights(&sgd, &scales, 3, 1, sums, 0, weights, NULL);
    CHECK(weights[0] == 7 && weights[1] == -127 && weights[2] == 7, "dead channels moved");
    memset(weights, 7, sizeof weights);
    kl_update_depthwise_weights(&sgd, &scales, 1, 3, sums, 0, weights, NULL);
    CHECK(weights[0] == 7 && weights[1] == -127 && weights[2] == 7, "dead depthwise moved");
    kl_update_biases(&sgd, &scales, 3, sums, 0, bias, NULL);
    CHECK(bias[0] == 7 && bias[1] == 7 - 100000 && bias[2] == 7, "dead biases moved");
    for (int32_t sign = -1; sign <= 1; sign += 2) {
        sums[1] = sign * 2000000000;
        for (int32_t i = 0; i < 3; i++)
            kl_update_biases(&sgd, &scales, 3, sums, 10, bias, NULL);
        CHECK(bias[1] == -sign * KL_BIAS_LIMIT, "bias limit: %d", (int)bias[1]);
    }
}

/// The fused kernel does what its two parts do.
static void test_fused(void) {
    test_layer *test = make_layer((layer_kind)random_between(0, 2), 8);
    const kl_conv_layer *layer = &test->layer;
    int32_t count = weight_count(test), rows = layer->output.channels;
    kl_gradient output = {test->output_gradient, -14};
    kl_parameter_scales scales = {test->weight_scales, test->input_scale};
    kl_sgd sgd =
        make_sgd(0.01F, KL_ROUND_NEAREST, random_between(0, 1) ? KL_RESIDUAL_8 : KL_RESIDUAL_NONE);
    int32_t *sums = calloc((size_t)count, sizeof *sums);
    int8_t *residuals = calloc((size_t)count, 2), *second = residuals + count;
    void *scratch = scratch_of(test, kl_conv_weight_gradient_scratch_bytes(layer));
    int32_t exponent =
        kl_conv_weight_gradient(layer, test->input, layer->input.channels, &output, sums, scratch);
    memcpy(test->base, test->weights, (size_t)count);
    kl_update_weights(&sgd, &scales, rows, count / rows, sums, exponent, test->weights, residuals);
    kl_conv_update_weights(layer, test->input, layer->input.channels, &output, &sgd, &scales,
                           test->base, second, scratch);
    CHECK(memcmp(test->base, test->weights, (size_t)count) == 0, "fused weights differ");
    CHECK(memcmp(residuals, second, (size_t)count) == 0, "fused residuals differ");
    free(sums);
    free(residuals);
    free_layer(test);
}

int main(void) {
    seed_random(7);
    test_rounding_and_saturation();
    test_small_steps();
    test_residual_is_exact();
    test_scaling();
    test_dead_channels_and_bias_limits();
    for (int32_t i = 0; i < 300; i++)
        test_fused();
    return finish("updates round, saturate and keep residuals", 306);
}
