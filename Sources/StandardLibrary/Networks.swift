import Diagnostics
import Displays
import Graphs
import Language
import Layers
import Tensors

/// Layers and networks, a row each; a layer alone is a network too.
enum NetworkChapter {
    static let title = "Networks"

    private static func row(
        _ signature: String, _ summary: String, _ examples: [Builtin.Example],
        _ make: @escaping @Sendable (Call) throws(Diagnostic) -> any Layer
    ) -> Builtin {
        Builtin(signature, chapter: title, summary, examples: examples) { (call: Call) throws(Diagnostic) -> Value in
            .object(Object(.network(try Network.made(try make(call), key: call.machine.nextKey()))))
        }
    }

    private static let sizes = 1...1_000_000

    static let rows: [Builtin] =
        [
            row(
                "MLP(sizes..., activation: relu)", "Dense layers from the first size to the last, with an activation between them.",
                [.init("MLP(64, 128, 10)", "MLP(64, 128, 10), 9,610 weights"), .init("MLP(2, 8, 1)(zeros(5, 2)).shape", "[5, 1]")]
            ) { (call) throws(Diagnostic) in
                var sizes: [Int] = []
                for value in call.rest(0) {
                    guard let size = value.single, size >= 1, size <= 1e6, size == size.rounded() else {
                        throw call.mustBe(0, "whole numbers: MLP(64, 128, 10)")
                    }
                    sizes.append(Int(size))
                }
                guard sizes.count >= 2 else {
                    throw call.wrong(0, "an MLP has at least two sizes, of what it takes and what it gives", help: "as in MLP(64, 128, 10)")
                }
                return Chain.mlp(sizes, activation: call.isGiven(1) ? try activation(call[1], call, 1) : .relu)
            },
            row(
                "Chain(layers..., input: none)",
                "One layer after the other; functions such as relu and tanh are layers too. `input` is the shape of an example, where the first layer does not say it.",
                [
                    .init("Chain(Dense(4, 8), tanh, Dense(2))(zeros(3, 4)).shape", "[3, 2]"),
                    .init("Chain(Conv(1, 8, 3), relu, Flatten(), Dense(10), input: [8, 8, 1]).count", "5210"),
                ]
            ) { (call) throws(Diagnostic) in
                var layers: [any Layer] = []
                for value in call.rest(0) { layers.append(try layer(value, call, 0)) }
                return Chain(layers, input: call.isGiven(1) ? try shape(call, 1) : nil)
            },
            row(
                "Dense(sizes..., bias: true, initial: none)",
                "x W + b along the last axis: Dense(out), or Dense(in, out). `initial` is how W begins: \"glorot\", \"he\" or \"orthogonal\", with b at 0; else both evenly within 1/sqrt(in).",
                [.init("Dense(3, 2)", "Dense(3, 2), 8 weights")]
            ) {
                (call) throws(Diagnostic) in
                let (inputs, outputs) = try inOut(call)
                return Dense(inputs, outputs, bias: try call.bool(1), initial: try scheme(call, 2))
            },
            row(
                "Conv(inputs, outputs, kernel, stride: 1, padding: none, axes: 2, groups: 1, bias: true, initial: none)",
                "A convolution over images [height, width, channels], or series with `axes: 1`. Without `padding` sizes stay as they are at stride 1.",
                [.init("Conv(1, 32, 3)(zeros(2, 8, 8, 1)).shape", "[2, 8, 8, 32]")]
            ) { (call) throws(Diagnostic) in try convolution(call, transposed: false) },
            row(
                "ConvTranspose(inputs, outputs, kernel, stride: 1, padding: none, axes: 2, groups: 1, bias: true, initial: none)",
                "A transposed convolution: from small images to large ones.",
                [.init("ConvTranspose(8, 1, 4, stride: 2)(zeros(2, 7, 7, 8)).shape", "[2, 14, 14, 1]")]
            ) { (call) throws(Diagnostic) in try convolution(call, transposed: true) },
            row(
                "MaxPool(window, stride: none)", "The largest of each window.",
                [.init("MaxPool(2)(zeros(1, 4, 4, 3)).shape", "[1, 2, 2, 3]")]
            ) {
                (call) throws(Diagnostic) in
                Pool(.maximum, try call.integer(0, in: sizes), stride: try call.integerIfGiven(1, in: sizes))
            },
            row("MeanPool(window, stride: none)", "The mean of each window.", [.init("MeanPool(2)(ones(1, 2, 2, 1))", "[[[[1]]]]")]) {
                (call) throws(Diagnostic) in
                Pool(.mean, try call.integer(0, in: sizes), stride: try call.integerIfGiven(1, in: sizes))
            },
            row(
                "Upsample(factor: 2)", "Repeats each place of an image or a series.",
                [.init("Upsample(2)(zeros(1, 4, 4, 3)).shape", "[1, 8, 8, 3]")]
            ) {
                (call) throws(Diagnostic) in Upsample(try call.integer(0, in: sizes))
            },
            row("Flatten()", "An example's numbers in one axis.", [.init("Flatten()(zeros(2, 3, 4)).shape", "[2, 12]")]) {
                (_) throws(Diagnostic) in Flatten()
            },
            row("Reshape(sizes...)", "An example's numbers under another shape.", [.init("Reshape(2, 3)(zeros(5, 6)).shape", "[5, 2, 3]")])
            {
                (call) throws(Diagnostic) in Reshape(try shape(call, 0))
            },
            row(
                "Embedding(count, size)", "Rows of a learned table by whole numbers.",
                [.init("Embedding(10, 4)([[1, 2, 3]]).shape", "[1, 3, 4]")]
            ) {
                (call) throws(Diagnostic) in Embedding(try call.integer(0, in: 1...100_000_000), try call.integer(1, in: sizes))
            },
            row(
                "Positions(length)", "Adds a learned vector for each place of a sequence.",
                [.init("Positions(8)(zeros(1, 5, 4)).shape", "[1, 5, 4]")]
            ) {
                (call) throws(Diagnostic) in Positions(try call.integer(0, in: sizes))
            },
            row(
                "LayerNorm(bias: true)", "Standardises each vector, then scales and shifts it.",
                [.init("LayerNorm()([[1, 3]])", "[[-0.999995,  0.999995]]")]
            ) {
                (call) throws(Diagnostic) in LayerNorm(bias: try call.bool(0))
            },
            row("GroupNorm(groups)", "Standardises channels in groups.", [.init("GroupNorm(2)(zeros(1, 4, 4, 8)).shape", "[1, 4, 4, 8]")]) {
                (call) throws(Diagnostic) in GroupNorm(try call.integer(0, in: sizes))
            },
            row(
                "BatchNorm(momentum: 0.1)",
                "Standardises channels over the batch in `fit` and `step`, also where a step only reads the network; by running statistics elsewhere, which follow the batches in the network that is trained.",
                [.init("BatchNorm()(zeros(2, 3)).shape", "[2, 3]")]
            ) {
                (call) throws(Diagnostic) in BatchNorm(momentum: try call.number(0))
            },
            row(
                "Dropout(rate)", "Sets numbers to 0 at random, in `fit` and `step` alone.",
                [.init("Dropout(0.5)(ones(1, 3))", "[[1, 1, 1]]")]
            ) {
                (call) throws(Diagnostic) in
                let rate = try call.number(0)
                guard rate >= 0, rate < 1 else { throw call.mustBe(0, "from 0 to below 1") }
                return Dropout(rate)
            },
            recurrent(.rnn, "A plain recurrence."), recurrent(.gru, "Gated recurrent units."), recurrent(.lstm, "Long short-term memory."),
            row(
                "MultiHeadAttention(heads, causal: false, bias: true)", "Each place of a sequence reads the others, or those before it.",
                [.init("MultiHeadAttention(2)(zeros(1, 5, 8)).shape", "[1, 5, 8]")]
            ) { (call) throws(Diagnostic) in
                Attention(heads: try call.integer(0, in: sizes), causal: try call.bool(1), bias: try call.bool(2))
            },
            row(
                "TransformerBlock(size, heads, causal: true, bias: true, dropout: 0)",
                "Attention and two dense layers, each behind a norm and beside a residual.",
                [.init("TransformerBlock(8, 2)(zeros(1, 5, 8)).shape", "[1, 5, 8]")]
            ) { (call) throws(Diagnostic) in
                let dropout = try call.number(4)
                guard dropout >= 0, dropout < 1 else { throw call.mustBe(4, "from 0 to below 1") }
                return Chain.transformerBlock(
                    size: try call.integer(0, in: sizes), heads: try call.integer(1, in: sizes), causal: try call.bool(2),
                    bias: try call.bool(3), dropout: dropout)
            },
            row(
                "Residual(layer)", "What a layer gives, added to what it was given.",
                [.init("Residual(Dense(4, 4))(zeros(2, 4)).shape", "[2, 4]")]
            ) {
                (call) throws(Diagnostic) in Residual(try layer(call[0], call, 0))
            },
            row(
                "UNet(channels: 32, depth: 2, timed: true, input: none)",
                "From images to images of the same size, by several scales; `net(images, times)` where it is timed. `input` is the shape of an image.",
                [.init("UNet(32, input: [28, 28, 1]).count", "459905")]
            ) { (call) throws(Diagnostic) in
                let net = UNet(try call.integer(0, in: sizes), depth: try call.integer(1, in: 0...8), timed: try call.bool(2))
                return call.isGiven(3) ? Chain([net], input: try shape(call, 3)) : net
            },
        ] + verbs + generation

    private static func recurrent(_ cell: Recurrent.Cell, _ summary: String) -> Builtin {
        row(
            "\(cell.rawValue)(sizes...)", summary + " Over sequences [length, size]; gives the state at each place.",
            [.init("\(cell.rawValue)(3, 5)(zeros(2, 4, 3)).shape", "[2, 4, 5]")]
        ) {
            (call) throws(Diagnostic) in
            let (inputs, outputs) = try inOut(call)
            return Recurrent(cell, inputs, outputs)
        }
    }

    /// One or two sizes: what is given, or what is taken and given.
    private static func inOut(_ call: Call) throws(Diagnostic) -> (Int?, Int) {
        let sizes = try shape(call, 0)
        guard sizes.count == 1 || sizes.count == 2, sizes.allSatisfy({ $0 > 0 }) else {
            throw call.wrong(
                0, "\(call.name) takes one size, of what it gives, or two, of what it takes and gives", help: "as in \(call.name)(64, 10)")
        }
        return sizes.count == 2 ? (sizes[0], sizes[1]) : (nil, sizes[0])
    }

    /// Whole numbers: arguments of their own, or one tensor.
    private static func shape(_ call: Call, _ index: Int) throws(Diagnostic) -> [Int] {
        let values: [Double]
        if case .list(let list) = call[index] {
            values = list.items.flatMap { $0.asTensor?.doubles ?? [.nan] }
        } else {
            values = call[index].asTensor?.doubles ?? [.nan]
        }
        guard values.allSatisfy({ $0 >= 0 && $0 <= 1e9 && $0 == $0.rounded() }) else {
            throw call.mustBe(index, "whole numbers: [28, 28, 1]")
        }
        return values.map { Int($0) }
    }

    private static func convolution(_ call: Call, transposed: Bool) throws(Diagnostic) -> any Layer {
        let axes = try call.integer(5, in: 1...2)
        let padding: Conv.Padding = call.isGiven(4) ? .by(try call.integer(4, in: 0...1000)) : .same
        return Conv(
            try call.integer(0, in: sizes), try call.integer(1, in: sizes),
            kernel: [Int](repeating: try call.integer(2, in: 1...1000), count: axes),
            stride: try call.integer(3, in: 1...1000), padding: padding, groups: try call.integer(6, in: sizes), bias: try call.bool(7),
            transposed: transposed, initial: try scheme(call, 8))
    }

    private static func scheme(_ call: Call, _ index: Int) throws(Diagnostic) -> Scheme? {
        guard call.isGiven(index) else { return nil }
        guard let scheme = call[index].asString.flatMap(Scheme.init(rawValue:)) else {
            throw call.mustBe(index, "one of \(Scheme.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
        }
        return scheme
    }

    private static func activation(_ value: Value, _ call: Call, _ index: Int) throws(Diagnostic) -> Activation {
        let name = value.asString ?? value.builtinName
        guard let activation = name.flatMap(Activation.init(rawValue:)) else {
            throw call.mustBe(index, "a layer, or one of the functions \(Activation.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return activation
    }

    private static func layer(_ value: Value, _ call: Call, _ index: Int) throws(Diagnostic) -> any Layer {
        if case .object(let object) = value, case .network(let network) = object.kind { return network.layer }
        return try activation(value, call, index)
    }
}
