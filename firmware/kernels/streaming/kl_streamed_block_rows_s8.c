// SPDX-License-Identifier: Apache-2.0
#include "streaming/stream.h"

bool kl_streamed_block_rows_s8(const kl_streamed_block *block, kl_row_source source, void *context,
                               int8_t *output, void *scratch) {
    kl_stream_input rows = {0, source, context};
    return kl_stream_rows(block, &rows, output, scratch);
}
