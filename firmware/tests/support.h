// SPDX-License-Identifier: Apache-2.0
/// What the kernel tests share: seeded random numbers, checks, random layers.
#ifndef KINGLET_TESTS_SUPPORT_H
#define KINGLET_TESTS_SUPPORT_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinglet/kinglet.h"

extern int32_t failures;

/// Records a failure with a message, at most 20 of them in full.
#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition) && failures++ < 20) {                                                     \
            printf("%s:%d: ", __FILE__, __LINE__);                                                 \
            printf(__VA_ARGS__);                                                                   \
            printf("\n");                                                                          \
        }                                                                                          \
    } while (0)

/// Prints the verdict; the value for main to return.
int finish(const char *name, int32_t cases);

void seed_random(uint64_t seed);
/// Uniform in low...high.
int32_t random_between(int32_t low, int32_t high);
/// Uniform in [0, 1).
double random_unit(void);
void random_bytes(int8_t *values, int32_t count, int32_t low, int32_t high);
void random_mantissas(kl_grad *values, int32_t count);

/// TFLite's QuantizeMultiplier.
void quantize_multiplier(double real, int32_t *multiplier, int32_t *shift);

enum { MAX_CHANNELS = 64, MAX_ELEMENTS = 1 << 14, MAX_WEIGHTS = 1 << 14 };

/// A random layer with everything that belongs to it. Arrays end where the tensors end, each in
/// its own heap block, so that an address sanitizer sees every access outside.
typedef struct {
    kl_conv_layer layer;
    int32_t depthwise;
    int32_t dense; ///< fully connected
    int32_t multipliers[MAX_CHANNELS];
    int8_t shifts[MAX_CHANNELS];
    float weight_scales[MAX_CHANNELS];
    float input_scale;
    float output_scale;
    int8_t *input;
    int8_t *output;
    int8_t *weights; ///< all of them, the trained ones included
    int32_t *bias;
    kl_grad *output_gradient;
    kl_weights split; ///< the same weights, perhaps split in base and overlay
    int8_t *base;
    int8_t *overlay;
    uint16_t *selected;
    void *scratch;
} test_layer;

typedef enum { CONVOLUTION, POINTWISE, FULLY_CONNECTED, DEPTHWISE } layer_kind;

/// Builds a random layer; `largest` bounds height and width.
test_layer *make_layer(layer_kind kind, int32_t largest);
/// A random layer on an input of this shape, with this many output channels (0: any).
test_layer *make_layer_on(layer_kind kind, const kl_shape *input, int32_t output_channels);
void free_layer(test_layer *test);
/// Fresh scratch of exactly this size (replaces the former).
void *scratch_of(test_layer *test, int32_t bytes);

int32_t input_count(const test_layer *test);
int32_t output_count(const test_layer *test);
int32_t weight_count(const test_layer *test);

#endif
