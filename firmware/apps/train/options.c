// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "runtime/arguments.h"
#include "runtime/model.h"
#include "runtime/text.h"

#include <stddef.h>
#include <string.h>

enum {
    LINE_BYTES = 256,
    MAXIMUM_STEPS = 10000000,
    MAXIMUM_EPOCHS = 10000,
    MAXIMUM_BATCH = 256,
    MAXIMUM_SHIFT = 64
};

// A number in a range.
static bool read_number(const char *text, uint32_t least, uint32_t most, uint32_t *number) {
    uint32_t read;
    if (!kl_parse_unsigned(text, &read) || read < least || read > most)
        return false;
    *number = read;
    return true;
}

// One of some words; its index, or -1.
static int read_word(const char *text, const char *const *words, int count) {
    for (int i = 0; text != NULL && i < count; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    return -1;
}

static bool read_switch(const char *text, bool *on) {
    static const char *const words[] = {"off", "on"};
    const int word = read_word(text, words, 2);
    *on = word == 1;
    return word >= 0;
}

static bool read_schedule(const char *text, enum Schedule *schedule) {
    static const char *const words[] = {"constant", "linear", "cosine"};
    const int word = read_word(text, words, 3);
    *schedule = word == 2 ? SCHEDULE_COSINE : word == 1 ? SCHEDULE_LINEAR : SCHEDULE_CONSTANT;
    return word >= 0;
}

static bool read_rounding(const char *text, kl_rounding *rounding) {
    static const char *const words[] = {"nearest", "stochastic"};
    const int word = read_word(text, words, 2);
    *rounding = word == 1 ? KL_ROUND_STOCHASTIC : KL_ROUND_NEAREST;
    return word >= 0;
}

static bool read_option(struct Options *options, const char *key, const char *value) {
    if (strcmp(key, "steps") == 0)
        return read_number(value, 0, MAXIMUM_STEPS, &options->steps);
    if (strcmp(key, "epochs") == 0)
        return read_number(value, 1, MAXIMUM_EPOCHS, &options->epochs);
    if (strcmp(key, "batch") == 0)
        return read_number(value, 1, MAXIMUM_BATCH, &options->batch);
    if (strcmp(key, "lr") == 0)
        return kl_parse_decimal(value, &options->learning_rate);
    if (strcmp(key, "schedule") == 0)
        return read_schedule(value, &options->schedule);
    if (strcmp(key, "seed") == 0)
        return read_number(value, 0, UINT32_MAX, &options->seed);
    if (strcmp(key, "eval") == 0)
        return read_number(value, 0, UINT32_MAX, &options->eval);
    if (strcmp(key, "report") == 0)
        return read_number(value, 1, MAXIMUM_STEPS, &options->report);
    if (strcmp(key, "qas") == 0)
        return read_switch(value, &options->scaling);
    if (strcmp(key, "rounding") == 0)
        return read_rounding(value, &options->rounding);
    if (strcmp(key, "mirror") == 0)
        return read_switch(value, &options->mirror);
    if (strcmp(key, "shift") == 0)
        return read_number(value, 0, MAXIMUM_SHIFT, &options->shift);
    if (strcmp(key, "load") == 0)
        return read_switch(value, &options->load);
    if (strcmp(key, "save") == 0)
        return read_switch(value, &options->save);
    return false;
}

// What each option takes, what it is for, and its default.
static const char *const valid_options[] = {
    "steps=0...10000000  training steps (200); 0 only classifies",
    "epochs=1...10000  passes over the training samples, instead of steps=",
    "batch=1...256  samples a step (1)",
    "lr=DECIMAL  learning rate (0.003)",
    "schedule=constant|linear|cosine  how it falls over the run (constant)",
    "seed=N  order of the samples, stochastic rounding (1)",
    "eval=N  test samples to classify before and after; at most all (500)",
    "report=1...10000000  steps a line of mean loss (50)",
    "qas=on|off  quantisation-aware scaling (on)",
    "rounding=nearest|stochastic  of updates (nearest)",
    "mirror=on|off  half of the training samples, by chance, left to right (off)",
    "shift=0...64  pixels by which training samples are moved at most, by chance (0)",
    "load=on|off  begin with the parameters saved in flash, if any fit (off)",
    "save=on|off  save the trained parameters to flash (off)",
};
enum { VALID_OPTIONS = sizeof valid_options / sizeof valid_options[0] };

static void put_wrong_option(const char *key, const char *value) {
    const size_t length = strlen(key);
    const char *known = NULL;
    for (int i = 0; i < VALID_OPTIONS; i++)
        if (strncmp(valid_options[i], key, length) == 0 && valid_options[i][length] == '=')
            known = valid_options[i];
    kl_put("error: argument `");
    kl_put(key);
    if (value != NULL) {
        kl_put("=");
        kl_put(value);
    }
    kl_put(known != NULL ? "` is not valid:" : "` is not one of");
    for (int i = 0; i < VALID_OPTIONS; i++)
        if (known == NULL || known == valid_options[i]) {
            kl_put("\n  ");
            kl_put(valid_options[i]);
        }
    kl_put("\n");
}

bool options_read(struct Options *options, int argc, char **argv) {
    char line[LINE_BYTES];
    bool has_steps = false;
    *options = (struct Options){
        .steps = 200,
        .seed = 1,
        .batch = 1,
        .eval = 500,
        .report = 50,
        .learning_rate = 0.003f,
        .schedule = SCHEDULE_CONSTANT,
        .rounding = KL_ROUND_NEAREST,
        .scaling = true,
    };
    if (!kl_arguments(argc, argv, line, sizeof line)) {
        kl_put("error: the arguments do not fit in 255 bytes\n");
        return false;
    }
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL) {
        if (!read_option(options, key, value)) {
            put_wrong_option(key, value);
            return false;
        }
        has_steps = has_steps || strcmp(key, "steps") == 0;
    }
    if (has_steps && options->epochs > 0) {
        kl_put("error: steps= and epochs= exclude each other\n");
        return false;
    }
    if (options->batch > 1 && !kl_model.accumulates) {
        kl_put("error: this model cannot accumulate a batch, only batch=1 is valid; "
               "compile it with --accumulate\n");
        return false;
    }
    return true;
}

bool options_resolve(struct Options *options, uint32_t samples) {
    if (options->epochs == 0)
        return true;
    const uint64_t walked = (uint64_t)options->epochs * samples;
    const uint64_t steps = (walked + options->batch - 1) / options->batch;
    if (steps > MAXIMUM_STEPS) {
        kl_put("error: epochs=");
        kl_put_unsigned(options->epochs);
        kl_put(" are more than 10000000 steps\n");
        return false;
    }
    options->steps = (uint32_t)steps;
    return true;
}
