// SPDX-License-Identifier: Apache-2.0
/// A small network end to end: stem, depthwise, pointwise, residual addition, average pooling,
/// classifier, loss. Its gradients, chained through every backward kernel, against central
/// differences of the same network in double precision on dequantised parameters.
///
/// What rounding adds to each tensor of the int8 network is added to the real one as a constant,
/// and elements at a limit are constants: so both have the same activations, and the kernels have
/// to find the gradient of the straight-through estimator up to their own rounding.
#include "reference.h"

enum { SIZE = 8, CHANNELS = 12, CLASSES = 5, LAYERS = 4, PIXELS = SIZE * SIZE };
enum { STEM, DEPTH, POINT, HEAD };

/// Largest distance of the two gradients of a layer, relative to their length. Mantissas have
/// 12 or 7 bits, and the roundings of up to five tensors add up.
#define TOLERANCE (KINGLET_GRADIENT_BITS == 16 ? 2e-3 : 6e-2)

enum { TENSORS = LAYERS + 2, SUM = LAYERS, POOLED };

typedef struct {
    test_layer layers[LAYERS];
    kl_add_layer add;
    kl_pool_layer pool;
    double logit_scale;
    int32_t label;
    int8_t sum[PIXELS * CHANNELS];
    double rounding[TENSORS][PIXELS * CHANNELS]; ///< int8 value minus real value, at the start
} network;

static void set_layer(network *net, int32_t index, kl_shape input, kl_shape output, int32_t kernel,
                      double input_scale, double output_scale, int32_t relu) {
    test_layer *test = &net->layers[index];
    test->depthwise = index == DEPTH;
    kl_conv_layer *layer = &test->layer;
    kl_window window = {kernel, kernel, 1, 1, kernel / 2, kernel / 2};
    layer->input = input;
    layer->output = output;
    layer->window = window;
    layer->input_zero_point = index == STEM ? 4 : index == HEAD ? 0 : -128;
    layer->output_zero_point = relu ? -128 : 0;
    layer->activation_min = -128;
    layer->activation_max = 127;
    layer->multipliers = test->multipliers;
    layer->shifts = test->shifts;
    test->input_scale = (float)input_scale;
    test->output_scale = (float)output_scale;
    test->input = calloc((size_t)input_count(test), 1);
    test->output = calloc((size_t)output_count(test), 1);
    test->weights = calloc((size_t)weight_count(test), 1);
    test->bias = calloc((size_t)output.channels, sizeof(int32_t));
    test->output_gradient = calloc((size_t)output_count(test), sizeof(kl_grad));
    random_bytes(test->weights, weight_count(test), -127, 127);
    int32_t taps = weight_count(test) / output.channels;
    for (int32_t c = 0; c < output.channels; c++) {
        test->weight_scales[c] = (float)((1 + random_unit()) / sqrt(taps) / 90);
        int32_t shift = 0;
        quantize_multiplier(input_scale * (double)test->weight_scales[c] / output_scale,
                            &test->multipliers[c], &shift);
        test->shifts[c] = (int8_t)shift;
        test->bias[c] =
            (int32_t)(0.4 * (random_unit() - 0.3) / (input_scale * (double)test->weight_scales[c]));
    }
    kl_weights weights = {test->weights, NULL, NULL, 0};
    test->split = weights;
}

static network *make_network(void) {
    network *net = calloc(1, sizeof *net);
    kl_shape image = {SIZE, SIZE, 1}, maps = {SIZE, SIZE, CHANNELS};
    kl_shape pooled = {1, 1, CHANNELS}, classes = {1, 1, CLASSES};
    double unit = 2.5 / 255;
    set_layer(net, STEM, image, maps, 3, 2 * unit, unit, 1);
    set_layer(net, DEPTH, maps, maps, 3, unit, unit, 1);
    set_layer(net, POINT, maps, maps, 1, unit, 2 * unit, 0);
    set_layer(net, HEAD, pooled, classes, 1, 2 * unit, 2 * unit, 0);
    random_bytes(net->layers[STEM].input, PIXELS, -128, 127);
    // stem + point, the skip over depth and point.
    kl_add_layer add = {PIXELS * CHANNELS, -128, 0, 0, 0, 0, 0, 0, 0, 0, -128, 127};
    quantize_multiplier(0.25, &add.left_multiplier, &add.left_shift);
    quantize_multiplier(0.5, &add.right_multiplier, &add.right_shift);
    quantize_multiplier(2.0 / (1 << 20), &add.output_multiplier, &add.output_shift);
    net->add = add;
    kl_pool_layer pool = {maps, pooled, {SIZE, SIZE, SIZE, SIZE, 0, 0}, -128, 127};
    net->pool = pool;
    net->logit_scale = 2 * unit;
    net->label = random_between(0, CLASSES - 1);
    return net;
}

static void free_network(network *net) {
    for (int32_t i = 0; i < LAYERS; i++) {
        free(net->layers[i].input);
        free(net->layers[i].output);
        free(net->layers[i].weights);
        free(net->layers[i].bias);
        free(net->layers[i].output_gradient);
        free(net->layers[i].scratch);
    }
    free(net);
}

static void forward(network *net) {
    test_layer *stem = &net->layers[STEM], *depth = &net->layers[DEPTH];
    test_layer *point = &net->layers[POINT], *head = &net->layers[HEAD];
    kl_conv_s8(&stem->layer, stem->input, &stem->split, stem->bias, stem->output,
               scratch_of(stem, kl_conv_s8_scratch_bytes(&stem->layer, 0)));
    memcpy(depth->input, stem->output, PIXELS * CHANNELS);
    kl_depthwise_s8(&depth->layer, depth->input, &depth->split, depth->bias, depth->output,
                    scratch_of(depth, kl_depthwise_s8_scratch_bytes(&depth->layer)));
    memcpy(point->input, depth->output, PIXELS * CHANNELS);
    kl_conv_s8(&point->layer, point->input, &point->split, point->bias, point->output,
               scratch_of(point, kl_conv_s8_scratch_bytes(&point->layer, 0)));
    kl_add_s8(&net->add, stem->output, point->output, net->sum);
    kl_average_pool_s8(&net->pool, net->sum, head->input);
    kl_fully_connected_s8(&head->layer, head->input, &head->split, head->bias, head->output,
                          scratch_of(head, kl_fully_connected_s8_scratch_bytes(&head->layer, 0)));
}

static void mask(const test_layer *test, kl_gradient *gradient) {
    uint8_t bits[PIXELS * CHANNELS / 8 + 1];
    int32_t count = output_count(test);
    kl_clamp_mask_s8(test->output, count, test->layer.activation_min, test->layer.activation_max,
                     bits);
    kl_gradient_apply_mask(gradient, count, bits);
}

/// Adds a layer's weight and bias gradients, in real units, to `found`.
static void collect(test_layer *test, const kl_gradient *output, double **found) {
    const kl_conv_layer *layer = &test->layer;
    int32_t sums[1024], count = weight_count(test), exponent = 0;
    if (test->depthwise)
        exponent = kl_depthwise_weight_gradient(
            layer, test->input, output, sums,
            scratch_of(test, kl_depthwise_weight_gradient_scratch_bytes(layer)));
    else
        exponent =
            kl_conv_weight_gradient(layer, test->input, layer->input.channels, output, sums,
                                    scratch_of(test, kl_conv_weight_gradient_scratch_bytes(layer)));
    for (int32_t i = 0; i < count; i++)
        *(*found)++ = (double)test->input_scale * ldexp(sums[i], exponent);
    kl_bias_gradient(output, layer->output.height * layer->output.width, layer->output.channels,
                     sums);
    for (int32_t i = 0; i < layer->output.channels; i++)
        *(*found)++ = ldexp(sums[i], output->exponent);
}

static float backward(network *net, double *found) {
    static kl_grad buffers[4][PIXELS * CHANNELS];
    test_layer *stem = &net->layers[STEM], *depth = &net->layers[DEPTH];
    test_layer *point = &net->layers[POINT], *head = &net->layers[HEAD];
    kl_gradient logits = {buffers[0], 0}, pooled = {buffers[1], 0}, skip = {buffers[2], 0};
    kl_gradient inner = {buffers[3], 0}, outer = {buffers[0], 0};
    float work[CLASSES];
    float loss = kl_softmax_cross_entropy_s8(head->output, CLASSES, (float)net->logit_scale, 0,
                                             net->label, work, &logits);
    mask(head, &logits);
    double *parts[LAYERS] = {found};
    for (int32_t i = 1; i < LAYERS; i++)
        parts[i] = parts[i - 1] + weight_count(&net->layers[i - 1]) +
                   net->layers[i - 1].layer.output.channels;
    collect(head, &logits, &parts[HEAD]);
    kl_fully_connected_input_gradient(
        &head->layer, &head->split, head->weight_scales, &logits, &pooled,
        scratch_of(head, kl_fully_connected_input_gradient_scratch_bytes(&head->layer)));
    kl_average_pool_input_gradient(&net->pool, &pooled, &skip);
    uint8_t bits[PIXELS * CHANNELS / 8];
    kl_clamp_mask_s8(net->sum, PIXELS * CHANNELS, -128, 127, bits);
    kl_gradient_apply_mask(&skip, PIXELS * CHANNELS, bits);
    // The addition passes its gradient to both sides.
    memcpy(outer.data, skip.data, sizeof buffers[0]);
    outer.exponent = skip.exponent;
    mask(point, &outer);
    collect(point, &outer, &parts[POINT]);
    kl_conv_input_gradient(&point->layer, &point->split, point->weight_scales, &outer, &inner,
                           scratch_of(point, kl_conv_input_gradient_scratch_bytes(&point->layer)));
    mask(depth, &inner);
    collect(depth, &inner, &parts[DEPTH]);
    kl_depthwise_input_gradient(
        &depth->layer, &depth->split, depth->weight_scales, &inner, &inner,
        scratch_of(depth, kl_depthwise_input_gradient_scratch_bytes(&depth->layer)));
    kl_gradient_add(&skip, &inner, PIXELS * CHANNELS);
    mask(stem, &skip);
    collect(stem, &skip, &parts[STEM]);
    return loss;
}

/// Makes a real tensor follow its int8 counterpart: at the start (`begin`) the difference is kept,
/// later it is added. Elements at a limit are constant.
static void follow(network *net, int32_t tensor, const int8_t *quantised, double scale,
                   int32_t zero, int32_t count, int32_t begin, double *real) {
    for (int32_t i = 0; i < count; i++) {
        double value = scale * (quantised[i] - zero);
        if (begin)
            net->rounding[tensor][i] = value - real[i];
        if (quantised[i] == -128 || quantised[i] == 127)
            real[i] = value;
        else
            real[i] += net->rounding[tensor][i];
    }
}

/// The network in real numbers: parameters of layer i at values[i], weights then biases.
static double real_loss(network *net, double *const *values, int32_t begin) {
    double image[PIXELS], stem[PIXELS * CHANNELS], depth[PIXELS * CHANNELS];
    double point[PIXELS * CHANNELS], sum[PIXELS * CHANNELS], pooled[CHANNELS] = {0};
    double logits[CLASSES], *outputs[LAYERS] = {stem, depth, point, logits};
    double *inputs[LAYERS] = {image, stem, depth, pooled};
    const test_layer *layers = net->layers;
    for (int32_t i = 0; i < PIXELS; i++)
        image[i] = (double)layers[STEM].input_scale *
                   (layers[STEM].input[i] - layers[STEM].layer.input_zero_point);
    double unit = (double)layers[POINT].output_scale;
    for (int32_t i = 0; i < LAYERS; i++) {
        if (i == HEAD) {
            for (int32_t k = 0; k < PIXELS * CHANNELS; k++)
                sum[k] = stem[k] + point[k];
            follow(net, SUM, net->sum, unit, 0, PIXELS * CHANNELS, begin, sum);
            for (int32_t k = 0; k < PIXELS * CHANNELS; k++)
                pooled[k % CHANNELS] += sum[k] / PIXELS;
            follow(net, POOLED, layers[HEAD].input, unit, 0, CHANNELS, begin, pooled);
        }
        reference_real(&layers[i], inputs[i], values[i], values[i] + weight_count(&layers[i]),
                       outputs[i]);
        follow(net, i, layers[i].output, (double)layers[i].output_scale,
               layers[i].layer.output_zero_point, output_count(&layers[i]), begin, outputs[i]);
    }
    double largest = logits[0], total = 0;
    for (int32_t i = 1; i < CLASSES; i++)
        largest = fmax(largest, logits[i]);
    for (int32_t i = 0; i < CLASSES; i++)
        total += exp(logits[i] - largest);
    return log(total) + largest - logits[net->label];
}

static void check_network(void) {
    network *net = make_network();
    double *values[LAYERS];
    int32_t counts[LAYERS], all = 0;
    for (int32_t i = 0; i < LAYERS; i++) {
        const test_layer *test = &net->layers[i];
        int32_t weights = weight_count(test), biases = test->layer.output.channels;
        counts[i] = weights + biases;
        all += counts[i];
        values[i] = calloc((size_t)counts[i], sizeof(double));
        for (int32_t k = 0; k < weights; k++) {
            int32_t oc = test->depthwise ? k % biases : k / (weights / biases);
            values[i][k] = (double)test->weight_scales[oc] * test->weights[k];
        }
        for (int32_t k = 0; k < biases; k++)
            values[i][weights + k] =
                (double)test->input_scale * (double)test->weight_scales[k] * test->bias[k];
    }
    double *found = calloc((size_t)all, sizeof(double)), *next = found;
    forward(net);
    float loss = backward(net, found);
    double expected = real_loss(net, values, 1);
    CHECK(fabs((double)loss - expected) < 1e-5, "loss %g, in real numbers %g", (double)loss,
          expected);
    for (int32_t i = 0; i < LAYERS; i++) {
        double apart = 0, length = 0;
        for (int32_t k = 0; k < counts[i]; k++, next++) {
            double kept = values[i][k], step = 1e-6;
            values[i][k] = kept + step;
            double above = real_loss(net, values, 0);
            values[i][k] = kept - step;
            double below = real_loss(net, values, 0);
            values[i][k] = kept;
            double slope = (above - below) / (2 * step);
            apart += (slope - *next) * (slope - *next);
            length += slope * slope;
        }
        CHECK(apart <= TOLERANCE * TOLERANCE * length, "layer %d: gradient off by %g of %g", i,
              sqrt(apart), sqrt(length));
        CHECK(length > 0, "layer %d has no gradient", i);
    }
    for (int32_t i = 0; i < LAYERS; i++)
        free(values[i]);
    free(found);
    free_network(net);
}

int main(void) {
    for (int32_t i = 0; i < 8; i++) {
        seed_random((uint64_t)i + 50);
        check_network();
    }
    return finish("a network's gradients are those of its real-valued twin", 8);
}
