extension ImageGrid {
    /// In half blocks with 24-bit colours, side by side as the width allows: two pixels of an image to a character.
    public func unicode(width: Int = 80) -> String {
        let width = min(max(width, 8), 400)
        return
            ([summary]
            + blocks(width: width, rowLimit: 64, doubled: false) { image, size, row, grid, at in
                for column in 0..<size.columns {
                    let upper = image.color(row * 2, column, of: size)
                    let lower = row * 2 + 1 < size.rows ? image.color(row * 2 + 1, column, of: size) : nil
                    grid[at.row + row, at.column + column] = .init("▀", upper, on: lower)
                }
            }).joined(separator: "\n")
    }

    /// A line that says what there is, and the first images in shades of characters.
    public func text(width: Int = 72) -> String {
        let shades = Array(" .:-=+*#%@")
        let width = min(max(width, 8), 400)
        return
            ([summary]
            + blocks(width: width, rowLimit: 1, doubled: true) { image, size, row, grid, at in
                for column in 0..<size.columns {
                    let color = image.color(row, column, of: size)
                    let gray = 0.299 * color.red + 0.587 * color.green + 0.114 * color.blue
                    let shade: Character = color == .invalid ? "?" : shades[Int((gray * 9).rounded())]
                    grid[at.row + row, at.column + column * 2] = .init(shade)
                    grid[at.row + row, at.column + column * 2 + 1] = .init(shade)
                }
            }).joined(separator: "\n")
    }

    private var summary: String {
        let heading = title.isEmpty ? "" : TextWidth.oneLine(title) + ": "
        guard let first = images.first else { return heading + "no images" }
        let sizes = Set(images.map { [$0.height, $0.width, $0.channels] })
        let count = "\(NumberText.grouped(images.count)) image\(images.count == 1 ? "" : "s")"
        guard sizes.count == 1 else { return heading + "\(count) of \(sizes.count) sizes" }
        return heading + "\(count) of \(first.height) x \(first.width)" + (first.channels == 3 ? " in colour" : "")
    }

    private typealias Size2D = (rows: Int, columns: Int)

    /// Draws images in rows of blocks. `draw` fills one row of characters of an image; `doubled` says that a pixel takes two characters in a row, in
    /// place of a character holding two rows of pixels.
    private func blocks(
        width: Int, rowLimit: Int, doubled: Bool,
        draw: (Image, (rows: Int, columns: Int), Int, inout CharacterGrid, (row: Int, column: Int)) -> Void
    ) -> [String] {
        guard let widest = images.map(\.width).max(), let highest = images.map(\.height).max() else { return [] }
        let perPixel = doubled ? 2 : 1
        let zoom = !doubled && max(widest, highest) <= 10 && widest * 2 <= width ? 2 : 1
        let shrink = max(1, Double(widest * perPixel) / Double(width), Double(highest) / 96)
        func size(_ image: Image) -> Size2D {
            (max(1, Int(Double(image.height * zoom) / shrink)), max(1, Int(Double(image.width * zoom) / shrink)))
        }
        let cellWidth = images.map { size($0).columns }.max() ?? 1
        let cellRows = images.map { size($0).rows }.max() ?? 1
        let cellHeight = doubled ? cellRows : (cellRows + 1) / 2
        let fitting = max(1, (width + 1) / (cellWidth * perPixel + 1))
        let perRow = min(images.count, fitting, columns.map { max(1, $0) } ?? (doubled ? fitting : ImageGridLayout.columns(images.count)))
        let captionRows = captions.contains { !$0.isEmpty } ? 1 : 0
        var lines: [String] = []
        var start = 0
        while start < images.count && start / perRow < rowLimit {
            let batch = start..<min(start + perRow, images.count)
            var grid = CharacterGrid(width: perRow * (cellWidth * perPixel + 1) - 1, height: cellHeight + captionRows)
            for index in batch {
                let own = size(images[index])
                let column = (index - start) * (cellWidth * perPixel + 1)
                for row in 0..<(doubled ? own.rows : (own.rows + 1) / 2) { draw(images[index], own, row, &grid, (0, column)) }
                if captionRows > 0 && index < captions.count {
                    let caption = TextWidth.fitted(TextWidth.oneLine(captions[index]), to: cellWidth * perPixel, side: .center)
                    grid.write(caption, row: cellHeight, column: column)
                }
            }
            lines.append(grid.text(doubled ? .none : .full))
            start += perRow
        }
        if start < images.count { lines.append("… \(NumberText.grouped(images.count - start)) more") }
        return lines
    }
}
