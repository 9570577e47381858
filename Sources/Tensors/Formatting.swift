import Diagnostics

/// A number as the language prints it: the shortest digits that read back, as an integer where it is one below 1e15; inf, -inf, nan.
public func formatNumber(_ x: Double) -> String {
    if x.isNaN { return "nan" }
    if x.isInfinite { return x < 0 ? "-inf" : "inf" }
    if x == x.rounded(), Swift.abs(x) < 1e15 { return x == 0 && x.sign == .minus ? "-0" : String(Int(x)) }
    return tidied("\(x)")
}

/// Swift's shortest digits, with 1e-5 for 1e-05 and 1e15 for 1000000000000000.0.
private func tidied(_ text: String) -> String {
    let parts = text.split(separator: "e", maxSplits: 1)
    var digits = String(parts[0])
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    if parts.count == 2 { return digits + "e" + String(Int(parts[1].filter { $0 != "+" }) ?? 0) }
    guard !digits.contains("."), digits.count > 15 else { return digits }
    // A whole number of 16 digits or more: one digit, a point, the rest without its zeros.
    let sign = digits.hasPrefix("-") ? "-" : ""
    let body = digits.drop { $0 == "-" }
    var rest = String(body.dropFirst())
    while rest.hasSuffix("0") { rest.removeLast() }
    return sign + String(body.prefix(1)) + (rest.isEmpty ? "" : "." + rest) + "e\(body.count - 1)"
}

extension Tensor: CustomStringConvertible {
    public var description: String { formatted() }

    /// The tensor as text: brackets around each axis, columns aligned at the point, at most `precision` decimals.
    ///
    /// Of a tensor of more than `threshold` elements, `edge` at each end of an axis are shown. A scalar prints as the language prints numbers.
    public func formatted(precision: Int = 8, threshold: Int = 1000, edge: Int = 3, width: Int = 75) -> String {
        if isScalar { return isMissing(at: 0) ? "missing" : scalarText }
        if count == 0 { return rank == 1 ? "[]" : "[] of shape \(shape)" }
        let isCut = count > threshold
        func shown(_ size: Int) -> [Int?] {
            isCut && size > 2 * edge ? (0..<edge).map { $0 } + [nil] + (size - edge..<size).map { $0 } : (0..<size).map { $0 }
        }
        let strides = Shape.strides(shape)
        var positions: [Int] = []
        func collect(_ axis: Int, _ offset: Int) {
            if axis == rank { return positions.append(offset) }
            for i in shown(shape[axis]) { if let i { collect(axis + 1, offset + i * strides[axis]) } }
        }
        collect(0, 0)
        let cells = Cells(self, positions, precision: precision)
        if rank == 1 {
            var items = cells.plain
            if items.count < count { items.insert("...", at: edge) }
            let line = "[" + items.joined(separator: ", ") + "]"
            if line.count <= width { return line }
        }
        var next = 0
        func write(_ axis: Int) -> String {
            let indent = String(repeating: " ", count: axis + 1)
            if axis < rank - 1 {
                let separator = "," + String(repeating: "\n", count: rank - 1 - axis) + indent
                return "[" + shown(shape[axis]).map { $0 == nil ? "..." : write(axis + 1) }.joined(separator: separator) + "]"
            }
            var text = "["
            var column = axis + 1
            let items = shown(shape[axis])
            for (i, item) in items.enumerated() {
                let isLast = i == items.count - 1
                var cell = "..."
                if item != nil {
                    cell = cells.left(next) + cells.plain[next] + (isLast ? "" : "," + cells.right(next))
                    next += 1
                } else {
                    cell += ","
                }
                if column + cell.count > width, i > 0 {
                    text += "\n" + indent
                    column = axis + 1
                } else if i > 0 {
                    text += " "
                    column += 1
                }
                text += cell
                column += cell.count
            }
            return text + "]"
        }
        return write(0)
    }

    private var scalarText: String {
        switch elements {
        case .bool(let values): values[0] ? "true" : "false"
        case .int32(let values): String(values[0])
        case .float32(let values):
            values[0] == values[0].rounded() || !values[0].isFinite ? formatNumber(Double(values[0])) : tidied("\(values[0])")
        case .float64(let values): formatNumber(values[0])
        }
    }
}

/// The texts of the shown elements and what aligns them at the point.
private struct Cells {
    private(set) var plain: [String] = []
    private var before: [Int] = []
    private var widest = 0
    private var after = 0

    init(_ tensor: Tensor, _ positions: [Int], precision: Int) {
        let values = positions.map { tensor.double(at: $0) }
        let sizes = positions.indices.filter { !tensor.isMissing(at: positions[$0]) && values[$0].isFinite && values[$0] != 0 }.map {
            Swift.abs(values[$0])
        }
        let (least, most) = (sizes.min() ?? 1, sizes.max() ?? 1)
        let allWhole = sizes.allSatisfy { $0 == $0.rounded() && $0 < 1e15 }
        // NumPy's rule for when positions of the point tell less than exponents.
        let isScientific = !allWhole && (most >= 1e8 || least < 1e-4 || most / least > 1e3 && most >= 1e5)
        for (index, position) in positions.enumerated() {
            let text: String
            if tensor.isMissing(at: position) {
                text = "missing"
            } else if tensor.dtype == .bool {
                text = values[index] != 0 ? "true" : "false"
            } else if tensor.dtype == .float32, case .float32(let floats) = tensor.elements, floats[position].isFinite, !allWhole {
                text = Cells.short(floats[position].description, Double(floats[position]), precision, isScientific)
            } else {
                text = Cells.short(formatNumber(values[index]), values[index], precision, isScientific)
            }
            plain.append(text)
            let head = text.firstIndex(of: ".").map { text.distance(from: text.startIndex, to: $0) } ?? text.count
            before.append(head)
            widest = max(widest, head)
            after = max(after, text.count - head)
        }
    }

    func left(_ i: Int) -> String { String(repeating: " ", count: widest - before[i]) }
    func right(_ i: Int) -> String { String(repeating: " ", count: after - (plain[i].count - before[i])) }

    /// The shortest digits, or rounded to the precision where they are more.
    private static func short(_ shortest: String, _ x: Double, _ precision: Int, _ isScientific: Bool) -> String {
        if !x.isFinite || x == 0 || (x == x.rounded() && Swift.abs(x) < 1e15 && !isScientific) { return formatNumber(x) }
        if isScientific {
            var (mantissa, exponent) = decimal(x)
            mantissa = (mantissa * 1e8).rounded() / 1e8
            if Swift.abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
            return formatNumber(mantissa) + "e\(exponent)"
        }
        let text = tidied(shortest)
        if !text.contains("e"), let point = text.firstIndex(of: "."), text.distance(from: point, to: text.endIndex) <= precision + 1 {
            return text
        }
        let scale = power(10, precision)
        return formatNumber((x * scale).rounded() / scale)
    }

    private static func decimal(_ x: Double) -> (Double, Int) {
        let parts = "\(x)".split(separator: "e")
        if parts.count == 2 { return (Double(parts[0]) ?? 0, Int(parts[1].filter { $0 != "+" }) ?? 0) }
        var (mantissa, exponent) = (x, 0)
        while Swift.abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while Swift.abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return (mantissa, exponent)
    }

    private static func power(_ base: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * base } }
}
