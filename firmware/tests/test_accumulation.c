// SPDX-License-Identifier: Apache-2.0
/// Batches: held steps add up in the accumulators, the last one moves the parameters.
#include "support.h"

enum { BATCH = 6, RUNS = 300 };

static kl_sgd make_sgd(float rate) {
    kl_sgd sgd = {rate, KL_ROUND_NEAREST, KL_ACCUMULATE, 1, 4711, 0};
    return sgd;
}

static double clamped(double value, double limit) {
    return value > limit ? limit : value < -limit ? -limit : value;
}

/// Weights, biases and depthwise weights of a few channels, over several batches of random sums.
static void test_against_doubles(void) {
    enum { CHANNELS = 5, TAPS = 3, COUNT = CHANNELS * TAPS };
    float scales_of[CHANNELS];
    for (int32_t c = 0; c < CHANNELS; c++)
        scales_of[c] = random_between(0, 7) == 0 ? 4e-9F : (float)(0.002 + 0.02 * random_unit());
    kl_parameter_scales scales = {scales_of, 0.05F};
    kl_sgd sgd = make_sgd(2e-3F);
    sgd.rounding = random_between(0, 1) ? KL_ROUND_STOCHASTIC : KL_ROUND_NEAREST;
    int8_t rows[COUNT], taps[COUNT];
    int16_t row_sums[COUNT] = {0}, tap_sums[COUNT] = {0};
    int32_t biases[CHANNELS], bias_sums[CHANNELS] = {0};
    double exact_rows[COUNT], exact_taps[COUNT], exact_biases[CHANNELS];
    random_bytes(rows, COUNT, -60, 60);
    memcpy(taps, rows, COUNT);
    for (int32_t i = 0; i < COUNT; i++)
        exact_rows[i] = exact_taps[i] = rows[i];
    for (int32_t c = 0; c < CHANNELS; c++)
        exact_biases[c] = biases[c] = random_between(-5000, 5000);
    for (int32_t step = 0; step < 4 * BATCH; step++) {
        int32_t sums[COUNT];
        int8_t before[COUNT];
        memcpy(before, rows, COUNT);
        for (int32_t i = 0; i < COUNT; i++)
            sums[i] = random_between(-3000, 3000);
        sgd.hold = step % BATCH != BATCH - 1;
        kl_update_weights(&sgd, &scales, CHANNELS, TAPS, sums, -9, rows, row_sums);
        kl_update_depthwise_weights(&sgd, &scales, TAPS, CHANNELS, sums, -9, taps, tap_sums);
        kl_update_biases(&sgd, &scales, CHANNELS, sums, -9, biases, bias_sums);
        CHECK(!sgd.hold || memcmp(before, rows, COUNT) == 0, "a held step moved a weight");
        for (int32_t i = 0; i < COUNT; i++) {
            double row = (double)scales_of[i / TAPS], channel = (double)scales_of[i % CHANNELS];
            double real = (double)sgd.learning_rate * ldexp(sums[i], -9);
            exact_rows[i] -= row < 1e-6 ? 0 : real * 0.05 / row;
            exact_taps[i] -= channel < 1e-6 ? 0 : real * 0.05 / channel;
            if (i < CHANNELS)
                exact_biases[i] -= channel < 1e-6 ? 0 : real / (channel * 0.05);
        }
        // Each step is rounded to 1/256: to nearest by half of that, at random by all of it.
        double error = (step + 1) * (sgd.rounding == KL_ROUND_NEAREST ? 0.5 : 1) / 256 + 1e-3;
        for (int32_t i = 0; i < COUNT; i++) {
            CHECK(fabs(rows[i] + row_sums[i] / 256.0 - exact_rows[i]) <= error,
                  "step %d: weight %d and %d/256, not %g", (int)step, rows[i], row_sums[i],
                  exact_rows[i]);
            CHECK(fabs(taps[i] + tap_sums[i] / 256.0 - exact_taps[i]) <= error,
                  "step %d: depthwise weight %d and %d/256, not %g", (int)step, taps[i],
                  tap_sums[i], exact_taps[i]);
        }
        for (int32_t c = 0; c < CHANNELS; c++)
            CHECK(fabs(biases[c] + bias_sums[c] / 256.0 - exact_biases[c]) <=
                      error + 1e-5 * fabs(exact_biases[c]),
                  "step %d: bias %d and %d/256, not %g", (int)step, (int)biases[c],
                  (int)bias_sums[c], exact_biases[c]);
        for (int32_t i = 0; i < COUNT && !sgd.hold; i++)
            CHECK(row_sums[i] >= -128 && row_sums[i] < 128, "%d/256 were kept after a batch",
                  row_sums[i]);
    }
}

/// A batch moves parameters as one step with the mean gradient does.
static void test_mean_gradient(void) {
    float scale = (float)(0.004 + 0.01 * random_unit());
    kl_parameter_scales scales = {&scale, 0.1F};
    kl_sgd one = make_sgd(0.01F), batch = make_sgd(0.01F / BATCH);
    one.residual = KL_RESIDUAL_16;
    int32_t total = 0, bias = 100, mean_bias = 100, bias_sum = 0;
    int8_t weight = 10, mean_weight = 10;
    int16_t held = 0, rest = 0;
    for (int32_t i = 0; i < BATCH; i++) {
        int32_t sum = BATCH * random_between(-200, 200);
        total += sum;
        batch.hold = i < BATCH - 1;
        kl_update_weights(&batch, &scales, 1, 1, &sum, -8, &weight, &held);
        kl_update_biases(&batch, &scales, 1, &sum, -8, &bias, &bias_sum);
    }
    total /= BATCH;
    kl_update_weights(&one, &scales, 1, 1, &total, -8, &mean_weight, &rest);
    kl_update_biases(&one, &scales, 1, &total, -8, &mean_bias, 0);
    CHECK(fabs(weight + held / 256.0 - mean_weight - rest / 65536.0) <= (BATCH + 1) * 0.5 / 256,
          "weight %d and %d/256 by a batch, %d and %d/65536 by its mean", weight, held, mean_weight,
          rest);
    CHECK(fabs(bias + bias_sum / 256.0 - mean_bias) <= 0.5 + (BATCH + 1) * 0.5 / 256,
          "bias %d and %d/256 by a batch, %d by its mean", (int)bias, (int)bias_sum,
          (int)mean_bias);
}

static void test_saturation(void) {
    float scale = 1.0F;
    kl_parameter_scales scales = {&scale, 1.0F};
    kl_sgd sgd = make_sgd(1.0F);
    for (int32_t sign = -1; sign <= 1; sign += 2) {
        int8_t weight = 50;
        int16_t held = 0;
        int32_t bias = 50, bias_held = 0, sum = sign * 100, huge = sign * 5000000;
        sgd.hold = 1;
        for (int32_t i = 0; i < 3; i++) {
            kl_update_weights(&sgd, &scales, 1, 1, &sum, 0, &weight, &held);
            kl_update_biases(&sgd, &scales, 1, &huge, 0, &bias, &bias_held);
        }
        CHECK(weight == 50 && held == (sign > 0 ? INT16_MIN : INT16_MAX), "held %d/256", held);
        CHECK(bias == 50 && bias_held == (sign > 0 ? INT32_MIN : INT32_MAX), "held %d/256",
              (int)bias_held);
        sgd.hold = 0;
        sum = huge = 0;
        kl_update_weights(&sgd, &scales, 1, 1, &sum, 0, &weight, &held);
        kl_update_biases(&sgd, &scales, 1, &huge, 0, &bias, &bias_held);
        CHECK(weight == (int32_t)clamped(50 - sign * 128.0, 127) && held == 0,
              "%d and %d/256 after a saturated batch", weight, held);
        CHECK(abs(bias - (50 - sign * (1 << 23))) <= 1, "bias %d after a saturated batch",
              (int)bias);
        huge = sign * 2000000000;
        for (int32_t i = 0; i < 300; i++)
            kl_update_biases(&sgd, &scales, 1, &huge, 0, &bias, &bias_held);
        CHECK(bias == -sign * KL_BIAS_LIMIT && bias_held == 0, "bias limit: %d", (int)bias);
    }
    sgd.learning_rate = NAN;
    int32_t bias = 5, bias_held = 7, one = 1;
    kl_update_biases(&sgd, &scales, 1, &one, 0, &bias, &bias_held);
    CHECK(bias == 5 && bias_held == 7, "a NaN moves nothing");
}

/// The fused kernel accumulates as its two parts do.
static void test_fused(void) {
    test_layer *test = make_layer((layer_kind)random_between(0, 2), 8);
    const kl_conv_layer *layer = &test->layer;
    int32_t count = weight_count(test), rows = layer->output.channels;
    kl_gradient output = {test->output_gradient, -14};
    kl_parameter_scales scales = {test->weight_scales, test->input_scale};
    kl_sgd sgd = make_sgd(0.01F);
    int32_t *sums = calloc((size_t)count, sizeof *sums);
    int16_t *parts = calloc((size_t)count, 2 * sizeof *parts), *fused = parts + count;
    void *scratch = scratch_of(test, kl_conv_weight_gradient_scratch_bytes(layer));
    memcpy(test->base, test->weights, (size_t)count);
    for (int32_t step = 0; step < 2; step++) {
        sgd.hold = step == 0;
        int32_t exponent = kl_conv_weight_gradient(layer, test->input, layer->input.channels,
                                                   &output, sums, scratch);
        kl_update_weights(&sgd, &scales, rows, count / rows, sums, exponent, test->weights, parts);
        kl_conv_update_weights(layer, test->input, layer->input.channels, &output, &sgd, &scales,
                               test->base, fused, scratch);
        CHECK(memcmp(test->base, test->weights, (size_t)count) == 0, "fused weights differ");
        CHECK(memcmp(parts, fused, (size_t)count * 2) == 0, "fused accumulators differ");
    }
    free(sums);
    free(parts);
    free_layer(test);
}

/// Some channels of a depthwise layer move as they do when all are trained; the others stay.
static void test_depthwise_channels(void) {
    test_layer *test = make_layer(DEPTHWISE, 9);
    const kl_conv_layer *layer = &test->layer;
    int32_t channels = layer->input.channels, taps = weight_count(test) / channels;
    int32_t pixels = layer->output.height * layer->output.width, count = 0;
    uint16_t selected[MAX_CHANNELS];
    for (int32_t c = 0; c < channels; c++)
        if (random_between(0, 1))
            selected[count++] = (uint16_t)c;
    kl_gradient gradient = {test->output_gradient, -12}, some = {0, 0};
    some.data = calloc((size_t)(pixels * count + 1), sizeof(kl_grad));
    kl_select_channels_gradient(&gradient, pixels, channels, selected, count, &some);
    CHECK(some.exponent == -12, "exponent %d", (int)some.exponent);
    int8_t *input = calloc((size_t)input_count(test) + 1, 1);
    kl_select_channels_s8(test->input, layer->input.height * layer->input.width, channels, selected,
                          count, input);
    kl_conv_layer part = *layer;
    part.input.channels = part.output.channels = count;
    int32_t *sums = calloc((size_t)(taps * (channels + count)), sizeof *sums);
    int32_t *some_sums = sums + taps * channels;
    int16_t *residuals = calloc((size_t)(taps * (channels + count)), sizeof *residuals);
    int16_t *some_residuals = residuals + taps * channels;
    int32_t exponent = kl_depthwise_weight_gradient(
        layer, test->input, &gradient, sums,
        scratch_of(test, kl_depthwise_weight_gradient_scratch_bytes(layer)));
    int32_t same = kl_depthwise_weight_gradient(
        &part, input, &some, some_sums,
        scratch_of(test, kl_depthwise_weight_gradient_scratch_bytes(&part)));
    CHECK(same == exponent, "exponent %d, not %d", (int)same, (int)exponent);
    kl_parameter_scales scales = {test->weight_scales, test->input_scale};
    kl_sgd sgd = make_sgd(0.02F);
    sgd.residual = random_between(0, 1) ? KL_RESIDUAL_16 : KL_ACCUMULATE;
    memcpy(test->base, test->weights, (size_t)(taps * channels));
    kl_update_depthwise_weights(&sgd, &scales, taps, channels, sums, exponent, test->base,
                                residuals);
    int8_t *found = calloc((size_t)(taps * channels), 1);
    memcpy(found, test->weights, (size_t)(taps * channels));
    kl_update_depthwise_channels(&sgd, &scales, taps, channels, selected, count, some_sums,
                                 exponent, found, some_residuals);
    for (int32_t c = 0, i = 0; c < channels; c++) {
        int32_t trained = i < count && selected[i] == c;
        for (int32_t tap = 0; tap < taps; tap++) {
            int32_t at = tap * channels + c;
            CHECK(found[at] == (trained ? test->base : test->weights)[at], "channel %d", (int)c);
            CHECK(!trained || some_residuals[tap * count + i] == residuals[at], "residual of %d",
                  (int)c);
        }
        i += trained;
    }
    free(some.data);
    free(input);
    free(sums);
    free(residuals);
    free(found);
    free_layer(test);
}

int main(void) {
    seed_random(11);
    for (int32_t i = 0; i < RUNS; i++) {
        test_against_doubles();
        test_mean_gradient();
        test_fused();
        test_depthwise_channels();
    }
    test_saturation();
    return finish("batches accumulate, partial depthwise layers learn", 4 * RUNS + 1);
}
