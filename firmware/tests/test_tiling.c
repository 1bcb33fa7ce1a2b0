// SPDX-License-Identifier: Apache-2.0
/// Blocks whose gradients go back some channels at a time: with all channels at once exactly what
/// the layers one by one give, with fewer no further from the real gradients than these are.
#include "tiled_block.h"

static void check_equal(const test_block *test) {
    const result *a = &test->whole, *b = &test->tiled;
    size_t elements = (size_t)input_count(test->layers[0]), trained = (size_t)trained_count(test);
    CHECK(a->input.exponent == b->input.exponent &&
              memcmp(a->input.data, b->input.data, elements * sizeof(kl_grad)) == 0,
          "gradients differ");
    CHECK(memcmp(a->biases, b->biases, sizeof a->biases + sizeof a->held) == 0, "biases differ");
    CHECK(memcmp(a->weights, b->weights, trained) == 0 &&
              memcmp(a->residuals, b->residuals, trained * 2) == 0,
          "weights differ");
}

/// The real gradients at the expanded tensor's two ends and at the block's input.
typedef struct {
    double *narrow, *wide, *input;
} real_gradients;

static void apply_mask(double *values, int32_t count, const uint8_t *mask) {
    for (int32_t i = 0; i < count; i++)
        values[i] *= mask[i / 8] >> (i % 8) & 1;
}

static real_gradients make_real(const test_block *test) {
    test_layer *const *layers = test->layers;
    real_gradients real = {zeros(input_count(layers[2]), sizeof(double)),
                           zeros(output_count(layers[0]), sizeof(double)),
                           zeros(input_count(layers[0]), sizeof(double))};
    double *output = zeros(output_count(layers[2]), sizeof(double));
    for (int32_t i = 0; i < output_count(layers[2]); i++)
        output[i] = ldexp(layers[2]->output_gradient[i], EXPONENT);
    reference_input_gradient(layers[2], output, real.narrow);
    apply_mask(real.narrow, input_count(layers[2]), test->masks[1]);
    reference_input_gradient(layers[1], real.narrow, real.wide);
    apply_mask(real.wide, output_count(layers[0]), test->masks[0]);
    reference_input_gradient(layers[0], real.wide, real.input);
    for (int32_t i = 0; i < input_count(layers[0]) && test->adds; i++)
        real.input[i] += ldexp(test->gradient_before[i], BEFORE);
    free(output);
    return real;
}

/// The largest error of a gradient at the block's input.
static double input_error(const test_block *test, const result *found, const double *real) {
    double error = 0;
    for (int32_t i = 0; i < input_count(test->layers[0]); i++)
        error = fmax(error, fabs(ldexp(found->input.data[i], found->input.exponent) - real[i]));
    return error;
}

/// The largest error of a layer's bias gradients, as far as it is not rounding of the biases.
static double bias_error(const test_block *test, const result *found, int32_t layer,
                         const double *real) {
    const test_layer *of = test->layers[layer];
    double error = 0;
    int32_t channels = of->layer.output.channels;
    for (int32_t c = 0; c < channels; c++) {
        double sum = 0, unit = (double)of->weight_scales[c] * (double)of->input_scale;
        for (int32_t i = c; i < output_count(of); i += channels)
            sum += real[i];
        double moved = of->bias[c] - found->biases[layer][c] - found->held[layer][c] / 256.0;
        if (of->weight_scales[c] < KL_MINIMUM_WEIGHT_SCALE) {
            CHECK(moved == 0, "a dead channel's bias moved by %g", moved);
            continue;
        }
        double exact = (double)test->sgd.learning_rate * sum / unit;
        double beyond = fabs(moved - exact) - 0.51;
        error = fmax(error, beyond * unit / (double)test->sgd.learning_rate);
    }
    return error;
}

static void check_error(const char *what, int32_t channels, double tiled, double whole,
                        const double *values, int32_t count) {
    double largest = 0;
    for (int32_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i]));
    // Twice the other way's error, and units of the mantissas that the groups' sum rounds to.
    double units = KINGLET_GRADIENT_BITS == 16 ? 4e-3 : 0.1;
    CHECK(tiled <= 2 * whole + units * largest, "%s, %d at a time: error %g instead of %g of %g",
          what, (int)channels, tiled, whole, largest);
}

static void check_close(const test_block *test, int32_t channels) {
    real_gradients real = make_real(test);
    int32_t inputs = input_count(test->layers[0]);
    check_error("gradient", channels, input_error(test, &test->tiled, real.input),
                input_error(test, &test->whole, real.input), real.input, inputs);
    const double *gradients[2] = {real.wide, real.narrow};
    for (int32_t layer = 0; layer < 2; layer++) {
        int32_t count = output_count(test->layers[layer]);
        check_error("biases", channels, bias_error(test, &test->tiled, layer, gradients[layer]),
                    bias_error(test, &test->whole, layer, gradients[layer]), gradients[layer],
                    count);
    }
    // Weights saturate, so theirs are compared with each other.
    double unit = test->sgd.residual == KL_RESIDUAL_16 ? 65536.0 : 256.0;
    double apart = 0, moved = 0;
    for (int32_t i = 0; i < trained_count(test); i++) {
        double start = test->layers[0]->overlay[i];
        double one = test->whole.weights[i] + test->whole.residuals[i] / unit - start;
        double other = test->tiled.weights[i] + test->tiled.residuals[i] / unit - start;
        apart += fabs(one - other);
        moved += fabs(one) + 0.1;
    }
    CHECK(apart <= (KINGLET_GRADIENT_BITS == 16 ? 0.06 : 0.5) * moved + 0.2,
          "weights, %d channels at a time: %g apart of %g", (int)channels, apart, moved);
    free(real.narrow);
    free(real.wide);
    free(real.input);
}

int main(void) {
    int32_t cases = 600;
    for (int32_t i = 0; i < cases; i++) {
        seed_random((uint64_t)i);
        test_block *test = make_block();
        kl_gradient output = {test->layers[2]->output_gradient, EXPONENT};
        run_whole(test, &output);
        int32_t channels = test->layers[1]->layer.input.channels;
        int32_t all = (channels + 3) / 4 * 4, some = 4 * random_between(1, all / 4);
        run_tiled(test, &output, i % 2 == 0 ? all : some);
        if (i % 2 == 0)
            check_equal(test);
        else
            check_close(test, some);
        free_block(test);
    }
    return finish("blocks some channels at a time equal their layers", cases);
}
