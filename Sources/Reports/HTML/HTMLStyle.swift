// SPDX-License-Identifier: GPL-2.0-or-later

enum HTMLStyle {
    /// Follows the reader's choice of light or dark.
    static let sheet = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #667; --rule: #d6d9de; \
        --ground: #fff; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e4e7eb; --soft: #9aa3ad; --rule: #3a4048; --ground: #14171a; }
        }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); \
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; }
        th, td { padding: .15rem .9rem; border-bottom: 1px solid var(--rule); text-align: right; \
        font-variant-numeric: tabular-nums; }
        tbody th { font-weight: normal; } th:first-child { text-align: left; }
        th.part { padding-left: 2rem; color: var(--soft); }
        svg { width: 100%; height: auto; display: block; overflow: visible; }
        svg text { font-size: 13px; fill: var(--soft); font-variant-numeric: tabular-nums; }
        .grid { stroke: var(--rule); } .limit { stroke: var(--ink); stroke-width: 2; }
        polyline { fill: none; } .faint { opacity: .25; } .mean { stroke-width: 2; }
        .key { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; \
        margin: .3rem 0; }
        .key i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; }
        .note, li { color: var(--soft); overflow-wrap: anywhere; } pre { overflow-x: auto; }
        .key li { color: var(--ink); }
        @media (max-width: 40rem) {
          svg text { font-size: 24px; }
          th, td { padding: .15rem .3rem; } th.part { padding-left: .9rem; }
        }
        """
}
