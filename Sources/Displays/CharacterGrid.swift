/// A rectangle of characters, each with colours, to draw a picture in a terminal.
struct CharacterGrid {
    struct Cell {
        /// Nil to the right of a character that takes two columns.
        var character: Character?
        var color: Color?
        var background: Color?

        init(_ character: Character? = " ", _ color: Color? = nil, on background: Color? = nil) {
            self.character = character
            self.color = color
            self.background = background
        }
    }

    enum Palette {
        case none
        /// The 256 colours of xterm.
        case indexed
        /// 24 bits a colour.
        case full
    }

    let width: Int
    let height: Int
    private var cells: [Cell]

    init(width: Int, height: Int) {
        self.width = max(0, width)
        self.height = max(0, height)
        cells = [Cell](repeating: Cell(), count: self.width * self.height)
    }

    subscript(row: Int, column: Int) -> Cell {
        get { isInside(row, column) ? cells[row * width + column] : Cell() }
        set { if isInside(row, column) { cells[row * width + column] = newValue } }
    }

    private func isInside(_ row: Int, _ column: Int) -> Bool { row >= 0 && row < height && column >= 0 && column < width }

    /// Writes a text from a column on; what does not fit is left out.
    mutating func write(_ text: String, row: Int, column: Int, color: Color? = nil) {
        var column = column
        for character in TextWidth.oneLine(text) {
            let taken = TextWidth.of(character)
            guard taken > 0 else { continue }
            guard column >= 0, column + taken <= width else { return }
            self[row, column] = Cell(character, color)
            if taken == 2 { self[row, column + 1] = Cell(nil, color) }
            column += taken
        }
    }

    /// Lines of equal width.
    func text(_ palette: Palette) -> String {
        (0..<height).map { line($0, palette) }.joined(separator: "\n")
    }

    private func line(_ row: Int, _ palette: Palette) -> String {
        var text = ""
        var current = ""
        for column in 0..<width {
            let cell = self[row, column]
            guard let character = cell.character else { continue }
            let code = CharacterGrid.code(cell, palette)
            if code != current {
                // One sequence that starts from plain, so that no colour is left behind.
                text += code.isEmpty ? "\u{1B}[0m" : "\u{1B}[0;\(code)m"
                current = code
            }
            text.append(character)
        }
        return current.isEmpty ? text : text + "\u{1B}[0m"
    }

    private static func code(_ cell: Cell, _ palette: Palette) -> String {
        func part(_ color: Color?, _ kind: Int) -> String? {
            // Black text is the terminal's own, which also shows where the terminal is dark.
            guard let color, kind == 48 || color.hex != 0 || cell.background != nil else { return nil }
            switch palette {
            case .none: return nil
            case .indexed: return "\(kind);5;\(color.ansi)"
            case .full: return "\(kind);2;\(color.hex >> 16);\((color.hex >> 8) & 255);\(color.hex & 255)"
            }
        }
        return [part(cell.color, 38), part(cell.background, 48)].compactMap { $0 }.joined(separator: ";")
    }
}
