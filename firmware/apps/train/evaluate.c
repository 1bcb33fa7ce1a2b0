// SPDX-License-Identifier: Apache-2.0
#include "evaluate.h"

#include "order.h"

#include "runtime/marker.h"
#include "runtime/model.h"
#include "runtime/text.h"

static void put_share(const char *metric, uint32_t right, uint32_t count) {
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
}

bool evaluate(struct Samples *samples, uint32_t count, const char *metric) {
    if (count == 0)
        return true;
    if (count > samples->files.count)
        count = samples->files.count;
    uint32_t right = 0;
    kl_phase_begin(KL_PHASE_EVALUATION);
    for (uint32_t i = 0; i < count; i++) {
        int32_t label;
        // Files may be sorted by class: their first samples would be no fair sample.
        if (!samples_choose(samples, order_sample(i, samples->files.count, 0), &label))
            return false;
        if (!kl_model_forward()) {
            samples_put_error(samples);
            return false;
        }
        right += kl_argmax_s8(kl_model_logits(), kl_model.classes) == label;
    }
    kl_phase_end(KL_PHASE_EVALUATION);
    put_share(metric, right, count);
    return true;
}
