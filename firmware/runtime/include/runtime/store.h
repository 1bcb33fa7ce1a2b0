// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_STORE_H
#define RUNTIME_STORE_H

// Trained parameters that survive a reset: one copy in the room of runtime/flash.h.
//
// Saving first makes the copy before it invalid, then erases each sector that it needs once, writes
// the parameters, and only then what declares them valid. So power that fails leaves the old copy,
// nothing, or the new copy, and never a mixture.

#include "runtime/model.h"

#include <stdint.h>

// Null, or the reason why nothing is saved. `fingerprint` says what the parameters belong to
// (kl_model_info.fingerprint).
const char *kl_store_save(const kl_parameter *parameters, int32_t count, uint32_t fingerprint);

// Null when all parameters hold what was saved; else the reason, and they are as they were.
const char *kl_store_load(const kl_parameter *parameters, int32_t count, uint32_t fingerprint);

// The reason that kl_store_load returns when nothing was ever saved, or power failed while it was.
extern const char kl_store_is_empty[];

#endif
