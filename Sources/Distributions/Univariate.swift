import Diagnostics
import Glibc
import Tensors

/// One distribution over a number, its parameters plain numbers: how to draw from it and what is known exactly of it.
protocol Law: Sendable {
    func draw(_ generator: inout Generator) -> Double
    /// Fills a stretch with draws, each made of its place alone, where the law can; nil where draws follow one another.
    var filling: (@Sendable (Stretch, Key) -> Void)? { get }
    /// Nil where it is not known exactly, NaN where it does not exist. The median and sd follow from the rest.
    func statistic(_ statistic: Statistic) -> Double?
    /// P(X <= x) and P(X > x), for any `x` but NaN.
    func tails(_ x: Double) -> Tails
    /// The least x with P(X <= x) >= q, for q from 0 to 1.
    func quantile(_ q: Double) -> Double
    /// The Kullback-Leibler divergence to another member of the family; nil where it is not known exactly.
    func divergence(to other: Self) -> Double?
}

/// The two sides of a distribution function and their logarithms, each to full precision.
struct Tails {
    var below, above, logBelow, logAbove: Double

    init(below: Double, above: Double, logBelow: Double, logAbove: Double) {
        (self.below, self.above, self.logBelow, self.logAbove) = (below, above, logBelow, logAbove)
    }

    init(below: Double, above: Double) {
        (self.below, self.above) = (below, above)
        logBelow = below < 0.5 ? log(below) : log1p(-above)
        logAbove = above < 0.5 ? log(above) : log1p(-below)
    }

    /// All the mass lies above, or below.
    static let allAbove = Tails(below: 0, above: 1, logBelow: -.infinity, logAbove: 0)
    static let allBelow = Tails(below: 1, above: 0, logBelow: 0, logAbove: -.infinity)
}

/// A family over one number, whose parameters are numbers too.
protocol Univariate: Distribution {
    associatedtype Member: Law
    var parameters: Parameters { get }
    init(_ parameters: Parameters) throws(Diagnostic)
    /// The law with one row of parameters, in the family's order.
    func law(_ row: SIMD4<Double>) -> Member
}

extension Univariate {
    public var arguments: [(name: String, value: Tensor)] { parameters.arguments }
    public var batchShape: [Int] { parameters.batchShape }
    public var eventShape: [Int] { [] }

    /// Checks the arguments and builds a member; for the families' own initialisers.
    init(arguments: [String: Tensor]) throws(Diagnostic) { try self.init(Parameters(Self.family, arguments)) }

    public func sample(_ shape: [Int], key: Key) throws(Diagnostic) -> Tensor {
        let full = shape + batchShape
        let count = try Shape.count(full)
        let columns = try parameters.columns(batchShape)
        if parameters.batchCount == 1, count > 0 {
            let law = law(columns[0])
            if let fill = law.filling { return Tensor(filled(count, work: 32) { fill($0, key) }, shape: full) }
            if support.isDiscrete, let table = law.table(for: count) {
                return Tensor(filled(count) { $0.lookup(table, key) }, shape: full)
            }
        }
        var generator = key.generator()
        var draws = [Double](repeating: 0, count: count)
        if parameters.batchCount == 1, count > 0 {
            let law = law(columns[0])
            for i in 0..<count { draws[i] = law.draw(&generator) }
        } else {
            for i in 0..<count { draws[i] = law(columns[i % parameters.batchCount]).draw(&generator) }
        }
        return Tensor(draws, shape: full)
    }

    public func statistic(_ statistic: Statistic) throws(Diagnostic) -> Tensor? {
        let columns = try parameters.columns(batchShape)
        var values = [Double](repeating: 0, count: parameters.batchCount)
        for i in values.indices {
            guard let value = law(columns[i]).value(statistic) else { return nil }
            values[i] = value
        }
        return Tensor(values, shape: batchShape)
    }

    public func cumulative(_ kind: Cumulative, at x: Tensor) throws(Diagnostic) -> Tensor? {
        let shape = try Shape.broadcast(x.shape, batchShape)
        let columns = try parameters.columns(shape)
        let points = try x.broadcast(to: shape)
        var values = points.doubles
        for i in values.indices where !points.isMissing(at: i) && !values[i].isNaN {
            values[i] = law(columns[i]).cumulative(kind, values[i])
        }
        return Tensor(values, shape: shape, missing: points.missing)
    }
}

extension Univariate {
    public func divergence(to other: any Distribution) throws(Diagnostic) -> Tensor? {
        guard let other = other as? Self else { return nil }
        let shape = try Shape.broadcast(batchShape, other.batchShape)
        let (left, right) = (try parameters.columns(shape), try other.parameters.columns(shape))
        var values = [Double](repeating: 0, count: try Shape.count(shape))
        for i in values.indices {
            guard let value = law(left[i]).divergence(to: other.law(right[i])) else { return nil }
            values[i] = value
        }
        return Tensor(values, shape: shape)
    }
}

extension Law {
    var filling: (@Sendable (Stretch, Key) -> Void)? { nil }

    /// For many draws of a law over whole numbers: the distribution function from one end of what a uniform number can reach to the other. Nil
    /// where the draws are few next to that.
    func table(for count: Int) -> GuidedTable? {
        guard count >= 1024 else { return nil }
        let (low, high) = (quantile(0x1p-53), quantile(1 - 0x1p-53))
        guard high - low < min(65_536, Double(count)), Swift.abs(high) < 0x1p52, Swift.abs(low) < 0x1p52 else { return nil }
        var reached = 0.0
        return GuidedTable(
            lowest: low,
            cumulated: (0...Int(high - low)).map {
                reached = Swift.max(reached, tails(low + Double($0)).below)
                return reached
            })
    }

    func divergence(to other: Self) -> Double? { nil }

    func value(_ statistic: Statistic) -> Double? {
        switch statistic {
        case .sd: self.statistic(.variance)?.squareRoot()
        case .median: self.statistic(.median) ?? quantile(0.5)
        default: self.statistic(statistic)
        }
    }

    func cumulative(_ kind: Cumulative, _ x: Double) -> Double {
        switch kind {
        case .cdf: tails(x).below
        case .survival: tails(x).above
        case .logCDF: tails(x).logBelow
        case .logSurvival: tails(x).logAbove
        case .quantile: quantile(x)
        }
    }
}

extension DistributionFamily {
    /// The row of a family over one number.
    static func univariate<D: Univariate>(
        _ type: D.Type, _ name: String, _ summary: String, _ parameters: [Parameter],
        fit: (@Sendable (WeightedSample) throws(Diagnostic) -> [Double])? = nil
    ) -> DistributionFamily {
        let make: @Sendable ([String: Tensor]) throws(Diagnostic) -> any Distribution = { arguments throws(Diagnostic) in
            try D(Parameters(name, parameters, arguments))
        }
        guard let fit else { return DistributionFamily(name: name, summary: summary, parameters: parameters, make: make) }
        return DistributionFamily(name: name, summary: summary, parameters: parameters, make: make) { x, weights throws(Diagnostic) in
            let (columns, shape) = try WeightedSample.columns(name, x, weights)
            var fitted = [[Double]](repeating: [], count: parameters.count)
            for column in columns {
                for (place, value) in try fit(column).enumerated() { fitted[place].append(value) }
            }
            var arguments: [String: Tensor] = [:]
            // Of parameters to choose between, the first is fitted.
            for (parameter, values) in zip(parameters, fitted) where !values.isEmpty {
                arguments[parameter.name] = Tensor(values, shape: shape)
            }
            return try make(arguments)
        }
    }
}
