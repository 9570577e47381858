/// What a node of a graph does with its operands. The set is closed: each case has a type rule, a gradient rule, a batching rule, a
/// definition in the reference executor and a place in plans.
public indirect enum Op: Hashable, Sendable {
    // MARK: Sources

    /// A value given when the graph is run, by its position among the inputs.
    case input(Int)
    case constant(Literal)
    /// 0, 1, 2, ... along one axis of the shape.
    case iota(axis: Int, TensorType)
    /// Draws from a key given when the graph is run; operands are the parameters, of the type's shape.
    case random(Draw)

    // MARK: Element by element; operands have one shape

    case unary(UnaryOp)
    case binary(BinaryOp)
    /// The second operand where the first is true, else the third.
    case select
    case convert(DType)
    /// The operand, through which no gradient passes.
    case stopGradient

    // MARK: Along axes

    /// The axes, ascending, are reduced away.
    case reduce(Reduction, axes: [Int])
    /// The first position of the largest value along an axis, as int32; the axis is reduced away.
    case argmax(axis: Int)
    case cumulativeSum(axis: Int, reverse: Bool)

    // MARK: Products

    /// The matrix product of the last two axes, each operand transposed first if so marked; leading axes are equal.
    case product(transposeLeft: Bool, transposeRight: Bool)
    /// Operands: images [n, spatial..., in], kernel [spatial..., in / groups, out].
    case convolution(Convolution)
    /// The gradient of a convolution in its images, of the given spatial sizes (a transposed convolution); operands: what the convolution
    /// gave, kernel.
    case convolutionImage(Convolution, spatial: [Int])
    /// The gradient of a convolution in its kernel, of the given spatial sizes; operands: images, what the convolution gave.
    case convolutionKernel(Convolution, spatial: [Int])
    /// Images [n, spatial..., c].
    case pool(Pooling)
    /// Operands: images, what pooling gave, its gradient.
    case poolGradient(Pooling)

    // MARK: Rows by number

    /// Rows of a table [n, rest...] by int32 positions [i...]: [i..., rest...].
    case gather
    /// A table of so many rows that holds, in each, the sum of the rows [i..., rest...] put there by int32 positions [i...].
    case scatterAdd(rows: Int)

    // MARK: Shape

    case reshape([Int])
    /// Axis k of the result is axis `order[k]` of the operand.
    case transpose([Int])
    /// As in NumPy: aligned at the last axis, a size of 1 stretches.
    case broadcast([Int])
    case slice(starts: [Int], ends: [Int], steps: [Int])
    /// Zeros before and after each axis, and between its elements (`interior` of them).
    case pad(low: [Int], high: [Int], interior: [Int])
    case concatenate(axis: Int)
    case reverse(axis: Int)
    /// A copy of the first operand in which the second, of equal rank, lies at an offset along an axis, given by the third (an int32 number).
    case updateSlice(axis: Int)
    /// A slice of so many along an axis, beginning at an offset given by the second operand (an int32 number).
    case dynamicSlice(axis: Int, count: Int)

    // MARK: Linear algebra, over the last two axes

    /// The lower triangular factor of a symmetric positive definite matrix.
    case cholesky
    /// Solves L x = b (or its transpose) for triangular L; operands: L, b.
    case triangularSolve(lower: Bool, transposed: Bool)

    // MARK: Recurrence

    /// Runs a body over and over, carrying values from round to round. `result` picks one of its values.
    case scan(Scan)
    /// One value of a node that has several.
    case result(Int)
}

/// How the values along axes become one. The sum of none is 0, the largest of none -inf.
public enum Reduction: String, Sendable, CaseIterable {
    case sum, maximum, minimum

    /// What it gives of no values, as a type holds it.
    public func ofNone(_ dtype: DType) -> Double {
        switch self {
        case .sum: 0
        case .maximum: dtype == .int32 ? Double(Int32.min) : -.infinity
        case .minimum: dtype == .int32 ? Double(Int32.max) : .infinity
        }
    }
}

/// Numbers known when the graph is made, as its type holds them: one for every element, or each its own.
public struct Literal: Hashable, Sendable {
    public let type: TensorType
    /// One value (a fill), or as many as the type holds, row-major.
    public let values: [Double]

    /// A tensor filled with one number.
    public init(_ value: Double, _ type: TensorType) {
        self.type = type
        values = [type.dtype.rounded(value)]
    }

    /// The values fill the shape.
    public init(_ values: [Double], _ type: TensorType) {
        assert(values.count == type.count || values.count == 1)
        self.type = type
        let values = values.map(type.dtype.rounded)
        // 0 and -0 are equal but not the same fill.
        self.values = values.count > 1 && values.allSatisfy { $0.bitPattern == values[0].bitPattern } ? [values[0]] : values
    }

    /// The number that fills it, if one does.
    public var fill: Double? { values.count == 1 ? values[0] : nil }

    public static func == (a: Literal, b: Literal) -> Bool {
        a.type == b.type && a.values.count == b.values.count && zip(a.values, b.values).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(values.count)
        for value in values.prefix(8) { hasher.combine(value.bitPattern) }
    }
}

/// What a draw follows, and which of the key's streams it takes.
public struct Draw: Hashable, Sendable {
    public enum Law: String, Sendable, CaseIterable {
        /// On the open interval from 0 to 1; no operands.
        case uniform
        /// Mean 0, standard deviation 1; no operands.
        case normal
        /// Scale 1; the operand is the shape parameter, in which the draw is differentiable (Figurnov, Mohamed and Mnih, Implicit
        /// Reparameterization Gradients, 2018).
        case gamma
    }
    public let law: Law
    public let type: TensorType
    /// The key is folded with this number, so that two draws of one graph are independent.
    public let site: Int

    public init(_ law: Law, _ type: TensorType, site: Int) {
        self.law = law
        self.type = type
        self.site = site
    }
}

/// The geometry of a convolution over spatial axes: out = (in + low + high - dilation (kernel - 1) - 1) / stride + 1, rounded down.
public struct Convolution: Hashable, Sendable {
    public var strides: [Int], low: [Int], high: [Int], dilations: [Int]
    public var groups: Int

    public init(strides: [Int], low: [Int], high: [Int], dilations: [Int], groups: Int = 1) {
        self.strides = strides
        self.low = low
        self.high = high
        self.dilations = dilations
        self.groups = groups
    }

    /// The sizes of what it gives, from those of the image and the kernel; nil where the kernel does not fit, or a step or padding makes no
    /// sense.
    public func outputSizes(image: [Int], kernel: [Int]) -> [Int]? {
        let rank = strides.count
        let reasonable = 1 << 24
        guard [low, high, dilations, image, kernel].allSatisfy({ $0.count == rank }), (low + high).allSatisfy({ 0...reasonable ~= $0 }),
            (strides + dilations).allSatisfy({ 1...reasonable ~= $0 }), kernel.allSatisfy({ $0 > 0 })
        else { return nil }
        var sizes: [Int] = []
        for axis in 0..<rank {
            let room = image[axis] + low[axis] + high[axis] - dilations[axis] * (kernel[axis] - 1) - 1
            guard room >= 0 else { return nil }
            sizes.append(room / strides[axis] + 1)
        }
        return sizes
    }
}

/// The geometry of pooling over spatial axes, without padding; what does not fill a window is left out.
public struct Pooling: Hashable, Sendable {
    public enum Kind: String, Sendable { case maximum, mean }
    public var kind: Kind
    public var window: [Int], strides: [Int]

    public init(_ kind: Kind, window: [Int], strides: [Int]) {
        self.kind = kind
        self.window = window
        self.strides = strides
    }
}

/// A recurrence: the body's inputs are the carried values, one slice of each sequence, then the constants; its outputs are the carried
/// values of the next round, then one slice of each result.
///
/// Operands of the node: first carried values, sequences (axis 0 runs over the rounds), constants. Its results: last carried values, then
/// results stacked along axis 0. A body that draws folds its key with the number of the round.
public struct Scan: Hashable, Sendable {
    public var body: Graph
    public var length: Int
    public var carried: Int, sequences: Int
    /// Whether rounds run from the last slice to the first; results are stacked where their slices lie.
    public var reverse: Bool

    public init(body: Graph, length: Int, carried: Int, sequences: Int, reverse: Bool = false) {
        self.body = body
        self.length = length
        self.carried = carried
        self.sequences = sequences
        self.reverse = reverse
    }
}
