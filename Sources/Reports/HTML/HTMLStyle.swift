// SPDX-License-Identifier: GPL-2.0-or-later

enum HTMLStyle {
    /// Follows the reader's choice of light or dark, and the width of the screen.
    static let sheet = [colours, text, tables, parts, pictures, narrow].joined(separator: "\n")

    /// Series `--s0` to `--s7` differ in lightness as well as in hue, for readers of any colour vision,
    /// and stand out from their ground by 3:1 (WCAG 2.1, 1.4.11).
    private static let colours = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --rule: #d6d9de; \
        --ground: #fff; --card: #f5f6f8; --pass: #136f3f; --warn: #8a5a00; --fail: #b42318;
          --s0: #1f5fae; --s1: #d9730d; --s2: #0f8a68; --s3: #a63d88; --s4: #3d9bd1; --s5: #8f7300; \
        --s6: #5b3fa8; --s7: #858d97; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e9ed; --soft: #a0a9b4; --rule: #3a4048; --ground: #14171a; \
        --card: #1d2126; --pass: #5fd39b; --warn: #f0bd62; --fail: #ff8b7e;
          --s0: #6aaaf0; --s1: #f2a34f; --s2: #3fbf9a; --s3: #dd8cc6; --s4: #a5d8f7; --s5: #d6bd4a; \
        --s6: #a993ee; --s7: #8b949f; }
        }
        .s0 { --s: var(--s0); } .s1 { --s: var(--s1); } .s2 { --s: var(--s2); } \
        .s3 { --s: var(--s3); } .s4 { --s: var(--s4); } .s5 { --s: var(--s5); } \
        .s6 { --s: var(--s6); } .s7 { --s: var(--s7); }
        """

    private static let text = """
        * { box-sizing: border-box; }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); \
        max-width: 62rem; margin: 2rem auto; padding: 0 1rem; -webkit-text-size-adjust: 100%; }
        h1, h2, h3, p, li, summary, figcaption { overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
        .note, li, .lead { color: var(--soft); } .note { font-size: .87rem; margin: .3rem 0; }
        pre, .wide { overflow-x: auto; } pre { background: var(--card); padding: .6rem .8rem; }
        code { overflow-wrap: anywhere; font-size: .87em; }
        summary { cursor: pointer; padding: .3rem 0; font-weight: 600; }
        details { border-top: 1px solid var(--rule); padding: .2rem 0; margin: .6rem 0; }
        """

    private static let tables = """
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .93rem; }
        th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; \
        vertical-align: top; white-space: nowrap; unicode-bidi: isolate; }
        th:first-child, .words th, .words td { text-align: left; }
        tbody th, .words td { white-space: normal; overflow-wrap: break-word; }
        tbody th { font-weight: normal; min-width: 9rem; max-width: 22rem; }
        thead th { color: var(--soft); font-weight: 600; white-space: normal; \
        overflow-wrap: break-word; min-width: 4.5rem; max-width: 12rem; }
        th.part { padding-left: 2rem; color: var(--soft); }
        """

    private static let parts = """
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); \
        gap: .7rem; margin: 1rem 0; padding: 0; }
        .card { background: var(--card); border-radius: .5rem; padding: .7rem .9rem; min-width: 0; \
        overflow-wrap: anywhere; }
        .card b { display: block; font-size: 1.35rem; line-height: 1.3; font-weight: 650; \
        font-variant-numeric: tabular-nums; }
        .card span { color: var(--soft); font-size: .87rem; display: block; }
        .card svg { margin: .35rem 0 .1rem; }
        .pass { color: var(--pass); } .warn { color: var(--warn); } \
        .fail { color: var(--fail); }
        .verdict { font-weight: 650; }
        """

    private static let pictures = """
        figure { margin: 1.5rem 0; } figcaption { font-weight: 600; }
        svg { width: 100%; height: auto; display: block; }
        svg text { font: 12px system-ui, sans-serif; fill: var(--soft); \
        font-variant-numeric: tabular-nums; }
        svg text.ink { fill: var(--ink); } svg text.small { font-size: 10.5px; }
        .fill { fill: var(--s); } .fill:hover { opacity: .75; }
        .pale { fill: var(--s); fill-opacity: .3; stroke: var(--s); } .pale:hover { fill-opacity: .6; }
        .line { fill: none; stroke: var(--s); stroke-width: 2; } .faint { opacity: .3; stroke-width: 1; }
        .hollow { fill: var(--ground); stroke: var(--s); stroke-width: 2; }
        .grid { stroke: var(--rule); } .axis { stroke: var(--soft); } \
        .limit { stroke: var(--ink); stroke-width: 2; } .track { fill: var(--rule); }
        .front { fill: none; stroke: var(--s); stroke-dasharray: 4 4; }
        .dashed { stroke: var(--ink); stroke-dasharray: 3 3; }
        .key { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; \
        margin: .3rem 0; }
        .key li { color: var(--ink); font-size: .87rem; min-width: 0; }
        .key i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; \
        background: var(--s); border-radius: 2px; }
        .small-screen { display: none; }
        """

    private static let narrow = """
        @media (max-width: 40rem) {
          body { margin: 1rem auto; }
          .large-screen { display: none; } .small-screen { display: block; max-width: 30rem; }
          .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .5rem; }
          .card { padding: .5rem .65rem; } .card b { font-size: 1.1rem; }
          th, td { padding: .2rem .4rem; } th.part { padding-left: .9rem; }
          tbody th { min-width: 6rem; max-width: 10rem; }
          .wide:not(.words) tr > :first-child { position: sticky; left: 0; background: var(--ground); }
        }
        """
}
