// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import Testing

@Suite("Energy in words")
struct EnergyTextTests {
    private static let energy = EnergyRecord(
        mode: "ldo, code in flash: the table's row of 64 MHz", supplyVolts: 3,
        runMilliamperes: 6.3, sleepMilliamperes: 0.00235, totalJoules: 0.2951239,
        sleepJoules: 7.05e-8, stepMeanJoules: 0.0002953125,
        battery: .init(name: "CR\u{1B}2032", milliampereHours: 225, volts: 3),
        stepsPerCharge: 8_228_571)

    @Test(
        "should give joules four digits and the unit that suits",
        arguments: [
            (0, "0 nJ"), (1, "1 J"), (0.99996, "1 J"), (0.9999, "999.9 mJ"), (1234.5, "1,235 J"),
            (2_345_678, "2,346,000 J"), (0.0002953125, "295.3 uJ"), (1e-3, "1 mJ"),
            (7.05e-8, "70.5 nJ"), (-0.002, "-2 mJ"), (1e-13, "0.0001 nJ"), (.nan, "nan nJ"),
        ] as [(Double, String)])
    func joules(value: Double, text: String) {
        #expect(Figures.joules(value) == text)
    }

    @Test("should say what a run took, under which conditions, and what a battery pays for")
    func summary() {
        var record = RunRecord.training(name: "sparse", cycles: 1_000_000)
        record.energy = Self.energy
        let text = RunSummary.text(record)
        #expect(
            text.contains(
                "energy    295.3 uJ per step, 295.1 mJ in all, 70.5 nJ of it asleep (estimated: "
                    + "6.3 mA at 3 V; ldo, code in flash: the table's row of 64 MHz)\n"))
        #expect(
            text.contains(
                "          8,229,000 steps on one charge of CR\\u{1b}2032 (225 mAh, 3 V)\n"))
        record.energy?.stepMeanJoules = nil
        record.energy?.stepsPerCharge = nil
        record.energy?.sleepJoules = 0
        #expect(RunSummary.text(record).contains("energy    295.1 mJ in all (estimated: "))
        #expect(!RunSummary.text(record).contains("charge"))
    }

    @Test("should stand in comparisons, with its conditions below")
    func comparison() {
        var record = RunRecord.training(name: "sparse", cycles: 1_000_000)
        record.energy = Self.energy
        let text = ComparisonReport([.training(name: "plain", cycles: 5), record]).terminalText
        func cells(_ name: String) -> String? {
            text.split(separator: "\n").first { $0.hasPrefix(name) }.map {
                $0.dropFirst(name.count).split(separator: " ").joined(separator: " ")
            }
        }
        #expect(cells("energy per step, mean") == "n/a 295.3 uJ")
        #expect(cells("energy in all") == "n/a 295.1 mJ")
        #expect(cells("steps per charge") == "n/a 8,229,000")
        #expect(text.contains("\nEnergy: estimated, 6.3 mA at 3 V; ldo, code in flash: "))
    }
}
