import Diagnostics
import Graphs

/// Slides a kernel over images [height, width, channels] or series [length, channels].
///
/// `same` padding keeps sizes where the stride is 1; `transposed` goes the other way, from small images to large ones (Dumoulin and Visin, A
/// guide to convolution arithmetic, 2016).
public struct Conv: Layer, Hashable {
    public enum Padding: Hashable, Sendable {
        case same, none
        case by(Int)
    }
    public var inputs: Int?
    public var outputs: Int
    /// Sizes along the spatial axes: two for images, one for series.
    public var kernel: [Int]
    public var stride: Int
    public var padding: Padding
    public var groups: Int
    public var hasBias: Bool
    public var isTransposed: Bool
    /// How the kernel begins, where not as `Initial.fanIn`.
    public var scheme: Scheme?

    public init(
        _ inputs: Int? = nil, _ outputs: Int, kernel: [Int], stride: Int = 1, padding: Padding = .same, groups: Int = 1, bias: Bool = true,
        transposed: Bool = false, initial scheme: Scheme? = nil
    ) {
        (self.inputs, self.outputs, self.kernel, self.stride) = (inputs, outputs, kernel, stride)
        (self.padding, self.groups, hasBias, isTransposed, self.scheme) = (padding, groups, bias, transposed, scheme)
    }

    public var name: String {
        var parts = [inputs, outputs].compactMap { $0.map(String.init) }
        parts.append(Set(kernel).count == 1 ? "\(kernel[0])" : "\(kernel)")
        if stride != 1 { parts.append("stride: \(stride)") }
        switch padding {
        case .same: break
        case .none: parts.append("padding: 0")
        case .by(let count): parts.append("padding: \(count)")
        }
        if kernel.count != 2 { parts.append("axes: \(kernel.count)") }
        if groups != 1 { parts.append("groups: \(groups)") }
        if !hasBias { parts.append("bias: false") }
        return "\(isTransposed ? "ConvTranspose" : "Conv")(\(parts.joined(separator: ", "))\(scheme?.text ?? ""))"
    }
    public var inputRank: Int? { kernel.count + 1 }
    /// Of the kernel's own size: the weights are the same for every larger one, but not those of dense layers after it.
    public var example: [Int]? { nil }

    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        let channels = try agreed(inputs, width)
        try check("the number of channels that it gives", outputs)
        guard kernel.count == 1 || kernel.count == 2 else {
            throw Diagnostic("\(name): a kernel has 1 or 2 axes, and this one \(kernel.count)")
        }
        for size in kernel { try check("a side of the kernel", size, in: 1...4096) }
        try check("the stride", stride, in: 1...4096)
        if case .by(let count) = padding { try check("the padding", count, in: 0...4096) }
        try check("the number of groups", groups)
        for size in [channels, outputs] {
            if let size, size % groups != 0 { throw Diagnostic("\(name): \(groups) groups do not divide \(size) channels") }
        }
        return outputs
    }

    private var geometry: Convolution {
        var (low, high) = ([Int](), [Int]())
        for size in kernel {
            switch padding {
            case .same:
                low.append((size - 1) / 2)
                high.append(size - 1 - (size - 1) / 2)
            case .none:
                low.append(0)
                high.append(0)
            case .by(let count):
                low.append(count)
                high.append(count)
            }
        }
        return Convolution(strides: kernel.map { _ in stride }, low: low, high: high, dilations: kernel.map { _ in 1 }, groups: groups)
    }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        _ = try output(for: input)
        let channels = input[input.count - 1]
        let places = kernel.reduce(1, *)
        // A transposed convolution is the gradient of one from its outputs to its inputs.
        let shape = isTransposed ? kernel + [outputs / groups, channels] : kernel + [channels / groups, outputs]
        let usual = Initial.fanIn((isTransposed ? outputs : channels) / groups * places)
        let initial = scheme?.initial(channels / groups * places, outputs / groups * places) ?? usual
        return [Weight("weight", shape, initial)] + (hasBias ? [Weight("bias", [outputs], scheme == nil ? usual : .constant(0))] : [])
    }

    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try width(after: nil)
        guard input.count == kernel.count + 1, let channels = input.last, channels == inputs ?? channels, channels > 0,
            channels % groups == 0
        else {
            throw refusal(
                input, "\(kernel.count == 2 ? "images [height, width" : "series [length"), \(inputs.map(String.init) ?? "channels")]")
        }
        let sizes = Array(input.dropLast())
        if isTransposed {
            let result = spatial(sizes)
            guard sizes.allSatisfy({ $0 > 0 }), result.allSatisfy({ $0 > 0 }) else {
                throw refusal(input, "images that are larger than what its padding takes away")
            }
            return result + [outputs]
        }
        guard let result = geometry.outputSizes(image: sizes, kernel: kernel) else {
            throw refusal(input, "images that its kernel of \(kernel) fits in")
        }
        return result + [outputs]
    }

    /// The sizes that a transposed convolution gives: as many as a convolution would make into these.
    private func spatial(_ sizes: [Int]) -> [Int] {
        let shape = geometry
        return sizes.indices.map { axis in
            padding == .same ? sizes[axis] * stride : (sizes[axis] - 1) * stride + kernel[axis] - shape.low[axis] - shape.high[axis]
        }
    }

    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        let input = Array(x.shape.dropFirst())
        let output = try output(for: input)
        let op: Op = isTransposed ? .convolutionImage(geometry, spatial: Array(output.dropLast())) : .convolution(geometry)
        let result = try x.builder.apply(op, [x, weights[0]])
        return hasBias ? result + weights[1] : result
    }
}

/// The largest or the mean of each window of an image or a series.
public struct Pool: Layer, Hashable {
    public var kind: Pooling.Kind
    public var window: Int, stride: Int
    public init(_ kind: Pooling.Kind, _ window: Int, stride: Int? = nil) {
        (self.kind, self.window, self.stride) = (kind, window, stride ?? window)
    }

    public var name: String { "\(kind == .maximum ? "MaxPool" : "MeanPool")(\(window)\(stride == window ? "" : ", stride: \(stride)"))" }
    public var hasWeights: Bool { false }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the window", window)
        try check("the stride", stride)
        return width
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        guard input.count == 2 || input.count == 3, window > 0, stride > 0, input.dropLast().allSatisfy({ $0 >= window }) else {
            throw refusal(input, "images or series of at least \(window) along each axis")
        }
        return input.dropLast().map { ($0 - window) / stride + 1 } + input.suffix(1)
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        let axes = x.rank - 2
        _ = try output(for: Array(x.shape.dropFirst()))
        let spec = Pooling(kind, window: [Int](repeating: window, count: axes), strides: [Int](repeating: stride, count: axes))
        return try x.builder.apply(.pool(spec), [x])
    }
}

/// Repeats each place of an image or a series along its spatial axes.
public struct Upsample: Layer, Hashable {
    public var factor: Int
    public init(_ factor: Int = 2) { self.factor = factor }

    public var name: String { "Upsample(\(factor))" }
    public var hasWeights: Bool { false }
    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the factor", factor, in: 1...(1 << 20))
        return width
    }
    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        guard input.count == 2 || input.count == 3, factor > 0 else { throw refusal(input, "images [height, width, channels]") }
        return input.dropLast().map { $0 * factor } + input.suffix(1)
    }
    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        let output = try output(for: Array(x.shape.dropFirst()))
        var (narrow, wide) = ([x.shape[0]], [x.shape[0]])
        for size in x.shape[1..<x.rank - 1] {
            narrow += [size, 1]
            wide += [size, factor]
        }
        let channels = x.shape[x.rank - 1]
        return x.reshaped(narrow + [channels]).broadcast(to: wide + [channels]).reshaped([x.shape[0]] + output)
    }
}
