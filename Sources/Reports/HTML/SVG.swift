// SPDX-License-Identifier: GPL-2.0-or-later

/// Shapes of one drawing, in CSS pixels. Colours come from classes, so that they follow light and dark.
struct SVG {
    let width: Double
    var height: Double
    private var shapes: [String] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// - Parameter title: shown where the pointer rests on the shape.
    mutating func rectangle(
        x: Double, y: Double, width: Double, height: Double, style: String, title: String? = nil
    ) {
        let place = attributes([("x", x), ("y", y), ("width", width), ("height", height)])
        add("rect", place, style, title)
    }

    mutating func circle(x: Double, y: Double, radius: Double, style: String, title: String? = nil)
    {
        add("circle", attributes([("cx", x), ("cy", y), ("r", radius)]), style, title)
    }

    mutating func line(
        from: (x: Double, y: Double), to: (x: Double, y: Double), style: String,
        title: String? = nil
    ) {
        let place = attributes([("x1", from.x), ("y1", from.y), ("x2", to.x), ("y2", to.y)])
        add("line", place, style, title)
    }

    mutating func polyline(
        _ points: [(x: Double, y: Double)], style: String, title: String? = nil
    ) {
        add("polyline", list(points), style, title)
    }

    mutating func polygon(
        _ points: [(x: Double, y: Double)], style: String, title: String? = nil
    ) {
        add("polygon", list(points), style, title)
    }

    enum Anchor: String { case start, middle, end }

    /// - Parameter y: of the middle of the letters.
    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String? = nil
    ) {
        var place = attributes([("x", x), ("y", y)]) + " dy=\".35em\""
        if anchor != .start { place += " text-anchor=\"\(anchor.rawValue)\"" }
        if let style { place += " class=\"\(style)\"" }
        shapes.append("<text\(place)>\(text.htmlEscaped)</text>")
    }

    /// The element.
    ///
    /// - Parameter label: what readers are told who do not see it.
    func element(label: String, style: String? = nil) -> String {
        let size = "\(Self.coordinate(width)) \(Self.coordinate(height))"
        let attribute = style.map { " class=\"\($0)\"" } ?? ""
        return "<svg\(attribute) viewBox=\"0 0 \(size)\" role=\"img\" "
            + "aria-label=\"\(label.htmlEscaped)\">\n\(shapes.joined(separator: "\n"))\n</svg>\n"
    }

    /// With one decimal, and no grouping commas: these would be read as separators.
    static func coordinate(_ value: Double) -> String {
        Figures.fixed(value, decimals: 1).filter { $0 != "," }
    }

    private mutating func add(_ name: String, _ place: String, _ style: String, _ title: String?) {
        let start = "<\(name)\(place) class=\"\(style)\""
        shapes.append(
            title.map { start + "><title>\($0.htmlEscaped)</title></\(name)>" } ?? start + "/>")
    }

    private func attributes(_ values: [(String, Double)]) -> String {
        values.map { " \($0.0)=\"\(Self.coordinate($0.1))\"" }.joined()
    }

    private func list(_ points: [(x: Double, y: Double)]) -> String {
        let text = points.map { Self.coordinate($0.x) + "," + Self.coordinate($0.y) }
        return " points=\"\(text.joined(separator: " "))\""
    }
}
