import Diagnostics

extension UnaryOp {
    /// The gradient in the operand, given the result and its gradient.
    ///
    /// Where a function has a corner (abs, relu) the gradient there is 0. Steps have gradient 0.
    func gradient(_ x: Symbol, _ y: Symbol, _ g: Symbol) throws(Diagnostic) -> Symbol? {
        switch self {
        case .negate: -g
        case .abs: g * x.unary(.sign)
        case .sign, .floor, .ceil, .round, .trunc, .not, .isfinite, .isnan, .isinf: nil
        case .reciprocal: -(g * y.unary(.square))
        // Numbers come first, where they meet what g is scaled by already.
        case .square: g * 2 * x
        case .sqrt: g * 0.5 / y
        case .cbrt: g / (y.unary(.square) * 3)
        case .exp: g * y
        case .exp2: g * 0.6931471805599453 * y
        case .expm1: g * (y + 1)
        case .log: g / x
        case .log2: g / (x * 0.6931471805599453)
        case .log10: g / (x * 2.302585092994046)
        case .log1p: g / (x + 1)
        case .sin: g * x.unary(.cos)
        case .cos: -(g * x.unary(.sin))
        case .tan: g * (y.unary(.square) + 1)
        case .asin: g / (1 - x.unary(.square)).unary(.sqrt)
        case .acos: -(g / (1 - x.unary(.square)).unary(.sqrt))
        case .atan: g / (x.unary(.square) + 1)
        case .sinh: g * x.unary(.cosh)
        case .cosh: g * x.unary(.sinh)
        case .tanh: g * (1 - y.unary(.square))
        case .asinh: g / (x.unary(.square) + 1).unary(.sqrt)
        case .acosh: g / ((x - 1) * (x + 1)).unary(.sqrt)
        case .atanh: g / (1 - x.unary(.square))
        case .sigmoid: g * (y * (1 - y))
        case .softplus: g * x.unary(.sigmoid)
        case .relu: y.compared(.greater, 0).select(g, g.like(0))
        // 2 / sqrt(pi)
        case .erf: g * 1.1283791670955126 * (-x.unary(.square)).unary(.exp)
        case .erfc: g * -1.1283791670955126 * (-x.unary(.square)).unary(.exp)
        case .lgamma: g * x.unary(.digamma)
        case .digamma: g * x.unary(.trigamma)
        case .trigamma: throw Diagnostic("trigamma has no gradient here", help: "third derivatives of lgamma are not worked out")
        }
    }
}

extension BinaryOp {
    /// The gradients in the operands. Where a maximum or minimum is shared by both, each has half.
    func gradient(_ a: Symbol, _ b: Symbol, _ y: Symbol, _ g: Symbol, _ wanted: [Bool]) throws(Diagnostic) -> [Symbol?] {
        switch self {
        case .add: return [g, g]
        case .subtract: return [g, wanted[1] ? -g : nil]
        case .multiply: return [wanted[0] ? g * b : nil, wanted[1] ? g * a : nil]
        case .divide:
            let left = g / b
            return [left, wanted[1] ? -(left * y) : nil]
        case .remainder: return [g, wanted[1] ? -(g * (a / b).unary(.floor)) : nil]
        case .power:
            // With a whole exponent the base may be 0 or less; the logarithm is only taken where it is asked for. x^0 is 1 at 0 too.
            let slope = wanted[0] ? b * Symbol.binary(.power, a, b - 1) : nil
            let left = slope.map { g * (b.fill == nil ? b.compared(.equal, 0).select($0.like(0), $0) : $0) }
            guard wanted[1] else { return [left, nil] }
            let zero = a.compared(.equal, 0)
            let logarithm = zero.select(a.like(0), zero.select(a.like(1), a).unary(.log))
            return [left, g * y * logarithm]
        case .minimum, .maximum:
            let half = a.compared(.equal, b).select(g * 0.5, g.like(0))
            let first = a.compared(self == .maximum ? .greater : .less, b).select(g, half)
            return [first, g - first]
        case .atan2:
            let square = a.unary(.square) + b.unary(.square)
            return [wanted[0] ? g * b / square : nil, wanted[1] ? -(g * a / square) : nil]
        case .gammaSlope: throw Diagnostic("a gamma draw has no second derivative in its shape")
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and, .or: return [nil, nil]
        }
    }
}

extension Reduction {
    /// Of a largest value shared by several elements each has an equal part.
    func gradient(_ x: Symbol, _ y: Symbol, _ g: Symbol, _ axes: [Int]) -> Symbol {
        let kept = x.shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        let spread = g.reshaped(kept).broadcast(to: x.shape)
        switch self {
        case .sum: return spread
        case .maximum, .minimum:
            let hit = x.compared(.equal, y.reshaped(kept)).converted(to: x.dtype)
            return spread * hit / hit.sum(axes: axes, keep: true)
        }
    }
}

extension Draw {
    /// Draws move with their parameters: for the gamma distribution by the implicit derivative of its cdf in the shape.
    func gradient(_ x: [Symbol], _ y: Symbol, _ g: Symbol) throws(Diagnostic) -> [Symbol?] {
        switch law {
        case .uniform, .normal: return []
        case .gamma: return [g * Symbol.binary(.gammaSlope, y, x[0])]
        }
    }
}
