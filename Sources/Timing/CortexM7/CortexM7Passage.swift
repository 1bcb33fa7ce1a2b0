// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// A block issued behind its predecessor, as the mean over what the edge leaves open: in which slot the predecessor
/// began, and whether loads of unknown addresses meet in one bank.
struct CortexM7Passage {
    struct Schedule {
        var cyclesBefore: [Int] = []
        /// In 1/256 cycle.
        var fixedCycles = 0
    }

    /// Instructions of the predecessor that are issued first to find the state at the edge.
    private static let carriedInstructions = 32
    /// A loop of one block is issued this often; the cost is the mean of the second half, so that a half-filled
    /// group at the back edge counts for half a cycle.
    private static let loopPassages = 8

    /// Chunks that fetch is taken to be ahead when a block behind a branch begins: in the middle of the queue's 0 to 4
    /// (estimated).
    private static let fetchLead = 2

    let block: CodeBlock
    private let predecessor: CodeBlock?
    private let edge: BlockEdge
    private let isMispredicted: Bool
    private var isLoop: Bool { predecessor == block }

    /// - Parameter isMispredicted: the branch on the edge, if there is one that is predicted.
    init(of block: CodeBlock, after predecessor: CodeBlock?, isMispredicted: Bool = false) {
        self.block = block
        self.predecessor = predecessor
        self.isMispredicted = isMispredicted
        edge = BlockEdge(from: predecessor, to: block)
    }

    func meanSchedule() -> Schedule {
        Self.mean(startingSlots.map(schedule(startsBehindOlder:)))
    }

    /// Whether the predecessor's first instruction found a half-filled group, for each case that counts.
    ///
    /// Across a branch both are as likely (estimated). A block that runs on into the next is straight-line code, cut
    /// somewhere.
    private var startingSlots: [Bool] {
        guard let predecessor, !isLoop else { return [false] }
        switch edge {
        case .taken, .notTaken: return [false, true]
        case .fallThrough:
            let isWhole = predecessor.instructions.count <= Self.carriedInstructions
            return isWhole ? [false] : [false, true]
        case .entry, .diverted: return [false]
        }
    }

    /// Unknown banks conflict in half of the cases (estimated).
    private func schedule(startsBehindOlder: Bool) -> Schedule {
        let fetchLead = edge.branch == nil || isLoop ? 0 : Self.fetchLead
        var free = CortexM7Scoreboard(startsBehindOlder: startsBehindOlder, fetchLead: fetchLead)
        let schedule = issue(on: &free)
        guard free.metUnknownBanks else { return schedule }
        var conflicting = CortexM7Scoreboard(
            startsBehindOlder: startsBehindOlder, fetchLead: fetchLead,
            unknownBanksConflict: true)
        return Self.mean([schedule, issue(on: &conflicting)])
    }

    /// Places of instructions are those of the last schedule.
    private static func mean(_ schedules: [Schedule]) -> Schedule {
        Schedule(
            cyclesBefore: schedules.last?.cyclesBefore ?? [],
            fixedCycles: schedules.reduce(0) { $0 + $1.fixedCycles } / max(1, schedules.count))
    }

    private func issue(on scoreboard: inout CortexM7Scoreboard) -> Schedule {
        var branchCycle = 0
        if isLoop {
            scoreboard.enter(block)
            let passages = (0..<Self.loopPassages).map { _ in
                pass(branchCycle: &branchCycle, on: &scoreboard)
            }
            return Self.mean(passages.suffix(Self.loopPassages / 2))
        }
        let carried = (predecessor?.instructions ?? []).suffix(Self.carriedInstructions)
        if let predecessor, predecessor.instructions.count == carried.count {
            scoreboard.enter(predecessor)
        }
        for instruction in carried { branchCycle = scoreboard.issue(instruction) }
        scoreboard.enter(block)
        return pass(branchCycle: &branchCycle, on: &scoreboard)
    }

    private func pass(
        branchCycle: inout Int, on scoreboard: inout CortexM7Scoreboard
    ) -> Schedule {
        let start = scoreboard.position
        if edge == .diverted || isMispredicted {
            let flagsLead = branchCycle - (scoreboard.flagsReady - 1)
            scoreboard.restart(
                penalty: CortexM7Prediction.restartCycles(edge, flagsLead: flagsLead))
        } else if edge.isTaken {
            scoreboard.jump()
        }
        var schedule = Schedule()
        for instruction in block.instructions {
            branchCycle = scoreboard.issue(instruction)
            schedule.cyclesBefore.append(max(0, branchCycle - start - 1))
        }
        schedule.fixedCycles = (scoreboard.position - start) * FixedCycles.one
        return schedule
    }
}
