// SPDX-License-Identifier: GPL-2.0-or-later

extension Board {
    /// The board with another battery, or another of its modes in place of the one that suits the code.
    package func powered(
        mode: String? = nil, battery: BoardEnergy.Battery? = nil
    ) throws(BoardError) -> Board {
        guard mode != nil || battery != nil else { return self }
        var board = self
        guard let energy else {
            throw .inconsistent(board: name, detail: "its file has no 'energy': no currents")
        }
        if let mode {
            let names = energy.modes.map(\.name)
            guard names.contains(mode) else {
                throw .inconsistent(
                    board: name,
                    detail: "no mode '\(mode)' of energy; valid: \(names.joined(separator: ", "))")
            }
            board.energy?.chosenMode = mode
        }
        if let battery { board.energy?.battery = battery }
        return board
    }
}
