// SPDX-License-Identifier: Apache-2.0

// The schemes as tables: what of each layer is trained, and where in SRAM that lives.

#include "units.h"

// Sizes come from weights.h: sizeof a layer's arrays in flash.
#define COUNT(array) ((int32_t)(sizeof(array) / sizeof((array)[0])))

// An input's scale is the output scale of the layer before; pixels have 1/255.
#define PIXEL_SCALE (1.0f / 255.0f)

#define TRAINED_BIASES(name) static int32_t name##_biases[COUNT(fashion_##name##_biases)]

// `from` is the array that the weights start as: fashion_NAME_weights or fashion_NAME_slice.
#define TRAINED_WEIGHTS(name, from)                                                                \
    static int8_t name##_weights[COUNT(from)];                                                     \
    static int8_t name##_residuals[COUNT(from)]

#define BASE(unit_kind, name, scale)                                                               \
    .kind = unit_kind, .layer = &fashion_##name,                                                   \
    .scales = {.weight_scales = fashion_##name##_scales, .input_scale = scale}

#define FROZEN_BIASES(name) .biases = fashion_##name##_biases
#define WITH_BIASES(name)                                                                          \
    .biases = name##_biases, .initial_biases = fashion_##name##_biases,                            \
    .trained_biases = name##_biases, .mask = name##_mask

#define FROZEN_WEIGHTS(name) .weights = {.base = fashion_##name##_weights}

// All input channels are trained: the kernels read the weights from SRAM only.
#define WITH_WEIGHTS(name, inputs)                                                                 \
    .weights = {.base = name##_weights}, .trained_inputs = inputs,                                 \
    .initial_weights = fashion_##name##_weights, .trained_weights = name##_weights,                \
    .residuals = name##_residuals, .kept_input = name##_kept

// Some are: the others stay in flash, with zeros in the place of these.
#define WITH_SLICE(name)                                                                           \
    .weights = {.base = fashion_##name##_rest,                                                     \
                .overlay = name##_weights,                                                         \
                .overlay_channels = fashion_##name##_slice_channels,                               \
                .overlay_count = COUNT(fashion_##name##_slice_channels)},                          \
    .trained_inputs = COUNT(fashion_##name##_slice_channels),                                      \
    .initial_weights = fashion_##name##_slice, .trained_weights = name##_weights,                  \
    .residuals = name##_residuals, .kept_input = name##_kept

TRAINED_BIASES(classifier);
TRAINED_WEIGHTS(classifier, fashion_classifier_weights);
static int8_t classifier_kept[96];
// A clamped logit still passes its gradient: it has to be able to come back.
#define classifier_mask 0

#if FASHION_SPARSE

TRAINED_BIASES(stem);
TRAINED_BIASES(stem_depthwise);
TRAINED_BIASES(stem_project);
TRAINED_BIASES(block1_expand);
TRAINED_BIASES(block1_depthwise);
TRAINED_BIASES(block1_project);
TRAINED_BIASES(block2_expand);
TRAINED_BIASES(block2_depthwise);
TRAINED_BIASES(block2_project);
TRAINED_BIASES(head);

TRAINED_WEIGHTS(block1_expand, fashion_block1_expand_slice);
TRAINED_WEIGHTS(block1_project, fashion_block1_project_slice);
TRAINED_WEIGHTS(block2_expand, fashion_block2_expand_weights);
TRAINED_WEIGHTS(block2_project, fashion_block2_project_slice);
TRAINED_WEIGHTS(head, fashion_head_weights);

// One bit an output element.
static uint8_t stem_mask[16 * 16 * 16 / 8];
static uint8_t stem_depthwise_mask[8 * 8 * 16 / 8];
static uint8_t stem_project_mask[8 * 8 * 32 / 8];
static uint8_t block1_expand_mask[8 * 8 * 64 / 8];
static uint8_t block1_depthwise_mask[8 * 8 * 64 / 8];
static uint8_t block1_project_mask[8 * 8 * 32 / 8];
static uint8_t block2_expand_mask[8 * 8 * 64 / 8];
static uint8_t block2_depthwise_mask[4 * 4 * 64 / 8];
static uint8_t block2_project_mask[4 * 4 * 48 / 8];
static uint8_t head_mask[4 * 4 * 96 / 8];

// The input channels that trained weights see.
static int8_t block1_expand_kept[8 * 8 * COUNT(fashion_block1_expand_slice_channels)];
static int8_t block1_project_kept[8 * 8 * COUNT(fashion_block1_project_slice_channels)];
static int8_t block2_expand_kept[8 * 8 * 32];
static int8_t block2_project_kept[4 * 4 * COUNT(fashion_block2_project_slice_channels)];
static int8_t head_kept[4 * 4 * 48];

const struct Unit units[UNIT_COUNT] = {
    [STEM] = {BASE(CONVOLUTION, stem, PIXEL_SCALE), FROZEN_WEIGHTS(stem), WITH_BIASES(stem)},
    [STEM_DEPTHWISE] = {BASE(DEPTHWISE, stem_depthwise, FASHION_stem_OUTPUT_SCALE),
                        FROZEN_WEIGHTS(stem_depthwise), WITH_BIASES(stem_depthwise)},
    [STEM_PROJECT] = {BASE(CONVOLUTION, stem_project, FASHION_stem_depthwise_OUTPUT_SCALE),
                      FROZEN_WEIGHTS(stem_project), WITH_BIASES(stem_project)},
    [BLOCK1_EXPAND] = {BASE(CONVOLUTION, block1_expand, FASHION_stem_project_OUTPUT_SCALE),
                       WITH_SLICE(block1_expand), WITH_BIASES(block1_expand)},
    [BLOCK1_DEPTHWISE] = {BASE(DEPTHWISE, block1_depthwise, FASHION_block1_expand_OUTPUT_SCALE),
                          FROZEN_WEIGHTS(block1_depthwise), WITH_BIASES(block1_depthwise)},
    [BLOCK1_PROJECT] = {BASE(CONVOLUTION, block1_project, FASHION_block1_depthwise_OUTPUT_SCALE),
                        WITH_SLICE(block1_project), WITH_BIASES(block1_project)},
    [BLOCK2_EXPAND] = {BASE(CONVOLUTION, block2_expand, FASHION_block1_add_OUTPUT_SCALE),
                       WITH_WEIGHTS(block2_expand, 32), WITH_BIASES(block2_expand)},
    [BLOCK2_DEPTHWISE] = {BASE(DEPTHWISE, block2_depthwise, FASHION_block2_expand_OUTPUT_SCALE),
                          FROZEN_WEIGHTS(block2_depthwise), WITH_BIASES(block2_depthwise)},
    [BLOCK2_PROJECT] = {BASE(CONVOLUTION, block2_project, FASHION_block2_depthwise_OUTPUT_SCALE),
                        WITH_SLICE(block2_project), WITH_BIASES(block2_project)},
    [HEAD] = {BASE(CONVOLUTION, head, FASHION_block2_project_OUTPUT_SCALE), WITH_WEIGHTS(head, 48),
              WITH_BIASES(head)},
    [CLASSIFIER] = {BASE(FULLY_CONNECTED, classifier, FASHION_pool_OUTPUT_SCALE),
                    WITH_WEIGHTS(classifier, 96), WITH_BIASES(classifier)},
};

#else

#define FROZEN(unit_kind, name)                                                                    \
    { .kind = unit_kind, .layer = &fashion_##name, FROZEN_WEIGHTS(name), FROZEN_BIASES(name) }

const struct Unit units[UNIT_COUNT] = {
    [STEM] = FROZEN(CONVOLUTION, stem),
    [STEM_DEPTHWISE] = FROZEN(DEPTHWISE, stem_depthwise),
    [STEM_PROJECT] = FROZEN(CONVOLUTION, stem_project),
    [BLOCK1_EXPAND] = FROZEN(CONVOLUTION, block1_expand),
    [BLOCK1_DEPTHWISE] = FROZEN(DEPTHWISE, block1_depthwise),
    [BLOCK1_PROJECT] = FROZEN(CONVOLUTION, block1_project),
    [BLOCK2_EXPAND] = FROZEN(CONVOLUTION, block2_expand),
    [BLOCK2_DEPTHWISE] = FROZEN(DEPTHWISE, block2_depthwise),
    [BLOCK2_PROJECT] = FROZEN(CONVOLUTION, block2_project),
    [HEAD] = FROZEN(CONVOLUTION, head),
    [CLASSIFIER] = {BASE(FULLY_CONNECTED, classifier, FASHION_pool_OUTPUT_SCALE),
                    WITH_WEIGHTS(classifier, 96), WITH_BIASES(classifier)},
};

#endif
