// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_TFLITE_H
#define PRETRAIN_TFLITE_H

// A quantised model as TFLite files hold it (schema.fbs, version 3): tensors, and operators that
// compute some of them from others. Numbers are those of the schema.

#include <stdint.h>
#include <stdio.h>

enum { TFLITE_MAXIMUM_TENSORS = 64, TFLITE_MAXIMUM_OPERATORS = 32 };

enum TfliteType { TFLITE_INT32 = 2, TFLITE_INT8 = 9 };

enum TfliteCode {
    TFLITE_ADD = 0,
    TFLITE_AVERAGE_POOL_2D = 1,
    TFLITE_CONV_2D = 3,
    TFLITE_DEPTHWISE_CONV_2D = 4,
    TFLITE_FULLY_CONNECTED = 9,
    TFLITE_RESHAPE = 22,
    TFLITE_PAD = 34,
};

enum TflitePadding { TFLITE_SAME = 0, TFLITE_VALID = 1 };

struct TfliteTensor {
    const char *name;
    enum TfliteType type;
    int dimensions;
    int32_t shape[4];
    int scale_count; // 0: not quantised; 1: one for all; else one for each index of dimension
                     // `axis`
    const float *scales;
    int zero_point; // of all
    int axis;
    const void *data; // null: computed
};

struct TfliteOperator {
    enum TfliteCode code;
    int input_count;
    int inputs[3]; // tensors
    int output;
    int relu;
    enum TflitePadding padding; // convolutions and pooling
    int stride;                 // convolutions
    int window;                 // pooling: rows and columns, all there are
};

struct TfliteModel {
    const char *name;
    int tensor_count, operator_count;
    struct TfliteTensor tensors[TFLITE_MAXIMUM_TENSORS];
    struct TfliteOperator operators[TFLITE_MAXIMUM_OPERATORS];
    int input, output; // tensors
};

// Appends a tensor or an operator; returns its index.
int tflite_add_tensor(struct TfliteModel *model, struct TfliteTensor tensor);
int tflite_add_operator(struct TfliteModel *model, struct TfliteOperator op);

// Writes the model; the same one gives the same bytes on every machine.
void tflite_write(const struct TfliteModel *model, FILE *file);

#endif
