// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Currents of a board")
struct BoardEnergyTests {
    private static let energy = """
        energy:
          supply: 3.3V
          run:
            - name: art
              code: flash
              source: DS1 table 20
              currents: [{at: 16MHz, current: 5mA}, {at: 48MHz, current: 13mA}, {at: 64MHz, current: 21mA}]
            - {name: tcm, code: ram, source: estimated, per_megahertz: 250uA}
          sleep: {source: DS1 table 22, currents: [{at: 16MHz, current: 800uA}]}
          battery: {name: cell, capacity: 2.6Ah, voltage: 3.7V}
        """

    private func board(_ energy: String = energy) throws -> Board {
        try Board.parse(yaml: BoardTests.minimal + "\n" + energy, file: "tiny.yaml")
    }

    @Test("should read voltages, currents and charges with units")
    func reading() throws {
        let energy = try #require(try board().energy)
        #expect(energy.supplyVolts == 3.3)
        #expect(energy.modes.map(\.name) == ["art", "tcm"])
        #expect(energy.modes[0].currents.rows.map(\.milliamperes) == [5, 13, 21])
        #expect(energy.modes[0].currents.source == "DS1 table 20")
        #expect(energy.sleep?.rows.map(\.milliamperes) == [0.8])
        #expect(energy.battery?.milliampereHours == 2600 && energy.battery?.volts == 3.7)
        #expect(try Board.parse(yaml: BoardTests.minimal, file: "tiny.yaml").energy == nil)
    }

    @Test(
        "should take a row of the table, or a line through two, or what is in proportion to the clock",
        arguments: [
            (48, 13.0, "the table's row of 48 MHz"),
            (32, 9.0, "on the line through the rows of 16 MHz and 48 MHz"),
            (56, 17.0, "on the line through the rows of 48 MHz and 64 MHz"),
            (72, 25.0, "on the line through the rows of 48 MHz and 64 MHz"),
            (8, 2.5, "in proportion to the clock from the row of 16 MHz"),
        ])
    func clock(megahertz: UInt64, milliamperes: Double, rule: String) throws {
        let currents = try #require(try board().energy).modes[0].currents
        let found = currents.milliamperes(atHz: megahertz * 1_000_000)
        #expect((found.value - milliamperes).magnitude < 1e-12)
        #expect(found.rule == rule)
    }

    @Test("should multiply a current for each MHz with the clock")
    func perMegahertz() throws {
        let currents = try #require(try board().energy).modes[1].currents
        #expect(currents.milliamperes(atHz: 100_000_000).value == 25)
        #expect(currents.milliamperes(atHz: 100_000_000).rule == "in proportion to the clock")
    }

    @Test("should take the first mode of the code's place, or the one that was asked for")
    func modes() throws {
        let board = try board()
        #expect(board.energy?.mode(for: .flash).name == "art")
        #expect(board.energy?.mode(for: .ram).name == "tcm")
        #expect(try board.powered(mode: "tcm").energy?.mode(for: .flash).name == "tcm")
        let error = #expect(throws: BoardError.self) { try board.powered(mode: "ram") }
        #expect(
            error?.description == "board 'tiny': no mode 'ram' of energy; valid: art, tcm")
        let plain = try Board.parse(yaml: BoardTests.minimal, file: "tiny.yaml")
        #expect(throws: BoardError.self) { try plain.powered(mode: "art") }
        #expect(try plain.powered() == plain)
    }

    @Test("should read a battery from its charge and voltage")
    func battery() throws {
        let battery = try #require(BoardEnergy.Battery("225mAh@3V"))
        #expect(battery.milliampereHours == 225 && battery.volts == 3)
        for text in [
            "", "225mAh", "225@3V", "225mAh@3", "-1mAh@3V", "0mAh@3V", "1mAh@3V@3V", "1e9Ah@1V",
        ] {
            #expect(BoardEnergy.Battery(text) == nil, "\(text)")
        }
    }

    @Test(
        "should refuse what is wrong with its place and what would be valid",
        arguments: [
            (
                "supply: 3.3V", "supply: 3.3",
                "tiny.yaml:15:11: 'supply' is '3.3'; valid: a voltage, e.g. 3.3V"
            ),
            (
                "at: 48MHz, current: 13mA", "at: 16MHz, current: 13mA",
                "tiny.yaml:20:50: 'at' is '16MHz'; valid: a frequency above 16000000 Hz, the row's before"
            ),
            (
                "current: 13mA", "current: 13 MHz",
                "tiny.yaml:20:66: 'current' is '13 MHz'; valid: a current, e.g. 3.3mA or 2.4uA"
            ),
            (
                "code: ram", "code: tcm",
                "tiny.yaml:21:25: 'code' is 'tcm'; valid: flash, ram"
            ),
            (
                "name: tcm", "name: art",
                "tiny.yaml:17:5: 'run' is 'a second mode 'art''; valid: each name once"
            ),
            (
                "per_megahertz: 250uA", "per_megahertz: 250uA, currents: []",
                "tiny.yaml:21:49: unknown key 'per_megahertz'; valid keys: source, currents"
            ),
            (
                "capacity: 2.6Ah", "capacity: 2.6A",
                "tiny.yaml:23:35: 'capacity' is '2.6A'; valid: a charge, e.g. 225mAh"
            ),
            (
                "supply: 3.3V", "volts: 3.3V",
                "tiny.yaml:15:3: unknown key 'volts'; valid keys: supply, run, sleep, battery"
            ),
        ])
    func refusals(from: String, to: String, message: String) throws {
        let error = #expect(throws: BoardError.self) {
            try board(Self.energy.replacing(from, with: to, maxReplacements: 1))
        }
        #expect(error?.description == message)
    }

    @Test(
        "should have the datasheets' currents, in mA: DS8626 table 20, DS12110 tables 130 and 129",
        arguments: [
            ("stm32f407g-disc1", "art-flash", 25, 6), ("stm32f407g-disc1", "ram", 144, 31),
            ("nucleo-h743zi", "cached-flash", 400, 80), ("nucleo-h743zi", "itcm", 400, 110),
            ("nucleo-h743zi", "itcm", 480, 148),
        ] as [(String, String, UInt64, Double)])
    func datasheets(name: String, mode: String, megahertz: UInt64, milliamperes: Double) throws {
        let energy = try #require(try Board.named(name).powered(mode: mode).energy)
        let currents = energy.mode(for: .flash).currents
        #expect(currents.milliamperes(atHz: megahertz * 1_000_000).value == milliamperes)
    }

    @Test(
        "should be in the file of every board of the catalogue, with sources, rising with the clock"
    )
    func catalogue() throws {
        for board in Board.all {
            let energy = try #require(board.energy, "\(board.name)")
            #expect((1.7...3.6).contains(energy.supplyVolts), "\(board.name)")
            #expect(energy.battery != nil && energy.sleep != nil, "\(board.name)")
            #expect(Set(energy.modes.map(\.code)) == [.flash, .ram], "\(board.name)")
            for mode in energy.modes {
                let rows = mode.currents.rows
                #expect(rows.map(\.milliamperes) == rows.map(\.milliamperes).sorted())
                let current = mode.currents.milliamperes(atHz: board.clockHz).value
                let sleep = energy.sleep?.milliamperes(atHz: board.clockHz).value ?? 0
                #expect(current > sleep && current < 200, "\(board.name), \(mode.name)")
                #expect(mode.currents.source.count > 10)
            }
        }
        #expect(
            try Board.generic(cpu: "cortex-m4", flash: "0:64K", ram: "0x20000000:8K").energy == nil)
    }
}
