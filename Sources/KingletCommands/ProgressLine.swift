// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM

/// One line of a terminal that is written over and over.
struct ProgressLine {
    private var isVisible = false
    private var start: (instant: ContinuousClock.Instant, cycles: UInt64)?
    private var lastUpdate: ContinuousClock.Instant?

    /// What to write to the terminal; nil when the last update is too fresh.
    mutating func update(_ progress: RunProgress, now: ContinuousClock.Instant) -> String? {
        if let lastUpdate, now - lastUpdate < .milliseconds(100) { return nil }
        lastUpdate = now
        isVisible = true
        var parts = ["\(progress.cycles / 1_000_000) M cycles"]
        if let step = progress.step { parts.append("step \(step)") }
        if let phase = progress.phase {
            parts.append(String(phase.filter { $0.isLetter || $0 == "_" }.prefix(24)))
        }
        if let start {
            let elapsed = now - start.instant
            let seconds =
                Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            if seconds > 0 {
                let rate = Double(progress.cycles - min(start.cycles, progress.cycles)) / seconds
                parts.append("\(Int((rate / 1e6).rounded())) M cycles/s")
            }
        } else {
            start = (now, progress.cycles)
        }
        return "\r\u{1B}[K" + parts.joined(separator: "  ")
    }

    /// What removes the line, if there is one.
    mutating func erase() -> String? {
        guard isVisible else { return nil }
        isVisible = false
        return "\r\u{1B}[K"
    }
}
