// SPDX-License-Identifier: GPL-2.0-or-later
#include "CodeWriter.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

__attribute__((weak)) void *g_hash_table_lookup(void *table, const void *key);
__attribute__((weak)) void g_hash_table_insert(void *table, void *key, void *value);

// Helpers that read and write nothing of the core but what they are given, Q and the flags of VCMP.
#define HELPERS(use)                                                                               \
    use(helper_add_setq_arm) use(helper_vfp_adds_arm) use(helper_vfp_subs_arm)                     \
        use(helper_vfp_muls_arm) use(helper_vfp_divs_arm) use(helper_vfp_muladds_arm)              \
            use(helper_vfp_sitos_arm) use(helper_vfp_uitos_arm) use(helper_vfp_tosizs_arm)         \
                use(helper_vfp_touizs_arm) use(helper_vfp_tosis_arm) use(helper_vfp_cmps_arm)      \
                    use(helper_vfp_cmpes_arm) use(helper_ssat_arm) use(helper_usat_arm)            \
                        use(helper_ssub8_arm) use(helper_sadd16_arm) use(helper_uadd8_arm)         \
                            use(helper_usub8_arm)

#define DECLARE(name) __attribute__((weak)) void name(void);
#define LIST(name) (void *)name,
HELPERS(DECLARE)
static void *const helpers[] = {HELPERS(LIST)};

// Of 2.0.1, on 64-bit machines: in the translator's context, what it knows of helpers.
enum { KNOWN = 0x90E0 };

typedef struct {
    void *function;
    const char *name;
    uint32_t flags;
    uint32_t sizes;
} helper;

// A helper's flag: it neither reads nor writes what translations may keep in the host's registers,
// r0 to r15 and the flags.
enum { LEAVES_REGISTERS = 1, COUNT = sizeof helpers / sizeof *helpers };

bool kl_keep_registers(uc_engine *engine) {
    // Every engine writes the same here.
    static helper changed[COUNT];
    if (g_hash_table_lookup == NULL || g_hash_table_insert == NULL) {
        return false;
    }
    const uint8_t *context = kl_translator(engine);
    if (context == NULL) {
        return false;
    }
    void *known = (void *)kl_read64(context + KNOWN);
    for (int i = 0; i < COUNT; i++) {
        const helper *old = g_hash_table_lookup(known, helpers[i]);
        if (old != NULL && old->function == helpers[i]) {
            helper new = *old;
            new.flags |= LEAVES_REGISTERS;
            changed[i] = new;
            g_hash_table_insert(known, helpers[i], &changed[i]);
        }
    }
    return true;
}

#else

bool kl_keep_registers(uc_engine *engine) {
    (void)engine;
    return false;
}

#endif
