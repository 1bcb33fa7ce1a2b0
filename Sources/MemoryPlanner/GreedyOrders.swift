// SPDX-License-Identifier: GPL-2.0-or-later

/// Orders in which greedy placement does well, each on its own kind of problem.
enum GreedyOrders {
    static func all(_ instance: Instance) -> [(name: String, order: [Int])] {
        let items = instance.items
        func duration(_ index: Int) -> Int { items[index].last - items[index].first + 1 }
        let pressure = instance.pressures
        let conflicts = items.indices.map { index in
            items.indices.reduce(0) {
                instance.meet(index, $1) ? $0 + items[$1].size : $0
            }
        }
        func by(_ name: String, _ keys: (Int) -> [Int]) -> (name: String, order: [Int]) {
            let ranked = instance.free.map { (key: keys($0) + [$0], index: $0) }
            return (name, ranked.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.index))
        }
        return [
            by("size") { [-items[$0].size, -duration($0)] },
            by("lifetime") { [-duration($0), -items[$0].size] },
            by("conflicts") { [-conflicts[$0], -items[$0].size] },
            by("pressure, size") { [-pressure[$0], -items[$0].size, -duration($0)] },
            by("pressure, lifetime") { [-pressure[$0], -duration($0), -items[$0].size] },
            by("pressure, area") {
                [-pressure[$0], -saturatingProduct(duration($0), items[$0].size)]
            },
            by("lifetime, area") {
                [-duration($0), -saturatingProduct(duration($0), items[$0].size), -pressure[$0]]
            },
            by("area") { [-saturatingProduct(duration($0), items[$0].size)] },
            by("first step") { [items[$0].first, -duration($0), -items[$0].size] },
            by("last step") { [-items[$0].last, -duration($0), -items[$0].size] },
        ]
    }

    private static func saturatingProduct(_ one: Int, _ other: Int) -> Int {
        let (product, overflow) = one.multipliedReportingOverflow(by: other)
        return overflow ? Int.max : product
    }
}
