// SPDX-License-Identifier: Apache-2.0
#include "tflite.h"

#include "flatbuffer.h"

#include <stdlib.h>

// A field that refers to something: its slot is filled later.
#define REFERENCE(id)                                                                              \
    { .number = id, .bytes = 4 }
#define WORD(id, content)                                                                          \
    { .number = id, .bytes = 4, .value = (uint32_t)(content) }
#define BYTE(id, content)                                                                          \
    { .number = id, .bytes = 1, .value = (uint32_t)(content) }
#define TABLE(buffer, fields) flat_table(buffer, fields, sizeof(fields) / sizeof((fields)[0]))

// Operators that occur, each once, with the version in which it got its int8 form.
static const struct {
    enum TfliteCode code;
    int version;
} operator_codes[] = {
    {TFLITE_ADD, 2},
    {TFLITE_AVERAGE_POOL_2D, 2},
    {TFLITE_CONV_2D, 3},
    {TFLITE_DEPTHWISE_CONV_2D, 3},
    {TFLITE_FULLY_CONNECTED, 4},
    {TFLITE_RESHAPE, 1},
    {TFLITE_PAD, 2},
};
enum { OPERATOR_CODES = sizeof operator_codes / sizeof operator_codes[0] };

static void check_room(int count, int maximum) {
    if (count < maximum)
        return;
    fprintf(stderr, "pretrain: the model has more than %d tensors or operators\n", maximum);
    exit(1);
}

int tflite_add_tensor(struct TfliteModel *model, struct TfliteTensor tensor) {
    check_room(model->tensor_count, TFLITE_MAXIMUM_TENSORS);
    model->tensors[model->tensor_count] = tensor;
    return model->tensor_count++;
}

int tflite_add_operator(struct TfliteModel *model, struct TfliteOperator op) {
    check_room(model->operator_count, TFLITE_MAXIMUM_OPERATORS);
    model->operators[model->operator_count] = op;
    return model->operator_count++;
}

static void write_operator_codes(struct FlatBuffer *buffer, uint32_t slot) {
    const uint32_t codes = flat_references(buffer, OPERATOR_CODES);
    flat_refer(buffer, slot, codes);
    for (uint32_t i = 0; i < OPERATOR_CODES; i++) {
        const enum TfliteCode code = operator_codes[i].code;
        struct FlatField fields[] = {BYTE(0, code), WORD(2, operator_codes[i].version),
                                     WORD(3, code)};
        flat_refer(buffer, codes + 4 + 4 * i, TABLE(buffer, fields));
    }
}

static void write_quantization(struct FlatBuffer *buffer, uint32_t slot,
                               const struct TfliteTensor *tensor) {
    struct FlatField fields[] = {REFERENCE(2), REFERENCE(3), WORD(6, tensor->axis)};
    const uint32_t count = (uint32_t)tensor->scale_count;
    int64_t *zero_points = calloc(count, sizeof *zero_points);
    if (zero_points == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    for (uint32_t i = 0; i < count; i++)
        zero_points[i] = tensor->zero_point;
    flat_refer(buffer, slot, TABLE(buffer, fields));
    flat_refer(buffer, fields[0].slot, flat_floats(buffer, tensor->scales, count));
    flat_refer(buffer, fields[1].slot, flat_longs(buffer, zero_points, count));
    free(zero_points);
}

// Buffer 0 is the empty one of all tensors that are computed; tensor i has buffer i + 1.
static void write_tensor(struct FlatBuffer *buffer, uint32_t slot,
                         const struct TfliteTensor *tensor, int index) {
    struct FlatField fields[] = {REFERENCE(0), BYTE(1, tensor->type),
                                 WORD(2, tensor->data == NULL ? 0 : index + 1), REFERENCE(3),
                                 REFERENCE(4)};
    // The last field is left out of a tensor without scales.
    const int count = tensor->scale_count > 0 ? 5 : 4;
    flat_refer(buffer, slot, flat_table(buffer, fields, count));
    flat_refer(buffer, fields[0].slot,
               flat_ints(buffer, tensor->shape, (uint32_t)tensor->dimensions));
    flat_refer(buffer, fields[3].slot, flat_string(buffer, tensor->name));
    if (tensor->scale_count > 0)
        write_quantization(buffer, fields[4].slot, tensor);
}

// The operator's options; returns the number of their table in the union BuiltinOptions.
static int write_options(struct FlatBuffer *buffer, const struct TfliteOperator *op,
                         const struct TfliteModel *model, uint32_t *table) {
    const int relu = op->relu ? 1 : 0; // ActivationFunctionType
    switch (op->code) {
    case TFLITE_CONV_2D: {
        struct FlatField fields[] = {BYTE(0, op->padding), WORD(1, op->stride), WORD(2, op->stride),
                                     BYTE(3, relu)};
        *table = TABLE(buffer, fields);
        return 1;
    }
    case TFLITE_DEPTHWISE_CONV_2D: {
        struct FlatField fields[] = {BYTE(0, op->padding), WORD(1, op->stride), WORD(2, op->stride),
                                     WORD(3, 1), BYTE(4, relu)};
        *table = TABLE(buffer, fields);
        return 2;
    }
    case TFLITE_AVERAGE_POOL_2D: {
        struct FlatField fields[] = {BYTE(0, op->padding), WORD(1, 1),          WORD(2, 1),
                                     WORD(3, op->window),  WORD(4, op->window), BYTE(5, relu)};
        *table = TABLE(buffer, fields);
        return 5;
    }
    case TFLITE_FULLY_CONNECTED: {
        struct FlatField fields[] = {BYTE(0, relu)};
        *table = TABLE(buffer, fields);
        return 8;
    }
    case TFLITE_ADD: {
        struct FlatField fields[] = {BYTE(0, relu)};
        *table = TABLE(buffer, fields);
        return 11;
    }
    case TFLITE_RESHAPE: {
        const struct TfliteTensor *output = &model->tensors[op->output];
        struct FlatField fields[] = {REFERENCE(0)};
        *table = TABLE(buffer, fields);
        flat_refer(buffer, fields[0].slot,
                   flat_ints(buffer, output->shape, (uint32_t)output->dimensions));
        return 17;
    }
    case TFLITE_PAD:
        *table = flat_table(buffer, NULL, 0);
        return 22;
    }
    return 0;
}

static uint32_t code_index(enum TfliteCode code) {
    uint32_t index = 0;
    while (operator_codes[index].code != code)
        index++;
    return index;
}

static void write_operator(struct FlatBuffer *buffer, uint32_t slot,
                           const struct TfliteModel *model, const struct TfliteOperator *op) {
    const int32_t inputs[] = {op->inputs[0], op->inputs[1], op->inputs[2]};
    const int32_t outputs[] = {op->output};
    struct FlatField fields[] = {WORD(0, code_index(op->code)), REFERENCE(1), REFERENCE(2),
                                 BYTE(3, 0), REFERENCE(4)};
    flat_refer(buffer, slot, TABLE(buffer, fields));
    flat_refer(buffer, fields[1].slot, flat_ints(buffer, inputs, (uint32_t)op->input_count));
    flat_refer(buffer, fields[2].slot, flat_ints(buffer, outputs, 1));
    uint32_t table = 0;
    buffer->bytes[fields[3].slot] = (uint8_t)write_options(buffer, op, model, &table);
    flat_refer(buffer, fields[4].slot, table);
}

static void write_subgraph(struct FlatBuffer *buffer, uint32_t slot,
                           const struct TfliteModel *model) {
    const uint32_t subgraphs = flat_references(buffer, 1);
    flat_refer(buffer, slot, subgraphs);
    struct FlatField fields[] = {REFERENCE(0), REFERENCE(1), REFERENCE(2), REFERENCE(3),
                                 REFERENCE(4)};
    flat_refer(buffer, subgraphs + 4, TABLE(buffer, fields));
    const int32_t inputs[] = {model->input}, outputs[] = {model->output};
    const uint32_t tensors = flat_references(buffer, (uint32_t)model->tensor_count);
    flat_refer(buffer, fields[0].slot, tensors);
    for (int i = 0; i < model->tensor_count; i++)
        write_tensor(buffer, tensors + 4 + 4 * (uint32_t)i, &model->tensors[i], i);
    flat_refer(buffer, fields[1].slot, flat_ints(buffer, inputs, 1));
    flat_refer(buffer, fields[2].slot, flat_ints(buffer, outputs, 1));
    const uint32_t operators = flat_references(buffer, (uint32_t)model->operator_count);
    flat_refer(buffer, fields[3].slot, operators);
    for (int i = 0; i < model->operator_count; i++)
        write_operator(buffer, operators + 4 + 4 * (uint32_t)i, model, &model->operators[i]);
    flat_refer(buffer, fields[4].slot, flat_string(buffer, model->name));
}

static uint32_t write_data(struct FlatBuffer *buffer, const struct TfliteTensor *tensor) {
    uint32_t count = 1;
    for (int i = 0; i < tensor->dimensions; i++)
        count *= (uint32_t)tensor->shape[i];
    return tensor->type == TFLITE_INT8 ? flat_bytes(buffer, tensor->data, count)
                                       : flat_words(buffer, tensor->data, count);
}

static void write_buffers(struct FlatBuffer *buffer, uint32_t slot,
                          const struct TfliteModel *model) {
    const uint32_t buffers = flat_references(buffer, (uint32_t)model->tensor_count + 1);
    flat_refer(buffer, slot, buffers);
    flat_refer(buffer, buffers + 4, flat_table(buffer, NULL, 0));
    for (int i = 0; i < model->tensor_count; i++) {
        const struct TfliteTensor *tensor = &model->tensors[i];
        const uint32_t own = buffers + 4 + 4 * ((uint32_t)i + 1);
        struct FlatField fields[] = {REFERENCE(0)};
        flat_refer(buffer, own, flat_table(buffer, fields, tensor->data == NULL ? 0 : 1));
        if (tensor->data != NULL)
            flat_refer(buffer, fields[0].slot, write_data(buffer, tensor));
    }
}

void tflite_write(const struct TfliteModel *model, FILE *file) {
    struct FlatBuffer buffer;
    struct FlatField fields[] = {WORD(0, 3), REFERENCE(1), REFERENCE(2), REFERENCE(3),
                                 REFERENCE(4)};
    flat_begin(&buffer, "TFL3");
    flat_refer(&buffer, 0, TABLE(&buffer, fields));
    write_operator_codes(&buffer, fields[1].slot);
    write_subgraph(&buffer, fields[2].slot, model);
    flat_refer(&buffer, fields[3].slot, flat_string(&buffer, model->name));
    write_buffers(&buffer, fields[4].slot, model);
    flat_finish(&buffer, file);
}
