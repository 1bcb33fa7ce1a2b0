// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// A run's energy in words.
package enum EnergyText {
    /// "1.25 mJ per step", or "8.31 mJ in all" of a run without steps.
    package static func amount(_ energy: EnergyRecord) -> String {
        energy.stepMeanJoules.map { "\(Figures.joules($0)) per step" }
            ?? "\(Figures.joules(energy.totalJoules)) in all"
    }

    /// "1.25 mJ per step, 251 mJ in all, 1.2 uJ of it asleep (estimated: 6.3 mA at 3 V, …)"
    package static func line(_ energy: EnergyRecord) -> String {
        var text = amount(energy)
        if energy.stepMeanJoules != nil {
            text += ", \(Figures.joules(energy.totalJoules)) in all"
        }
        if energy.sleepJoules > 0 {
            text += ", \(Figures.joules(energy.sleepJoules)) of it asleep"
        }
        return text + " (\(energy.basis.printable): \(conditions(energy)))"
    }

    /// "6.3 mA at 3 V; ldo-flash, code in flash: the table's row of 64 MHz"
    package static func conditions(_ energy: EnergyRecord) -> String {
        "\(Figures.significant(energy.runMilliamperes)) mA at "
            + "\(Figures.significant(energy.supplyVolts)) V; \(energy.mode.printable)"
    }

    /// "2,143,000 steps on a CR2032 (225 mAh, 3 V)"; nil without a battery or steps.
    package static func battery(_ energy: EnergyRecord) -> String? {
        guard let battery = energy.battery, let steps = energy.stepsPerCharge else { return nil }
        return "\(Figures.significant(steps)) steps on one charge of \(battery.name.printable) ("
            + "\(Figures.significant(battery.milliampereHours)) mAh, "
            + "\(Figures.significant(battery.volts)) V)"
    }
}

extension Figures {
    /// Four significant digits with the unit that suits: "1.25 mJ", "930 nJ".
    package static func joules(_ value: Double) -> String {
        for (scale, unit) in [(1.0, "J"), (1e-3, "mJ"), (1e-6, "uJ")]
        where value.magnitude >= scale * 0.99995 {
            return "\(significant(value / scale)) \(unit)"
        }
        return "\(significant(value / 1e-9)) nJ"
    }

    /// Four significant digits, without zeros at the end: "1.25", "2,143,000".
    package static func significant(_ value: Double) -> String {
        guard value.isFinite, value != 0, value.magnitude < 1e15, value.magnitude >= 1e-6 else {
            return value == 0 ? "0" : fixed(value, decimals: 0)
        }
        var scale = 1.0
        while value.magnitude / scale >= 9999.5 { scale *= 10 }
        guard scale == 1 else { return fixed((value / scale).rounded() * scale, decimals: 0) }
        var decimals = 0
        var limit = 1000.0
        while decimals < 9, value.magnitude < limit * 0.99995 {
            decimals += 1
            limit /= 10
        }
        var text = fixed(value, decimals: decimals)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
