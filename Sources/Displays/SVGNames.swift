/// Names inside an SVG document.
///
/// cairo numbers its surfaces over the life of the process, and every document calls its glyphs `glyph0-1`. So the same picture would not be the same
/// text twice, and two pictures put into one page would borrow each other's letters. Here names are numbered in their order and begin with a hash of
/// the document.
enum SVGNames {
    static func unique(_ svg: String) -> String {
        let numbered = renamed(svg, prefix: "n")
        return renamed(svg, prefix: "n" + String(hash(numbered), radix: 36) + "-")
    }

    private static func renamed(_ svg: String, prefix: String) -> String {
        let source = Array(svg.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(source.count + 1_000)
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        let openings = ["id=\"", "href=\"#", "url(#"].map { Array($0.utf8) }
        var index = 0
        while index < source.count {
            let mayOpen = source[index] == openings[0][0] || source[index] == openings[1][0] || source[index] == openings[2][0]
            guard mayOpen, let opening = openings.first(where: { source[index...].starts(with: $0) }) else {
                output.append(source[index])
                index += 1
                continue
            }
            output += opening
            let start = index + opening.count
            let end = source[start...].firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ")") } ?? source.count
            let number = numbers[source[start..<end]] ?? numbers.count
            numbers[source[start..<end]] = number
            output += (prefix + String(number)).utf8
            index = end
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// FNV-1a, 64 bits (Fowler, Noll and Vo).
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
