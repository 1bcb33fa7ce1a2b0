// SPDX-License-Identifier: Apache-2.0

// A model for tests of apps/train: 2x3x2 values; what it is given and told, it prints.

#include "runtime/model.h"

#include "runtime/text.h"

enum { ROWS = 2, ROW = 6, CLASSES = 3 };

static uint8_t trained[4];
static const uint8_t initial[2] = {'a', 'b'};
static const kl_parameter parameters[] = {
    {.name = "weights", .data = trained, .initial = initial, .bytes = 2},
    {.name = "residuals", .data = trained + 2, .initial = 0, .bytes = 2},
};

const kl_model_info kl_model = {
    .name = "toy",
    .scheme = "test",
    .input = {ROWS, 3, 2},
    .input_scale = 1.0f,
    .classes = CLASSES,
    .residual_bits = 8,
    .reads_rows = READS_ROWS,
    .accumulates = ACCUMULATES,
    .parameters = parameters,
    .parameter_count = 2,
};

static int8_t input[ROWS * ROW], logits[CLASSES];
static kl_row_source rows;
static void *rows_context;

// What the last forward pass saw.
const int8_t *toy_input(void) {
    return input;
}

int8_t *kl_model_input(void) {
    return READS_ROWS ? 0 : input;
}

void kl_model_set_rows(kl_row_source source, void *context) {
    rows = source;
    rows_context = context;
}

void kl_model_reset(void) {
    trained[0] = initial[0];
    trained[1] = initial[1];
    trained[2] = trained[3] = 0;
}

// The class is the first value, as long as no training has begun; then the second row's first.
bool kl_model_forward(void) {
    for (int32_t row = 0; READS_ROWS && row < ROWS; row++)
        if (!rows(rows_context, row, input + row * ROW))
            return false;
    for (int32_t i = 0; i < CLASSES; i++)
        logits[i] = input[trained[2] ? ROW : 0] == i;
    return true;
}

const int8_t *kl_model_logits(void) {
    return logits;
}

// Turned round, a sample's label and number are in its last column.
bool kl_model_train(int32_t label, kl_sgd *sgd, float *loss) {
    if (!kl_model_forward())
        return false;
    const bool mirrored = input[4] == label && input[ROW + 4] == label + 1;
    const int8_t number = input[mirrored ? 5 : 1];
    kl_put("  sample ");
    kl_put_signed(number);
    kl_put(mirrored ? " mirrored" : "");
    kl_put(" label ");
    kl_put_signed(label);
    kl_put(" lr ");
    kl_put_float(sgd->learning_rate, 6);
    kl_put(sgd->hold ? " hold" : "");
    kl_put("\n");
    trained[2]++;
    *loss = (float)number;
    return true;
}
