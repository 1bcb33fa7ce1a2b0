// SPDX-License-Identifier: Apache-2.0
#include "emit.h"

#include "slices.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

// Starts a constant array: its declaration, and the definition up to the opening brace.
static void open_array(FILE *header, FILE *source, const char *type, const char *layer,
                       const char *what, int count) {
    fprintf(header, "extern const %s fashion_%s_%s[%d];\n", type, layer, what, count);
    fprintf(source, "const %s fashion_%s_%s[%d] = {", type, layer, what, count);
}

static void separate(FILE *source, int index, int per_line) {
    fputs(index % per_line == 0 ? "\n    " : " ", source);
}

static void emit_int8(FILE *header, FILE *source, const char *layer, const char *what,
                      const int8_t *values, int count) {
    open_array(header, source, "int8_t", layer, what, count);
    for (int i = 0; i < count; i++) {
        separate(source, i, 16);
        fprintf(source, "%d,", values[i]);
    }
    fputs("\n};\n", source);
}

static void emit_int32(FILE *header, FILE *source, const char *layer, const char *what,
                       const int32_t *values, int count) {
    open_array(header, source, "int32_t", layer, what, count);
    for (int i = 0; i < count; i++) {
        separate(source, i, 8);
        fprintf(source, "%" PRId32 ",", values[i]);
    }
    fputs("\n};\n", source);
}

// Floats are written in hexadecimal: exact, and the same text from every C library.
static void emit_floats(FILE *header, FILE *source, const char *layer, const char *what,
                        const float *values, int count) {
    open_array(header, source, "float", layer, what, count);
    for (int i = 0; i < count; i++) {
        separate(source, i, 5);
        fprintf(source, "%af,", (double)values[i]);
    }
    fputs("\n};\n", source);
}

static void emit_slice(FILE *header, FILE *source, const struct Layer *layer,
                       const struct QuantisedLayer *quantised, int count) {
    const int inputs = layer->in.channels, rows = layer->out.channels;
    int chosen[MAXIMUM_CHANNELS];
    int8_t *slice = malloc((size_t)(rows * count));
    int8_t *rest = malloc((size_t)(rows * inputs));
    if (slice == NULL || rest == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    choose_channels(layer, count, chosen);
    for (int row = 0; row < rows; row++) {
        for (int in = 0; in < inputs; in++)
            rest[row * inputs + in] = quantised->weights[row * inputs + in];
        for (int i = 0; i < count; i++) {
            slice[row * count + i] = rest[row * inputs + chosen[i]];
            rest[row * inputs + chosen[i]] = 0;
        }
    }
    fprintf(header, "enum { FASHION_%s_SLICE = %d };\n", layer->name, count);
    open_array(header, source, "uint16_t", layer->name, "slice_channels", count);
    for (int i = 0; i < count; i++) {
        separate(source, i, 16);
        fprintf(source, "%d,", chosen[i]);
    }
    fputs("\n};\n", source);
    emit_int8(header, source, layer->name, "slice", slice, rows * count);
    emit_int8(header, source, layer->name, "rest", rest, rows * inputs);
    free(slice);
    free(rest);
}

static void emit_layer(FILE *header, FILE *source, const struct Layer *layer,
                       struct TensorScale input, struct TensorScale output) {
    struct QuantisedLayer quantised;
    quantise_layer(layer, input, output, &quantised);
    const int channels = layer->out.channels;
    const int side = quantised.taps == 9 ? 3 : 1, stride = side == 3 ? layer->stride : 1;
    fprintf(header, "\n// %s: %dx%dx%d -> %dx%dx%d\n", layer->name, layer->in.height,
            layer->in.width, layer->in.channels, layer->out.height, layer->out.width, channels);
    fprintf(source, "\n");
    emit_int8(header, source, layer->name, "weights", quantised.weights, layer->weight_count);
    emit_int32(header, source, layer->name, "biases", quantised.biases, channels);
    emit_floats(header, source, layer->name, "scales", quantised.scales, channels);
    emit_int32(header, source, layer->name, "multipliers", quantised.multipliers, channels);
    emit_int8(header, source, layer->name, "shifts", quantised.shifts, channels);
    const int slice = slice_channels(layer);
    if (slice > 0)
        emit_slice(header, source, layer, &quantised, slice);
    fprintf(header, "extern const kl_conv_layer fashion_%s;\n", layer->name);
    fprintf(source,
            "const kl_conv_layer fashion_%s = {\n"
            "    .input = {%d, %d, %d},\n    .output = {%d, %d, %d},\n"
            "    .window = {%d, %d, %d, %d, %d, %d},\n"
            "    .input_zero_point = %d,\n    .output_zero_point = %d,\n"
            "    .activation_min = %d,\n    .activation_max = 127,\n"
            "    .multipliers = fashion_%s_multipliers,\n    .shifts = fashion_%s_shifts,\n};\n",
            layer->name, layer->in.height, layer->in.width, layer->in.channels, layer->out.height,
            layer->out.width, channels, side, side, stride, stride, side / 2, side / 2,
            input.zero_point, output.zero_point, layer->relu ? output.zero_point : -128,
            layer->name, layer->name);
    free(quantised.weights);
    free(quantised.biases);
    free(quantised.scales);
    free(quantised.multipliers);
    free(quantised.shifts);
}

// The constants of TFLite's ADD: both inputs are brought to twice the larger scale.
static void emit_add(FILE *header, FILE *source, const struct Layer *layer, struct TensorScale left,
                     struct TensorScale right, struct TensorScale output) {
    const double twice = 2.0 * fmax((double)left.scale, (double)right.scale);
    int32_t multipliers[3];
    int shifts[3];
    quantise_multiplier((double)left.scale / twice, &multipliers[0], &shifts[0]);
    quantise_multiplier((double)right.scale / twice, &multipliers[1], &shifts[1]);
    quantise_multiplier(twice / ((double)(1 << 20) * (double)output.scale), &multipliers[2],
                        &shifts[2]);
    fprintf(header, "\n// %s\nextern const kl_add_layer fashion_%s;\n", layer->name, layer->name);
    fprintf(
        source,
        "\nconst kl_add_layer fashion_%s = {\n    .count = %d,\n"
        "    .left_zero_point = %d,\n    .left_multiplier = %" PRId32 ",\n"
        "    .left_shift = %d,\n    .right_zero_point = %d,\n"
        "    .right_multiplier = %" PRId32 ",\n    .right_shift = %d,\n"
        "    .output_zero_point = %d,\n    .output_multiplier = %" PRId32 ",\n"
        "    .output_shift = %d,\n    .activation_min = -128,\n    .activation_max = 127,\n};\n",
        layer->name, layer->out.height * layer->out.width * layer->out.channels, left.zero_point,
        multipliers[0], shifts[0], right.zero_point, multipliers[1], shifts[1], output.zero_point,
        multipliers[2], shifts[2]);
}

static void emit_pool(FILE *header, FILE *source, const struct Layer *layer) {
    fprintf(header, "\n// %s\nextern const kl_pool_layer fashion_%s;\n", layer->name, layer->name);
    fprintf(source,
            "\nconst kl_pool_layer fashion_%s = {\n    .input = {%d, %d, %d},\n"
            "    .output = {1, 1, %d},\n    .window = {%d, %d, 1, 1, 0, 0},\n"
            "    .activation_min = -128,\n    .activation_max = 127,\n};\n",
            layer->name, layer->in.height, layer->in.width, layer->in.channels, layer->in.channels,
            layer->in.height, layer->in.width);
}

void emit_network(const struct Network *network, const struct TensorScale *scales, FILE *header,
                  FILE *source) {
    static const char banner[] = "// SPDX-License-Identifier: Apache-2.0\n// clang-format off\n\n"
                                 "// Written by `make -C firmware pretrain`; do not edit.\n\n";
    fprintf(
        header,
        "%s#ifndef FASHION_WEIGHTS_H\n#define FASHION_WEIGHTS_H\n\n"
        "// Per layer: weights [out][taps][in] (depthwise [taps][channel]), biases, weight\n"
        "// scales and requantisation per output channel. A layer of which a scheme trains some\n"
        "// input channels also has those channels (`slice`) and the others with zeros in their\n"
        "// place (`rest`).\n\n"
        "#include \"kinglet/kinglet.h\"\n",
        banner);
    fprintf(source, "%s#include \"weights.h\"\n", banner);
    for (int i = 0; i < network->count; i++) {
        const struct Layer *layer = &network->layers[i];
        if (layer->kind == ADD)
            emit_add(header, source, layer, scales[layer->input], scales[layer->second],
                     scales[i + 1]);
        else if (layer->kind == MEAN)
            emit_pool(header, source, layer);
        else
            emit_layer(header, source, layer, scales[layer->input], scales[i + 1]);
        fprintf(header, "#define FASHION_%s_OUTPUT_SCALE %af\n", layer->name,
                (double)scales[i + 1].scale);
        fprintf(header, "#define FASHION_%s_OUTPUT_ZERO_POINT (%d)\n", layer->name,
                scales[i + 1].zero_point);
    }
    fprintf(header, "\n#endif\n");
}
