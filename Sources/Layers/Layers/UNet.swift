import Diagnostics
import Graphs

/// A network from images to images of the same size that looks at several scales and joins them (Ronneberger, Fischer and Brox 2015), with
/// the residual blocks and the sinusoidal time embedding of Ho, Jain and Abbeel 2020 where it is conditioned on a time.
public struct UNet: Layer, Hashable {
    public var channels: Int
    /// How often the image is halved; channels double each time but the first.
    public var depth: Int
    /// Whether it reads a time step of each image beside it.
    public var isTimed: Bool
    public init(_ channels: Int = 32, depth: Int = 2, timed: Bool = true) {
        (self.channels, self.depth, isTimed) = (channels, depth, timed)
    }

    public var name: String { "UNet(\(channels), depth: \(depth)\(isTimed ? "" : ", timed: false"))" }
    public var inputRank: Int? { 3 }
    private var timeSize: Int { 4 * channels }

    /// The parts in the order in which they are applied, with the channels that each takes and gives.
    private enum Part {
        case enter(Int, Int)
        case block(Int, Int)
        case down(Int)
        case up(Int, Int)
        case leave(Int, Int)
    }

    private func parts(_ images: Int) -> [Part] {
        var parts: [Part] = [.enter(images, channels)]
        var size = channels
        for level in 0..<depth {
            parts.append(.block(size, channels << level))
            size = channels << level
            parts.append(.down(size))
        }
        parts.append(.block(size, size))
        for level in (0..<depth).reversed() {
            parts.append(.up(size, channels << level))
            size = channels << level
            parts.append(.block(2 * size, size))
        }
        parts.append(.leave(size, images))
        return parts
    }

    public func width(after width: Int?) throws(Diagnostic) -> Int? {
        try check("the number of channels", channels, in: 1...(1 << 20))
        try check("the depth", depth, in: 0...15)
        return width
    }

    public func weights(for input: [Int]) throws(Diagnostic) -> [Weight] {
        _ = try output(for: input)
        var weights: [Weight] = []
        if isTimed {
            weights += [
                Weight("time.0.weight", [2 * channels, timeSize], .fanIn(2 * channels)), Weight("time.0.bias", [timeSize], .constant(0)),
                Weight("time.1.weight", [timeSize, timeSize], .fanIn(timeSize)), Weight("time.1.bias", [timeSize], .constant(0)),
            ]
        }
        for (index, part) in parts(input[2]).enumerated() {
            func kernel(_ name: String, _ from: Int, _ to: Int, _ size: Int = 3) -> [Weight] {
                [
                    Weight("\(index).\(name).weight", [size, size, from, to], .fanIn(from * size * size)),
                    Weight("\(index).\(name).bias", [to], .constant(0)),
                ]
            }
            func norm(_ name: String, _ size: Int) -> [Weight] {
                [Weight("\(index).\(name).scale", [size], .constant(1)), Weight("\(index).\(name).shift", [size], .constant(0))]
            }
            switch part {
            case .enter(let from, let to): weights += kernel("conv", from, to)
            case .block(let from, let to):
                weights += norm("norm1", from) + kernel("conv1", from, to)
                if isTimed {
                    weights += [
                        Weight("\(index).time.weight", [timeSize, to], .fanIn(timeSize)), Weight("\(index).time.bias", [to], .constant(0)),
                    ]
                }
                weights += norm("norm2", to) + kernel("conv2", to, to)
                if from != to { weights += kernel("skip", from, to, 1) }
            case .down(let size): weights += kernel("conv", size, size)
            case .up(let from, let to): weights += kernel("conv", from, to)
            case .leave(let from, let to): weights += norm("norm", from) + kernel("conv", from, to)
            }
        }
        return weights
    }

    public func output(for input: [Int]) throws(Diagnostic) -> [Int] {
        _ = try width(after: nil)
        guard input.count == 3, input[0] % (1 << depth) == 0, input[1] % (1 << depth) == 0 else {
            throw refusal(input, "images [height, width, channels] whose sides \(1 << depth) divides")
        }
        return input
    }

    public func apply(_ x: Symbol, _ weights: [Symbol], _ pass: Pass) throws(Diagnostic) -> Symbol {
        _ = try output(for: Array(x.shape.dropFirst()))
        var rest = weights[...]
        func conv(_ x: Symbol, stride: Int = 1) throws(Diagnostic) -> Symbol {
            let (kernel, bias) = (rest.removeFirst(), rest.removeFirst())
            let pad = kernel.shape[0] / 2
            let geometry = Convolution(strides: [stride, stride], low: [pad, pad], high: [pad, pad], dilations: [1, 1])
            return try x.builder.apply(.convolution(geometry), [x, kernel]) + bias
        }
        func norm(_ x: Symbol) throws(Diagnostic) -> Symbol {
            let weights = [rest.removeFirst(), rest.removeFirst()]
            return try GroupNorm(groups(x.shape[3])).apply(x, weights, pass)
        }
        func dense(_ x: Symbol) -> Symbol { x.product(rest.removeFirst()) + rest.removeFirst() }
        var time: Symbol?
        if isTimed {
            guard let steps = pass.condition, steps.shape == [x.shape[0]] else {
                throw Diagnostic(
                    "\(name) takes a time for each image beside the images",
                    help: "call it as net(images, times), or make it with timed: false")
            }
            time = Activation.silu(dense(Activation.silu(dense(UNet.waves(steps.converted(to: x.dtype), 2 * channels)))))
        }
        var (value, skips) = (x, [Symbol]())
        for part in parts(x.shape[3]) {
            switch part {
            case .enter: value = try conv(value)
            case .block(let from, let to):
                if value.shape[3] != from, let skip = skips.popLast() { value = Symbol.concatenated([value, skip], axis: 3) }
                var inner = try conv(Activation.silu(try norm(value)))
                if let time { inner = inner + dense(time).reshaped([x.shape[0], 1, 1, to]) }
                inner = try conv(Activation.silu(try norm(inner)))
                value = inner + (from == to ? value : try conv(value))
            case .down:
                skips.append(value)
                value = try conv(value, stride: 2)
            case .up: value = try conv(try Upsample(2).apply(value, [], pass))
            case .leave: value = try conv(Activation.silu(try norm(value)))
            }
        }
        return value
    }

    private func groups(_ size: Int) -> Int { [8, 4, 2].first { size % $0 == 0 } ?? 1 }

    /// Sines and cosines of a time at geometrically spaced speeds (Vaswani and others 2017).
    static func waves(_ time: Symbol, _ size: Int) -> Symbol {
        let half = max(1, size / 2)
        let speeds = (0..<half).map { UnaryOp.exp.apply(-9.210340371976184 * Double($0) / Double(half)) }
        let angles = time.reshaped([time.shape[0], 1]) * time.builder.constant(Literal(speeds, TensorType(time.dtype, [1, half])))
        var parts = [angles.unary(.sin), angles.unary(.cos)]
        if size > 2 * half { parts.append(time.builder.constant(0, TensorType(time.dtype, [time.shape[0], size - 2 * half]))) }
        return Symbol.concatenated(parts, axis: 1)
    }
}
