import Testing

// What LANGUAGE says: dropout and batch norm train only in `fit` and `step`. There also in networks that a step only reads, whose running
// statistics stay.

private func show(_ code: String) throws -> String { try Runner().run(code) }

@Test func batchNormTrainsInSteps() throws {
    // The batch's statistics make the loss in the step, whatever the running ones are.
    #expect(try show("N = step(Chain(BatchNorm(), input: [1]), N -> mean(N([[1], [5]])^2), SGD(1e-9))\nround(N.loss, digits: 4)") == "1")
    // Its running mean is 0.1 times 3, its variance 0.9 + 0.1 times 8; outside they serve.
    let moved = "N = step(Chain(BatchNorm(), input: [1]), N -> mean(N([[1], [5]])^2), SGD(1e-9))\n"
    #expect(try show(moved + "round(N([[0.3], [0.3 + sqrt(1.7)]]), digits: 4)") == "[[0], [1]]".replacing("], [", with: "],\n ["))
    // Two applications follow each other: 0.9 times 0.3, and 0.1 times 13.
    let twice = "N = step(Chain(BatchNorm(), input: [1]), N -> mean(N([[1], [5]])^2) + mean(N([[11], [15]])^2), SGD(1e-9))\n"
    #expect(try show(twice + "round(N([[1.57]]), digits: 4)") == "[[0]]")
    // Outside of steps each example is by itself.
    #expect(try show("N = BatchNorm()\nmax(abs(N([[1], [5]]) - [[1], [5]])) < 1e-4") == "true")
    // A loop of compiled steps goes on from where the running statistics are.
    let loop = "N = Chain(BatchNorm(), input: [1])\nfor i in 0..<200 { N = step(N, N -> mean(N([[1], [5]])^2), SGD(1e-9)) }\n"
    #expect(try show(loop + "round(N([[3]]), digits: 3)") == "[[0]]")
}

@Test func networksThatAStepReadsAreInTraining() throws {
    // The loss in w of a network that is read: by the batch's statistics it does not see the scale of what it is given.
    let read = { (loss: String) in
        "N = Chain(BatchNorm(), input: [1])\nw = 4\nw = step(w, w -> \(loss), SGD(0.01))\nround(w.loss, digits: 3)"
    }
    #expect(try show(read("mean(N(w * [[1], [3]])^2)")) == "1")
    // A gradient inside the step too.
    #expect(try show(read("gradient(v -> mean(N(v * [[1], [3]])^2))(w) + w^2")) == "16")
    // It stays what it was.
    #expect(
        try show("N = Chain(BatchNorm(), input: [1])\nw = step(4, w -> mean(N(w * [[1], [3]])^2), SGD(0.01))\nround(N([[5]]), digits: 3)")
            == "[[5]]")
    // Dropout: half of a thousand ones are dropped and the others doubled.
    let drop = "D = Dropout(0.5)\nw = step(1, w -> mean(D(w * ones(1, 1000))^2), SGD(0.01))\nabs(w.loss - 2) < 0.4 and w.loss != 1"
    #expect(try show(drop) == "true")
    // In gradients and minimisations alone nothing is in training.
    #expect(try show("D = Dropout(0.5)\ngradient(w -> sum(w * D(ones(1, 4))))(1)") == "4")
    let least =
        "N = Chain(BatchNorm(), input: [1])\nabs(minimize(w -> mean((N(w * [[1], [3]]) - [[2], [6]])^2), 1, method: Adam(0.05, steps: 500)) - 2) < 0.01"
    #expect(try show(least) == "true")
}

@Test func settingsTellNetworksApart() throws {
    // The same loss, compiled for one network, does not serve another that differs in a setting alone.
    let pairs = [
        ("Conv(1, 1, 3, padding: 0)", "Conv(1, 1, 3, padding: 1)", "zeros(1, 4, 4, 1)"),
        ("Dropout(0.25)", "Dropout(0.5)", "ones(1, 4)"), ("UNet(2, depth: 1)", "UNet(2, depth: 1, timed: false)", ""),
        ("BatchNorm(momentum: 0.1)", "BatchNorm(momentum: 0.5)", ""), ("LayerNorm()", "LayerNorm(bias: false)", ""),
        ("MultiHeadAttention(2)", "MultiHeadAttention(2, causal: true)", ""),
        ("TransformerBlock(8, 2)", "TransformerBlock(8, 2, dropout: 0.1)", ""), ("Dense(3, 4)", "Dense(3, 4, initial: \"he\")", ""),
        ("MaxPool(2)", "MaxPool(2, stride: 1)", ""),
    ]
    for (a, b, _) in pairs { #expect(try show("str(\(a)) == str(\(b))") == "false", "\(a)") }
    let code = """
        losses = []
        for N in [Chain(Conv(1, 1, 3, padding: 0), input: [4, 4, 1]), Chain(Conv(1, 1, 3, padding: 1), input: [4, 4, 1])] {
          M = step(N, N -> mean(N(ones(1, 4, 4, 1))^2) * 0 + len(N(ones(1, 4, 4, 1))[0]), SGD(0.1))
          losses = append(losses, M.loss)
        }
        losses
        """
    #expect(try show(code) == "[2, 4]")
}
