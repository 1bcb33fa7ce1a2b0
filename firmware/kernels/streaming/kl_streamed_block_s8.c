// SPDX-License-Identifier: Apache-2.0
#include "streaming/stream.h"

void kl_streamed_block_s8(const kl_streamed_block *block, const int8_t *input, int8_t *output,
                          void *scratch) {
    kl_stream_input whole = {input, 0, 0};
    (void)kl_stream_rows(block, &whole, output, scratch);
}
