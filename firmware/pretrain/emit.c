// SPDX-License-Identifier: Apache-2.0
#include "emit.h"

#include "tflite.h"

#include <stdlib.h>

enum { MAXIMUM_CHANNELS = 256 };

struct Emission {
    const struct Network *network;
    const struct TensorScale *scales;
    struct TfliteModel model;
    int tensors[MAXIMUM_LAYERS + 1]; // the network's tensors as the model numbers them
    struct QuantisedLayer quantised[MAXIMUM_LAYERS];
    float bias_scales[MAXIMUM_LAYERS][MAXIMUM_CHANNELS];
    char names[TFLITE_MAXIMUM_TENSORS][64];
};

// LAYER/WHAT, which lives as long as the emission.
static const char *name(struct Emission *emission, const struct Layer *layer, const char *what) {
    char *text = emission->names[emission->model.tensor_count];
    snprintf(text, sizeof emission->names[0], "%s/%s", layer->name, what);
    return text;
}

static int add_activation(struct Emission *emission, const char *label, struct Shape shape,
                          const struct TensorScale *scale) {
    const struct TfliteTensor tensor = {
        .name = label,
        .type = TFLITE_INT8,
        .dimensions = 4,
        .shape = {1, shape.height, shape.width, shape.channels},
        .scale_count = 1,
        .scales = &scale->scale,
        .zero_point = scale->zero_point,
    };
    return tflite_add_tensor(&emission->model, tensor);
}

static int add_ints(struct Emission *emission, const char *label, int rows, int columns,
                    const int32_t *values) {
    const struct TfliteTensor tensor = {
        .name = label,
        .type = TFLITE_INT32,
        .dimensions = rows > 1 ? 2 : 1,
        .shape = {rows > 1 ? rows : columns, columns},
        .data = values,
    };
    return tflite_add_tensor(&emission->model, tensor);
}

// One pixel on each side. TFLite's own padding of a convolution with stride 2 would be none at the
// top and left.
static int add_padding(struct Emission *emission, const struct Layer *layer, int input) {
    static const int32_t amounts[8] = {0, 0, 1, 1, 1, 1, 0, 0};
    const int amount_tensor = add_ints(emission, name(emission, layer, "padding"), 4, 2, amounts);
    const struct Shape padded = {layer->in.height + 2, layer->in.width + 2, layer->in.channels};
    const int output = add_activation(emission, name(emission, layer, "padded"), padded,
                                      &emission->scales[layer->input]);
    tflite_add_operator(&emission->model, (struct TfliteOperator){.code = TFLITE_PAD,
                                                                  .input_count = 2,
                                                                  .inputs = {input, amount_tensor},
                                                                  .output = output});
    return output;
}

// The one pixel that a dense layer sees, as a vector.
static int add_flattening(struct Emission *emission, const struct Layer *layer, int input) {
    static int32_t shape[2];
    shape[0] = 1;
    shape[1] = layer->in.channels;
    const int shape_tensor = add_ints(emission, name(emission, layer, "shape"), 1, 2, shape);
    const int output = add_activation(emission, name(emission, layer, "features"), layer->in,
                                      &emission->scales[layer->input]);
    emission->model.tensors[output].dimensions = 2;
    emission->model.tensors[output].shape[1] = layer->in.channels;
    tflite_add_operator(&emission->model, (struct TfliteOperator){.code = TFLITE_RESHAPE,
                                                                  .input_count = 2,
                                                                  .inputs = {input, shape_tensor},
                                                                  .output = output});
    return output;
}

static int add_weights(struct Emission *emission, const struct Layer *layer,
                       const struct QuantisedLayer *quantised) {
    const int channels = layer->out.channels, inputs = layer->in.channels;
    const int side = quantised->taps == 9 ? 3 : 1, is_depthwise = layer->kind == DEPTHWISE;
    struct TfliteTensor tensor = {
        .name = name(emission, layer, "weights"),
        .type = TFLITE_INT8,
        .dimensions = layer->kind == DENSE ? 2 : 4,
        .shape = {is_depthwise ? 1 : channels, side, side, is_depthwise ? channels : inputs},
        .scale_count = channels,
        .scales = quantised->scales,
        .axis = is_depthwise ? 3 : 0,
        .data = quantised->weights,
    };
    if (layer->kind == DENSE)
        tensor.shape[1] = inputs;
    return tflite_add_tensor(&emission->model, tensor);
}

static int add_biases(struct Emission *emission, const struct Layer *layer, int index) {
    const struct QuantisedLayer *quantised = &emission->quantised[index];
    float *scales = emission->bias_scales[index];
    const double input_scale = (double)emission->scales[layer->input].scale;
    for (int i = 0; i < layer->out.channels; i++)
        scales[i] = (float)(input_scale * (double)quantised->scales[i]);
    const int tensor = add_ints(emission, name(emission, layer, "biases"), 1, layer->out.channels,
                                quantised->biases);
    emission->model.tensors[tensor].scale_count = layer->out.channels;
    emission->model.tensors[tensor].scales = scales;
    return tensor;
}

static enum TfliteCode code_of(const struct Layer *layer) {
    switch (layer->kind) {
    case CONVOLUTION:
    case POINTWISE:
        return TFLITE_CONV_2D;
    case DEPTHWISE:
        return TFLITE_DEPTHWISE_CONV_2D;
    case DENSE:
        return TFLITE_FULLY_CONNECTED;
    case ADD:
        return TFLITE_ADD;
    case MEAN:
        return TFLITE_AVERAGE_POOL_2D;
    }
    return TFLITE_ADD;
}

static void add_layer(struct Emission *emission, int index) {
    const struct Layer *layer = &emission->network->layers[index];
    const int has_window = layer->kind == CONVOLUTION || layer->kind == DEPTHWISE;
    struct TfliteOperator op = {
        .code = code_of(layer),
        .input_count = 1,
        .inputs = {emission->tensors[layer->input]},
        .relu = layer->relu,
        .padding = has_window && layer->stride == 1 ? TFLITE_SAME : TFLITE_VALID,
        .stride = has_window ? layer->stride : 1,
        .window = layer->in.height,
    };
    if (has_window && layer->stride > 1)
        op.inputs[0] = add_padding(emission, layer, op.inputs[0]);
    if (layer->kind == DENSE)
        op.inputs[0] = add_flattening(emission, layer, op.inputs[0]);
    if (layer->kind == ADD) {
        op.inputs[op.input_count++] = emission->tensors[layer->second];
    } else if (layer->kind != MEAN) {
        quantise_layer(layer, emission->scales[layer->input], &emission->quantised[index]);
        op.inputs[op.input_count++] = add_weights(emission, layer, &emission->quantised[index]);
        op.inputs[op.input_count++] = add_biases(emission, layer, index);
    }
    op.output = add_activation(emission, layer->name, layer->out, &emission->scales[index + 1]);
    if (layer->kind == DENSE) {
        emission->model.tensors[op.output].dimensions = 2;
        emission->model.tensors[op.output].shape[1] = layer->out.channels;
    }
    emission->tensors[index + 1] = op.output;
    tflite_add_operator(&emission->model, op);
}

void emit_network(const struct Network *network, const struct TensorScale *scales, FILE *file) {
    static struct Emission emission;
    emission = (struct Emission){.network = network, .scales = scales};
    emission.model.name = "fashion";
    emission.tensors[0] = add_activation(&emission, "image", network->layers[0].in, &scales[0]);
    for (int i = 0; i < network->count; i++)
        add_layer(&emission, i);
    emission.model.input = emission.tensors[0];
    emission.model.output = emission.tensors[network->count];
    tflite_write(&emission.model, file);
    for (int i = 0; i < network->count; i++) {
        free(emission.quantised[i].weights);
        free(emission.quantised[i].biases);
        free(emission.quantised[i].scales);
    }
}
