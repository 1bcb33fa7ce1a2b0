// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_FAST_PATH_H
#define KINGLET_FAST_PATH_H

// What Kinglet finds inside Unicorn to be faster; see README.md. Included by CUnicorn.h.

// The store fast path; see README.md. One context per engine, entered by the thread that runs it.

enum { KL_MAX_REGIONS = 32 };

typedef struct {
    uint64_t origin;
    uint64_t length;
    // One byte per page, 1 when code was translated from it. Aliases share the bytes.
    uint8_t *code_pages;
} kl_region;

typedef struct {
    // What Unicorn calls CPUState; NULL until kl_fast_path_install found it.
    void *cpu;
    // Whose CODE hooks it has.
    kl_state *state;
    bool enabled;
    // Translations may be written to. And a stop is wanted at the next block's entry at the
    // earliest, so they need not ask after each load and store.
    bool owns_translations;
    uint32_t page_bits;
    uint32_t region_count;
    kl_region regions[KL_MAX_REGIONS];
} kl_fast_path;

// Whether the Unicorn in use has what the fast path calls.
bool kl_fast_path_is_linked(void);

// Whether Unicorn is a part of this program; else it is the shared library.
bool kl_is_unicorn_static(void);

// Whether translations can do the accounting themselves where Unicorn is linked like this: it is
// a part of this program, of the version whose insides are known, on x86-64.
bool kl_can_account_inside(void);

// Puts our function between this engine's core and its page translation. False when the place is
// not found for sure; everything works without, but slower.
bool kl_fast_path_install(uc_engine *engine, kl_fast_path *context);

// Whether the insides of translations are known: of this version, and with r0 to r15 where they are
// expected.
bool kl_knows_translations(const kl_fast_path *context, const uint32_t *registers);

// Makes `context` the one that the thread's page translations use; returns the one before.
kl_fast_path *kl_fast_path_enter(kl_fast_path *context);

// Notes that code was translated from these bytes: their pages store the slow way from now on.
// Returns true when a page is new.
bool kl_mark_code(kl_fast_path *context, uint64_t address, uint32_t size);

// Forgets every page translation; the next access of each page decides anew.
void kl_flush_pages(kl_fast_path *context);

// Whether code was translated from any page of this range.
bool kl_has_code(const kl_fast_path *context, uint64_t address, uint64_t size);

// The words of r0 to r15 where the core keeps them, or NULL when they cannot be told for sure.
uint32_t *kl_registers(uc_engine *engine, const kl_fast_path *context);

// The following change Unicorn's code in this process, once, before its first engine that counts;
// see README.md. False where that is not possible: slower, same results. All but the first are only
// for a Unicorn that is a part of this program, of the one version whose insides are known.

// A faster function for SMLAD, SMLABB and their kin, which writes itself over its calls.
bool kl_replace_saturation_helper(void);

// A faster function for VFMA.F32.
bool kl_replace_float_helpers(void);

// One that leads from translations to CODE hooks without a list of hooks, and writes what a mark
// asks for over its calls.
bool kl_replace_trace_helper(void);

// Translations jump to known addresses directly, to other pages too: where pages lie never changes.
bool kl_join_pages(void);

// Translations do not ask after each load and store whether a stop was requested, in engines that
// stop between blocks.
bool kl_replace_exit_checks(void);

// For one engine: translations keep the firmware's registers in the host's over calls that do not
// touch them.
bool kl_keep_registers(uc_engine *engine);

// Has an engine that has not run yet keep so many bytes of translations at most, instead of a GiB;
// kl_discard_translations writes zeros over as many. What lies behind becomes room for code beside
// translations. False where Unicorn's words for that are not found for sure.
bool kl_bound_translations(uc_engine *engine, kl_state *state, uint64_t bytes);

// Drops all translations, and writes zeros over all memory that the engine may use for them. Not
// during a run.
static inline uc_err kl_discard_translations(uc_engine *engine) {
    return uc_ctl_flush_tlb(engine);
}

// Bytes of the translations that the engine keeps, those of code that is gone among them; 0 where
// that is not known.
uint64_t kl_translated_bytes(uc_engine *engine);

#endif
