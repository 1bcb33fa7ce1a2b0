// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_MODEL_H
#define RUNTIME_MODEL_H

// One model that learns: what a program that trains it, such as apps/train, knows of it.
// The functions are in the model's own generated sources.

#include "kinglet/kinglet.h"

#include <stdbool.h>
#include <stdint.h>

// Something that training changes, in SRAM.
typedef struct {
    const char *name;
    void *data;
    const void *initial; // what it starts from; null: zeros, as residuals and accumulators do
    uint32_t bytes;
} kl_parameter;

typedef struct {
    const char *name;   // of the model
    const char *scheme; // what of it is trained
    kl_shape input;
    int32_t input_zero_point;
    float input_scale; // real = scale * (stored - zero point)
    int32_t classes;
    int32_t residual_bits; // 0, 8 or 16 beside each trained weight
    int32_t reads_rows;    // not 0: the input is asked for row by row, and never kept as a whole
    int32_t accumulates;   // not 0: kl_sgd.hold is obeyed, a batch may be more than one sample
    const kl_parameter *parameters;
    int32_t parameter_count;
    uint32_t arena_bytes;
    uint32_t fingerprint; // of model, scheme and layout: parameters saved by one fit only its like
} kl_model_info;

extern const kl_model_info kl_model;

// Where the sample goes before each forward pass, input.height * width * channels bytes; null when
// the model reads rows. The forward pass may overwrite it.
int8_t *kl_model_input(void);

// Where rows come from, for a model that reads rows: each is asked for once a forward pass, from
// the top.
void kl_model_set_rows(kl_row_source source, void *context);

// Trained parameters as compiled in. Call it once before anything else.
void kl_model_reset(void);

// Inference alone: keeps nothing for training. False if a row could not be read.
bool kl_model_forward(void);

// The last forward pass's output, `classes` values.
const int8_t *kl_model_logits(void);

// Forward, loss, backward and update of one sample, with phase markers. `loss` is in nats. False,
// and no parameter changed, if a row could not be read.
bool kl_model_train(int32_t label, kl_sgd *sgd, float *loss);

#endif
