// SPDX-License-Identifier: GPL-2.0-or-later

/// A drawing with title, key and note, made for large and for small screens, so that its letters have
/// one size on both.
struct Picture {
    var title: String
    /// What the colours mean, in the order of the drawing.
    var key: [(name: String, style: String)] = []
    var note = ""
    /// Draws it so wide, or nothing where there is nothing to show.
    var draw: (Double) -> SVG?

    static let largeWidth = 860.0
    static let smallWidth = 358.0

    /// Empty when there is nothing to draw.
    var html: String {
        guard let large = draw(Self.largeWidth), let small = draw(Self.smallWidth) else {
            return ""
        }
        let keys = key.map { entry in
            "<li><i class=\"\(entry.style)\"></i>\(entry.name.htmlEscaped)</li>"
        }
        return "<figure>\n<figcaption>\(title.htmlEscaped)</figcaption>\n"
            + large.element(label: title, style: "large-screen")
            + small.element(label: title, style: "small-screen")
            + (keys.isEmpty ? "" : "<ul class=\"key\">\(keys.joined())</ul>\n")
            + (note.isEmpty ? "" : HTML.paragraph(note, class: "note")) + "</figure>\n"
    }
}
