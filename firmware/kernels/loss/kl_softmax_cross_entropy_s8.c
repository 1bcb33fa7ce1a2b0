// SPDX-License-Identifier: Apache-2.0
#include "kinglet/backward.h"
#include "kinglet/loss.h"

float kl_softmax_cross_entropy_s8(const int8_t *logits, int32_t classes, float scale,
                                  int32_t zero_point, int32_t label, float *work,
                                  kl_gradient *logit_gradient) {
    // The zero point cancels when the largest logit is subtracted.
    (void)zero_point;
    int32_t largest = logits[kl_argmax_s8(logits, classes)];
    float sum = 0.0F;
    for (int32_t i = 0; i < classes; i++) {
        work[i] = kl_expf(scale * (float)(logits[i] - largest));
        sum = sum + work[i];
    }
    float loss = kl_logf(sum) - scale * (float)(logits[label] - largest);
    for (int32_t i = 0; i < classes; i++)
        work[i] = work[i] / sum;
    work[label] = work[label] - 1.0F;
    kl_gradient_from_float(work, classes, logit_gradient);
    return loss;
}
