// SPDX-License-Identifier: Apache-2.0

// Trains the model that it is linked with: classifies test samples, trains sample by sample or
// batch by batch, classifies again, and prints a hash of what was trained.

#include "evaluate.h"
#include "options.h"
#include "order.h"
#include "parameters.h"
#include "samples.h"

#include "runtime/marker.h"
#include "runtime/model.h"
#include "runtime/text.h"

static struct Samples training, test;

static void report_loss(uint32_t first, uint32_t last, float sum) {
    kl_put("steps ");
    kl_put_unsigned(first);
    kl_put(" to ");
    kl_put_unsigned(last);
    kl_put(": mean loss ");
    kl_put_float(sum / (float)(last - first + 1), 4);
    kl_put("\n");
}

// One step: `batch` samples from `position` of the order on. Sets their mean loss.
static bool train_batch(const struct Options *options, uint32_t position, kl_sgd *sgd,
                        float *mean) {
    float sum = 0;
    for (uint32_t i = 0; i < options->batch; i++) {
        float loss;
        int32_t label;
        const uint32_t sample = order_sample(position + i, training.files.count, options->seed);
        training.mirrored = options->mirror && order_mirrors(position + i, options->seed);
        training.down = order_shift(position + i, options->seed, 0, options->shift);
        training.right = order_shift(position + i, options->seed, 1, options->shift);
        if (!samples_choose(&training, sample, &label))
            return false;
        sgd->hold = i + 1 < options->batch;
        if (!kl_model_train(label, sgd, &loss)) {
            samples_put_error(&training);
            return false;
        }
        sum += loss;
    }
    *mean = sum / (float)options->batch;
    return true;
}

static bool train(const struct Options *options) {
    kl_sgd sgd = {
        .rounding = options->rounding,
        .residual = kl_model.accumulates ? KL_ACCUMULATE : (kl_residual)kl_model.residual_bits,
        .quantization_aware_scaling = options->scaling,
        .random_state = (options->seed * 2654435761u) | 1, // neighbours are far apart
    };
    const float rate = options->learning_rate / (float)options->batch;
    float sum = 0;
    uint32_t first = 0;
    for (uint32_t step = 0; step < options->steps; step++) {
        float loss;
        kl_step_begin(step);
        sgd.learning_rate = rate * schedule_factor(options->schedule, step, options->steps);
        if (!train_batch(options, step * options->batch, &sgd, &loss))
            return false;
        kl_loss(loss);
        kl_step_end(step);
        sum += loss;
        if (step - first + 1 == options->report || step + 1 == options->steps) {
            report_loss(first, step, sum);
            first = step + 1;
            sum = 0;
        }
    }
    return true;
}

static void introduce(void) {
    kl_put("model: ");
    kl_put(kl_model.name);
    kl_put(", scheme: ");
    kl_put(kl_model.scheme);
    kl_put("\n");
}

int main(int argc, char **argv) {
    struct Options options;
    if (!options_read(&options, argc, argv))
        return 2;
    introduce();
    kl_model_reset();
    if (options.load)
        parameters_load();
    if (options.steps > 0 && !samples_open(&training, "train-images.idx", "train-labels.idx"))
        return 1;
    if (!options_resolve(&options, training.files.count))
        return 2;
    if (options.eval > 0 && !samples_open(&test, "test-images.idx", "test-labels.idx"))
        return 1;
    if (!evaluate(&test, options.eval, "accuracy_before"))
        return 1;
    if (options.steps > 0 && (!train(&options) || !evaluate(&test, options.eval, "accuracy_after")))
        return 1;
    kl_put("weights: ");
    kl_put_hex(parameters_hash());
    kl_put("\n");
    return options.save && !parameters_save() ? 1 : 0;
}
