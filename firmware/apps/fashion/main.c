// SPDX-License-Identifier: Apache-2.0

// Learns on the device: a network pretrained on clean Fashion-MNIST images is given a camera with
// column noise, and trained, one image a step, on what that camera sees.

#include "model.h"
#include "options.h"
#include "random.h"
#include "runtime/idx.h"
#include "runtime/marker.h"
#include "runtime/text.h"

#include <stddef.h>

static struct KlImageSet images;

// Puts image `index`, as the camera sees it, where the model expects it.
static bool read_image(uint32_t index, uint8_t *label) {
    kl_phase_begin(KL_PHASE_INPUT);
    uint8_t *brightness = model_workspace();
    const bool read = kl_image_set_seek(&images, index, 0) &&
                      kl_image_set_read(&images, brightness, PHOTO_SIDE * PHOTO_SIDE) &&
                      kl_image_set_label(&images, index, label) && *label < CLASSES;
    if (read)
        sensor_take(brightness, model_image());
    else
        kl_put("error: an image cannot be read, or its label is not 0...9\n");
    kl_phase_end(KL_PHASE_INPUT);
    return read;
}

// Classifies the first `count` held-out images, and reports the share that was right.
static bool evaluate(const char *metric, uint32_t count) {
    uint32_t right = 0;
    if (count == 0)
        return true;
    kl_phase_begin(KL_PHASE_EVALUATION);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t label;
        if (!read_image(LEARNING_IMAGES + i, &label))
            return false;
        right += model_classify() == label;
    }
    kl_phase_end(KL_PHASE_EVALUATION);
    const float share = (float)right / (float)count;
    kl_metric(metric, share);
    kl_put(metric);
    kl_put(": ");
    kl_put_float(share, 4);
    kl_put(" (");
    kl_put_unsigned(right);
    kl_put(" of ");
    kl_put_unsigned(count);
    kl_put(")\n");
    return true;
}

static void report_loss(uint32_t first, uint32_t last, float sum) {
    kl_put("steps ");
    kl_put_unsigned(first);
    kl_put(" to ");
    kl_put_unsigned(last);
    kl_put(": mean loss ");
    kl_put_float(sum / (float)(last - first + 1), 4);
    kl_put("\n");
}

static bool train(const struct Options *options) {
    kl_sgd sgd = {
        .learning_rate = options->learning_rate,
        .rounding = KL_ROUND_NEAREST,
        .residual = KL_RESIDUAL_8,
        .quantization_aware_scaling = 1,
        .random_state = 1,
    };
    uint32_t state = random_start(options->seed);
    float sum = 0;
    uint32_t first = 0;
    for (uint32_t step = 0; step < options->steps; step++) {
        uint8_t label;
        kl_step_begin(step);
        if (!read_image(random_below(&state, LEARNING_IMAGES), &label))
            return false;
        const float loss = model_train(label, &sgd);
        kl_loss(loss);
        kl_step_end(step);
        sum += loss;
        if (step - first == 49 || step + 1 == options->steps) {
            report_loss(first, step, sum);
            first = step + 1;
            sum = 0;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    struct Options options;
    if (!options_read(&options, argc, argv))
        return 2;
    const char *name = "model";
    const char *reason = model_start();
    if (reason == NULL)
        reason =
            kl_image_set_open(&images, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", &name);
    if (reason == NULL && (images.height != PHOTO_SIDE || images.width != PHOTO_SIDE ||
                           images.channels != 1 || images.is_signed))
        reason = "does not hold images of 28x28 unsigned bytes";
    if (reason == NULL && images.count < LEARNING_IMAGES + HELD_OUT_IMAGES)
        reason = "holds fewer than 10000 images";
    if (reason != NULL) {
        kl_put("error: ");
        kl_put(name);
        kl_put(" ");
        kl_put(reason);
        kl_put("\n");
        return 1;
    }
    sensor_start(options.sensor);
    kl_put("scheme: ");
    kl_put(model_scheme);
    kl_put("\n");
    if (!evaluate("accuracy_before", options.eval) || !train(&options) ||
        !evaluate("accuracy_after", options.eval))
        return 1;
    kl_put("weights: ");
    kl_put_hex(model_hash());
    kl_put("\n");
    kl_image_set_close(&images);
    return 0;
}
