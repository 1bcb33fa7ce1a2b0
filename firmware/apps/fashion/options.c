// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include "model.h"
#include "runtime/arguments.h"
#include "runtime/text.h"

#include <string.h>

static bool read_sensor(const char *value, enum Sensor *sensor) {
    if (value != NULL && strcmp(value, "columns") == 0)
        *sensor = SENSOR_COLUMNS;
    else if (value != NULL && strcmp(value, "clean") == 0)
        *sensor = SENSOR_CLEAN;
    else
        return false;
    return true;
}

static bool read_option(struct Options *options, const char *key, const char *value) {
    if (strcmp(key, "steps") == 0)
        return kl_parse_unsigned(value, &options->steps) && options->steps >= 1 &&
               options->steps <= 1000000;
    if (strcmp(key, "seed") == 0)
        return kl_parse_unsigned(value, &options->seed);
    if (strcmp(key, "eval") == 0)
        return kl_parse_unsigned(value, &options->eval) && options->eval <= HELD_OUT_IMAGES;
    if (strcmp(key, "lr") == 0)
        return kl_parse_decimal(value, &options->learning_rate);
    if (strcmp(key, "sensor") == 0)
        return read_sensor(value, &options->sensor);
    return false;
}

bool options_read(struct Options *options, int argc, char **argv) {
    char line[160];
    *options = (struct Options){.steps = 300, .seed = 1, .eval = 500, .sensor = SENSOR_COLUMNS};
    kl_parse_decimal(model_learning_rate, &options->learning_rate);
    if (!kl_arguments(argc, argv, line, sizeof line)) {
        kl_put("error: the arguments do not fit in 159 bytes\n");
        return false;
    }
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL) {
        if (read_option(options, key, value))
            continue;
        kl_put("error: argument `");
        kl_put(key);
        if (value != NULL) {
            kl_put("=");
            kl_put(value);
        }
        kl_put("` is not one of\n"
               "  steps=1...1000000  training steps (300)\n"
               "  seed=N             order of the images (1)\n"
               "  eval=0...5000      held-out images to classify before and after (500)\n"
               "  lr=DECIMAL         learning rate (");
        kl_put(model_learning_rate);
        kl_put(")\n"
               "  sensor=columns|clean  camera with column noise, or none (columns)\n");
        return false;
    }
    return true;
}
