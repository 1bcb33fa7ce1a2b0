// SPDX-License-Identifier: GPL-2.0-or-later
#include "CUnicorn.h"
#ifdef KINGLET_STORE_FAST_PATH
// placeholder wrappers until Emulation lands
typedef struct { unsigned int bits; } kl_attrs;
void __real_tlb_set_page_with_attrs_arm(void *, uint32_t, uint64_t, kl_attrs, int, int, uint32_t);
void __wrap_tlb_set_page_with_attrs_arm(void *c, uint32_t v, uint64_t p, kl_attrs a, int r, int m, uint32_t s);
void __wrap_tlb_set_page_with_attrs_arm(void *c, uint32_t v, uint64_t p, kl_attrs a, int r, int m, uint32_t s) {
  __real_tlb_set_page_with_attrs_arm(c, v, p, a, r, m, s);
}
void __real_tlb_protect_code_arm(void *, uint64_t);
void __wrap_tlb_protect_code_arm(void *u, uint64_t a);
void __wrap_tlb_protect_code_arm(void *u, uint64_t a) { __real_tlb_protect_code_arm(u, a); }
#endif
