// SPDX-License-Identifier: Apache-2.0
#include "layers.h"

#include "matrix.h"

#include <string.h>

// The largest matrix here: BATCH images of 16x16 pixels, 16 channels or 9 taps wide, and of 8x8
// pixels, 64 channels wide.
enum { SCRATCH = BATCH * 64 * 64 };

static float scratch[SCRATCH], second_scratch[SCRATCH];

static int pixels(struct Shape shape) {
    return shape.height * shape.width;
}

static void add_biases(const struct Layer *layer, int rows, float *output) {
    for (int row = 0; row < rows; row++)
        for (int c = 0; c < layer->out.channels; c++)
            output[row * layer->out.channels + c] += layer->biases[c];
}

static void sum_bias_gradients(const struct Layer *layer, int rows, const float *gradient) {
    memset(layer->bias_gradients, 0, (size_t)layer->out.channels * sizeof(float));
    for (int row = 0; row < rows; row++)
        for (int c = 0; c < layer->out.channels; c++)
            layer->bias_gradients[c] += gradient[row * layer->out.channels + c];
}

// columns[output pixel][tap], for one input channel.
static void gather_taps(const struct Layer *layer, int images, const float *input, float *columns) {
    const struct Shape in = layer->in, out = layer->out;
    for (int n = 0; n < images; n++)
        for (int y = 0; y < out.height; y++)
            for (int x = 0; x < out.width; x++)
                for (int tap = 0; tap < 9; tap++) {
                    const int row = y * layer->stride - 1 + tap / 3;
                    const int column = x * layer->stride - 1 + tap % 3;
                    const int inside =
                        row >= 0 && row < in.height && column >= 0 && column < in.width;
                    *columns++ = inside ? input[(n * in.height + row) * in.width + column] : 0.0f;
                }
}

void convolution_forward(const struct Layer *layer, int images, const float *input, float *output) {
    const int rows = images * pixels(layer->out);
    gather_taps(layer, images, input, scratch);
    matrix_multiply(rows, layer->out.channels, 9, scratch, layer->weights, output);
    add_biases(layer, rows, output);
}

void convolution_backward(const struct Layer *layer, int images, const float *input,
                          const float *output_gradient) {
    const int rows = images * pixels(layer->out);
    sum_bias_gradients(layer, rows, output_gradient);
    gather_taps(layer, images, input, scratch);
    matrix_transpose(rows, 9, scratch, second_scratch);
    matrix_multiply(9, layer->out.channels, rows, second_scratch, output_gradient,
                    layer->weight_gradients);
}

// Calls for each output pixel and each tap that falls inside the input: the offsets of the pixels.
#define FOR_EACH_TAP(layer, images, body)                                                          \
    do {                                                                                           \
        const struct Shape in = (layer)->in, out = (layer)->out;                                   \
        for (int n = 0; n < (images); n++)                                                         \
            for (int y = 0; y < out.height; y++)                                                   \
                for (int x = 0; x < out.width; x++)                                                \
                    for (int tap = 0; tap < 9; tap++) {                                            \
                        const int row = y * (layer)->stride - 1 + tap / 3;                         \
                        const int column = x * (layer)->stride - 1 + tap % 3;                      \
                        if (row < 0 || row >= in.height || column < 0 || column >= in.width)       \
                            continue;                                                              \
                        const int from =                                                           \
                            ((n * in.height + row) * in.width + column) * in.channels;             \
                        const int to = ((n * out.height + y) * out.width + x) * out.channels;      \
                        const int weight = tap * out.channels;                                     \
                        for (int c = 0; c < out.channels; c++)                                     \
                            body;                                                                  \
                    }                                                                              \
    } while (0)

VECTORISED void depthwise_forward(const struct Layer *layer, int images,
                                  const float *restrict input, float *restrict output) {
    const int rows = images * pixels(layer->out);
    memset(output, 0, (size_t)(rows * layer->out.channels) * sizeof(float));
    const float *restrict weights = layer->weights;
    FOR_EACH_TAP(layer, images, output[to + c] += input[from + c] * weights[weight + c]);
    add_biases(layer, rows, output);
}

VECTORISED void depthwise_backward(const struct Layer *layer, int images,
                                   const float *restrict input,
                                   const float *restrict output_gradient,
                                   float *restrict input_gradient) {
    sum_bias_gradients(layer, images * pixels(layer->out), output_gradient);
    const float *restrict weights = layer->weights;
    float *restrict gradients = layer->weight_gradients;
    memset(gradients, 0, (size_t)layer->weight_count * sizeof(float));
    FOR_EACH_TAP(layer, images, gradients[weight + c] += output_gradient[to + c] * input[from + c]);
    if (input_gradient)
        FOR_EACH_TAP(layer, images,
                     input_gradient[from + c] += output_gradient[to + c] * weights[weight + c]);
}

void pointwise_forward(const struct Layer *layer, int images, const float *input, float *output) {
    const int rows = images * pixels(layer->out);
    matrix_multiply(rows, layer->out.channels, layer->in.channels, input, layer->weights, output);
    add_biases(layer, rows, output);
}

VECTORISED void pointwise_backward(const struct Layer *layer, int images, const float *input,
                                   const float *output_gradient, float *input_gradient) {
    const int rows = images * pixels(layer->out);
    const int in = layer->in.channels, out = layer->out.channels;
    sum_bias_gradients(layer, rows, output_gradient);
    matrix_transpose(rows, in, input, scratch);
    matrix_multiply(in, out, rows, scratch, output_gradient, layer->weight_gradients);
    if (input_gradient == NULL)
        return;
    matrix_transpose(in, out, layer->weights, scratch);
    matrix_multiply(rows, in, out, output_gradient, scratch, second_scratch);
    for (int i = 0; i < rows * in; i++)
        input_gradient[i] += second_scratch[i];
}

void mean_forward(const struct Layer *layer, int images, const float *input, float *output) {
    const int count = pixels(layer->in), channels = layer->in.channels;
    for (int n = 0; n < images; n++)
        for (int c = 0; c < channels; c++) {
            float sum = 0;
            for (int p = 0; p < count; p++)
                sum += input[(n * count + p) * channels + c];
            output[n * channels + c] = sum / (float)count;
        }
}

void mean_backward(const struct Layer *layer, int images, const float *output_gradient,
                   float *input_gradient) {
    const int count = pixels(layer->in), channels = layer->in.channels;
    for (int n = 0; n < images; n++)
        for (int p = 0; p < count; p++)
            for (int c = 0; c < channels; c++)
                input_gradient[(n * count + p) * channels + c] +=
                    output_gradient[n * channels + c] / (float)count;
}
