// SPDX-License-Identifier: Apache-2.0

// The network, wired by hand: which unit reads and writes which buffer, forward and backward.

#include "model.h"

#include "runtime/marker.h"
#include "units.h"

#include <string.h>

enum {
    WIDE = 4096,         // elements of the largest tensor: 16x16x16 and 8x8x64
    NARROW = 8 * 8 * 32, // elements of the residual connection
    FEATURES = 96,
    SCRATCH_BYTES = 2432, // checked by model_start
};

// The arena. Activations are dead when the backward pass begins, and gradients when it ends.
static union {
    struct {
        int8_t one[WIDE];
        int8_t two[WIDE];
        int8_t skip[NARROW];
        int8_t features[FEATURES];
    } forward;
#if FASHION_SPARSE
    struct {
        kl_grad one[WIDE];
        kl_grad two[WIDE];
        kl_grad skip[NARROW];
    } backward;
#endif
} arena __attribute__((aligned(4)));

static uint8_t scratch[SCRATCH_BYTES] __attribute__((aligned(4)));
static int8_t logits[CLASSES];

#if FASHION_SPARSE
static uint8_t add_mask[NARROW / 8];
const char model_scheme[] = "sparse";
const char model_learning_rate[] = "0.003";
#else
const char model_scheme[] = "classifier";
const char model_learning_rate[] = "0.01";
#endif

const char *model_start(void) {
    for (int i = 0; i < UNIT_COUNT; i++) {
        if (unit_scratch_bytes(&units[i]) > SCRATCH_BYTES)
            return "needs more scratch memory than SCRATCH_BYTES";
        unit_start(&units[i]);
    }
    return NULL;
}

int8_t *model_image(void) {
    return arena.forward.one;
}

uint8_t *model_workspace(void) {
    return (uint8_t *)arena.forward.two;
}

static void run(enum UnitName name, bool training, const int8_t *input, int8_t *output) {
    unit_forward(&units[name], training, input, output, scratch);
}

static void forward(bool training) {
    int8_t *one = arena.forward.one, *two = arena.forward.two, *skip = arena.forward.skip;
    run(STEM, training, one, two);                   // 32x32x1 -> 16x16x16
    run(STEM_DEPTHWISE, training, two, one);         // -> 8x8x16
    run(STEM_PROJECT, training, one, skip);          // -> 8x8x32
    run(BLOCK1_EXPAND, training, skip, one);         // -> 8x8x64
    run(BLOCK1_DEPTHWISE, training, one, two);       // -> 8x8x64
    run(BLOCK1_PROJECT, training, two, one);         // -> 8x8x32
    kl_add_s8(&fashion_block1_add, skip, one, skip); // -> 8x8x32
#if FASHION_SPARSE
    if (training)
        kl_clamp_mask_s8(skip, NARROW, fashion_block1_add.activation_min,
                         fashion_block1_add.activation_max, add_mask);
#endif
    run(BLOCK2_EXPAND, training, skip, one);   // -> 8x8x64
    run(BLOCK2_DEPTHWISE, training, one, two); // -> 4x4x64
    run(BLOCK2_PROJECT, training, two, one);   // -> 4x4x48
    run(HEAD, training, one, two);             // -> 4x4x96
    kl_average_pool_s8(&fashion_pool, two, arena.forward.features);
    run(CLASSIFIER, training, arena.forward.features, logits);
}

int32_t model_classify(void) {
    forward(false);
    return kl_argmax_s8(logits, CLASSES);
}

#if FASHION_SPARSE

static void back(enum UnitName name, kl_sgd *sgd, kl_gradient *output, kl_gradient *input) {
    unit_backward(&units[name], sgd, output, input, scratch);
}

static void backward(kl_sgd *sgd, kl_gradient *logit_gradient) {
    kl_gradient one = {.data = arena.backward.one}, two = {.data = arena.backward.two};
    kl_gradient skip = {.data = arena.backward.skip};
    back(CLASSIFIER, sgd, logit_gradient, &one);
    kl_average_pool_input_gradient(&fashion_pool, &one, &two);
    back(HEAD, sgd, &two, &one);
    back(BLOCK2_PROJECT, sgd, &one, &two);
    back(BLOCK2_DEPTHWISE, sgd, &two, &one);
    back(BLOCK2_EXPAND, sgd, &one, &two);
    // The sum passes its gradient on to both inputs; that of the skipped branch waits.
    kl_gradient_apply_mask(&two, NARROW, add_mask);
    memcpy(skip.data, two.data, NARROW * sizeof(kl_grad));
    skip.exponent = two.exponent;
    back(BLOCK1_PROJECT, sgd, &two, &one);
    back(BLOCK1_DEPTHWISE, sgd, &one, &two);
    back(BLOCK1_EXPAND, sgd, &two, &one);
    kl_gradient_add(&one, &skip, NARROW);
    back(STEM_PROJECT, sgd, &one, &two);
    back(STEM_DEPTHWISE, sgd, &two, &one);
    back(STEM, sgd, &one, NULL);
}

#else

static void backward(kl_sgd *sgd, kl_gradient *logit_gradient) {
    unit_backward(&units[CLASSIFIER], sgd, logit_gradient, NULL, scratch);
}

#endif

float model_train(int32_t label, kl_sgd *sgd) {
    kl_phase_begin(KL_PHASE_FORWARD);
    forward(true);
    kl_phase_end(KL_PHASE_FORWARD);

    kl_phase_begin(KL_PHASE_BACKWARD);
    float work[CLASSES];
    kl_grad mantissas[CLASSES];
    kl_gradient gradient = {.data = mantissas};
    const float loss =
        kl_softmax_cross_entropy_s8(logits, CLASSES, FASHION_classifier_OUTPUT_SCALE,
                                    FASHION_classifier_OUTPUT_ZERO_POINT, label, work, &gradient);
    backward(sgd, &gradient);
    kl_phase_end(KL_PHASE_BACKWARD);
    return loss;
}

uint32_t model_hash(void) {
    uint32_t hash = 0x811c9dc5u;
    for (int i = 0; i < UNIT_COUNT; i++)
        hash = unit_hash(&units[i], hash);
    return hash;
}
