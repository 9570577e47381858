import Testing

private func show(_ code: String) throws -> String { try Runner().run(code) }

@Test func networksRefuseWhatDoesNotFit() {
    let cases: [(String, [String])] = [
        // When they are made, before there is data.
        ("Chain(Dense(3, 4), Dense(5, 2))", ["Dense(5, 2) takes a last axis of 5, and gets one of 4"]),
        ("Chain(Conv(1, 8, 3), relu, Conv(4, 8, 3))", ["Conv(4, 8, 3)", "4", "8"]),
        ("Chain(Dense(3, 8), Residual(Dense(8, 4)))", ["Residual(Dense(8, 4))", "4", "8"]),
        ("Chain(Dense(3, 8), MultiHeadAttention(3))", ["MultiHeadAttention(3)", "3 heads", "8"]),
        ("TransformerBlock(8, 3)", ["MultiHeadAttention(3, causal: true)", "3 heads", "8"]),
        ("Chain(Conv(3, 8, 3), GroupNorm(3))", ["GroupNorm(3)", "3 groups", "8"]),
        ("Conv(3, 4, 3, groups: 2)", ["2 groups", "3"]), ("Conv(4, 3, 3, groups: 2)", ["2 groups", "3"]),
        ("Chain(Embedding(9, 4), LSTM(5, 3))", ["LSTM(5, 3)", "5", "4"]),
        ("Chain(Chain(Dense(3, 4), tanh), Dense(5, 2))", ["Dense(5, 2)", "4"]),
        ("Dense(0, 3)", ["two"]), ("Dense(-1)", ["whole"]), ("Dense(2.5)", ["whole"]), ("MLP(3, 0)", ["whole"]),
        ("Dense(3, 4, initial: \"hee\")", ["initial", "\"he\""]),
        ("Conv(0, 3, 3)", ["0"]), ("Conv(1, 3, 0)", ["0"]), ("Conv(1, 1, 3, stride: 0)", ["0"]), ("LSTM(0)", ["one size"]),
        ("Embedding(0, 3)", ["0"]), ("Embedding(3, -1)", ["-1"]), ("GroupNorm(0)", ["0"]), ("Upsample(0)", ["0"]), ("MaxPool(0)", ["0"]),
        ("Dropout(1)", ["below 1"]), ("Dropout(-0.1)", ["below 1"]), ("BatchNorm(momentum: 2)", ["momentum", "2"]),
        ("Reshape(2, 0)", ["Reshape(2, 0)", "0"]), ("MultiHeadAttention(0)", ["0"]), ("Positions(0)", ["0"]),
        ("Dense(1_000_000, 1_000_000)", ["memory"]), ("Embedding(100_000_000, 1_000_000)", ["memory"]),
        ("Chain(Flatten(), Dense(10), input: [1e9, 1e9, 1e9])", ["memory"]),
        ("Chain(Upsample(1_000_000), Upsample(1_000_000), Upsample(1_000_000), Flatten(), input: [9, 9, 1])", ["memory"]),
        // When they are applied.
        ("Dense(3, 4)(zeros(2, 5))", ["5"]), ("MultiHeadAttention(3)(zeros(1, 5, 8))", ["MultiHeadAttention(3)", "[5, 8]"]),
        ("ConvTranspose(1, 1, 3, padding: 5)(zeros(1, 2, 2, 1))", ["ConvTranspose(1, 1, 3, padding: 5)", "padding"]),
        ("Conv(1, 1, 9, padding: 0)(zeros(1, 4, 4, 1))", ["Conv(1, 1, 9, padding: 0)", "[4, 4, 1]"]),
        // Positions and classes.
        ("Embedding(10, 4)([[1, 10]])", ["Embedding(10, 4)", "from 0 to 9", "10"]), ("Embedding(10, 4)([[1, -1]])", ["-1"]),
        ("Embedding(10, 4)([[1, 1.5]])", ["whole", "1.5"]), ("Embedding(10, 4)([[1, missing]])", ["missing"]),
        ("Chain(Embedding(10, 4), Flatten(), Dense(2))([[1, 12]])", ["from 0 to 9", "12"]),
        ("crossentropy(zeros(2, 3), [0, 3])", ["labels", "from 0 to 2", "3"]), ("crossentropy(zeros(2, 3), [0, -1])", ["-1"]),
        ("crossentropy(zeros(2, 3), [0, 0.5])", ["whole", "0.5"]), ("crossentropy(zeros(2, 3), [0, missing])", ["missing"]),
        ("crossentropy(zeros(2, 3), [0, 1, 2])", ["[2, 3]", "[3]"]),
        ("gradient(w -> crossentropy(w, [0, 3]))(zeros(2, 3))", ["labels", "3"]),
        ("w = step(zeros(2, 3), w -> crossentropy(w, [0, 1.5]), SGD(1))", ["labels", "1.5"]),
        ("bce([0, 1], [0, 2])", ["from 0 to 1", "2"]), ("bce([0], -0.5)", ["-0.5"]),
        ("crossentropy(zeros(0, 3), zeros(0))", ["crossentropy", "nothing"]), ("mse([], [])", ["nothing"]),
        // Where the step is compiled already.
        ("w = zeros(2, 3)\nfor y in [[0, 2], [0, 3]] { w = step(w, w -> crossentropy(w, y), SGD(1)) }", ["3", "from 0 to 2"]),
        ("w = zeros(2, 3)\nfor y in [[0, 2], [0, 0.5]] { w = step(w, w -> crossentropy(w, y), SGD(1)) }", ["whole", "from 0 to 2"]),
        ("E = Embedding(5, 2)\nfor i in [[[1, 2]], [[1, 5]]] { E = step(E, E -> mean(E(i)^2), SGD(1)) }", ["5", "from 0 to 4"]),
        ("E = Embedding(5, 2)\nfor i in [[[1, 2]], [[1, 0.5]]] { E = step(E, E -> mean(E(i)^2), SGD(1)) }", ["whole", "from 0 to 4"]),
        ("E = Embedding(5, 2)\nE = step(E, E -> mean(E([[7]])^2), SGD(1))", ["Embedding(5, 2)", "7"]),
        ("summary(Dense(3))", ["no weights yet"]), ("step(Dense(3), D -> mean(D([[1]])), SGD(1))", ["no weights yet", "input:"]),
        ("step((a: Dense(1, 1), b: Dense(3)), p -> mean(p.b(p.a([[1]]))), SGD(1))", ["no weights yet"]),
    ]
    for (code, parts) in cases {
        guard let message = Runner().failure(code) else {
            Issue.record("\(code) gives no error")
            continue
        }
        for part in parts { #expect(message.contains(part), "\(code): \(message)") }
    }
}

@Test func rowsOfATableAreFoundByWholeNumbers() throws {
    // The labels of classes stay whole beyond what float32 tells apart, 2^24.
    #expect(try show("E = Embedding(16_777_300, 1)\nE([[16_777_217]]) == E([[16_777_216]])") == "[[[false]]]")
    #expect(try show("E = Embedding(5, 3)\nE(int32([[1, 4]])) == E([[1, 4]])").contains("false") == false)
    // What follows an embedding or a recurrence may depend on the length.
    #expect(try show("Chain(Embedding(9, 4), Flatten(), Dense(2))([[1, 2, 3]]).shape") == "[1, 2]")
    #expect(try show("Chain(LSTM(3, 5), Flatten(), Dense(2))(zeros(2, 4, 3)).shape") == "[2, 2]")
    #expect(try show("Chain(Embedding(9, 4), LSTM(4, 8), Dense(9)).count") == "\(36 + 4 * 8 * 12 + 32 + 81)")
}

@Test func summariesHaveATotal() throws {
    let code = "s = summary(Chain(Dense(3, 4), BatchNorm(), Dense(4, 2)))\n"
    #expect(try show(code + "s.layer[-1]") == "\"total\"")
    #expect(try show(code + "s.gives[-1]") == "\"[2]\"")
    #expect(try show(code + "s.weights") == "[16, 8, 10, 34]")
    // Four bytes a number, running statistics too.
    #expect(try show(code + "s.bytes") == "[64, 64, 40, 168]")
}
