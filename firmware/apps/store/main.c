// SPDX-License-Identifier: Apache-2.0

// Parameters that survive a reset, without a model: three blocks of made-up bytes.
//
// do=cycle (or nothing): saves them, resets the chip, and finds them again. do=save, do=load: one
// half of it, for power that is cut in between. seed=N chooses the bytes, fingerprint=N what they
// claim to belong to. Exits with 0 when the bytes are there, 3 when kl_store_load says why not.

#include "runtime/arguments.h"
#include "runtime/core.h"
#include "runtime/reset.h"
#include "runtime/store.h"
#include "runtime/text.h"

#include <stdbool.h>
#include <string.h>

static uint8_t first[1], second[1000], third[20481];

static const kl_parameter parameters[] = {
    {"first", first, NULL, sizeof first},
    {"second", second, NULL, sizeof second},
    {"third", third, NULL, sizeof third},
};
enum { PARAMETERS = sizeof parameters / sizeof *parameters };

struct Options {
    bool saves, loads;
    uint32_t seed, fingerprint;
};

static bool read_options(int argc, char **argv, struct Options *options) {
    static char line[128];
    if (!kl_arguments(argc, argv, line, sizeof line))
        return false;
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL) {
        if (value && strcmp(key, "do") == 0 && strcmp(value, "save") == 0)
            options->loads = false;
        else if (value && strcmp(key, "do") == 0 && strcmp(value, "load") == 0)
            options->saves = false;
        else if (strcmp(key, "seed") == 0 && kl_parse_unsigned(value, &options->seed))
            continue;
        else if (strcmp(key, "fingerprint") != 0 ||
                 !kl_parse_unsigned(value, &options->fingerprint))
            return false;
    }
    return options->saves || options->loads;
}

// xorshift32: the same bytes for the same seed.
static uint8_t next(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return (uint8_t)(*state >> 24);
}

static void fill(uint32_t seed) {
    uint32_t state = seed * 2 + 1;
    for (int32_t i = 0; i < PARAMETERS; i++)
        for (uint32_t j = 0; j < parameters[i].bytes; j++)
            ((uint8_t *)parameters[i].data)[j] = next(&state);
}

static bool are_filled(uint32_t seed) {
    uint32_t state = seed * 2 + 1;
    bool same = true;
    for (int32_t i = 0; i < PARAMETERS; i++)
        for (uint32_t j = 0; j < parameters[i].bytes; j++)
            same &= ((const uint8_t *)parameters[i].data)[j] == next(&state);
    return same;
}

static void say(const char *what, const char *reason) {
    kl_put(what);
    kl_put(reason);
    kl_put("\n");
}

static int load(const struct Options *options, bool *is_empty) {
    const char *problem = kl_store_load(parameters, PARAMETERS, options->fingerprint);
    *is_empty = problem == kl_store_is_empty;
    if (problem) {
        say("not loaded: ", problem);
        return 3;
    }
    const bool right = are_filled(options->seed);
    say("loaded: ", right ? "what was saved" : "something else");
    return right ? 0 : 1;
}

static int save(const struct Options *options) {
    fill(options->seed);
    const char *problem = kl_store_save(parameters, PARAMETERS, options->fingerprint);
    say(problem ? "not saved: " : "saved", problem ? problem : "");
    return problem ? 1 : 0;
}

int main(int argc, char **argv) {
    struct Options options = {true, true, 1, 0x600D};
    if (!read_options(argc, argv, &options)) {
        kl_put("usage: store [do=save|load] [seed=N] [fingerprint=N]\n");
        return 2;
    }
    bool is_empty;
    if (!options.loads)
        return save(&options);
    const int result = load(&options, &is_empty);
    if (!options.saves || !is_empty)
        return result;
    if (save(&options) != 0)
        return 1;
#if KL_CORTEX_M
    kl_system_reset();
#else
    memset(third, 0, sizeof third);
    return load(&options, &is_empty);
#endif
}
