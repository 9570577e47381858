import Diagnostics
import Graphs
import Tensors
import Testing

@testable import Layers

@Test func initialWeightsHaveTheVariancesOfThePapers() throws {
    let (rows, columns) = (300, 200)
    let count = Double(rows * columns)
    let cases: [(name: String, initial: Initial, variance: Double, kurtosis: Double, bound: Double)] = [
        // Glorot and Bengio 2010, equation 16: even, of variance 2 / (in + out).
        ("Glorot", .glorot(rows, columns), 2 / Double(rows + columns), 1.8, (6 / Double(rows + columns)).squareRoot()),
        // He, Zhang, Ren and Sun 2015, equation 10: normal, of variance 2 / in.
        ("He", .he(rows), 2 / Double(rows), 3, .infinity),
        // LeCun and others 1998 ask for a variance of 1 / in; even within 1 / sqrt(in) is a third of it.
        ("fan in", .fanIn(rows), 1 / (3 * Double(rows)), 1.8, 1 / Double(rows).squareRoot()),
        ("normal", .normal(sd: 0.02), 0.0004, 3, .infinity),
    ]
    for (index, row) in cases.enumerated() {
        let values = try row.initial.tensor([rows, columns], Key(seed: 11).folded(UInt64(index))).doubles
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + $1 * $1 } / count
        // Six standard errors of a mean and of a mean of squares.
        #expect(abs(mean) < 6 * (row.variance / count).squareRoot(), "\(row.name): mean \(mean)")
        let error = row.variance * ((row.kurtosis - 1) / count).squareRoot()
        #expect(abs(variance - row.variance) < 6 * error, "\(row.name): variance \(variance)")
        // float32 may round a bound up.
        #expect(values.allSatisfy { abs($0) <= row.bound * (1 + 0x1p-23) }, "\(row.name)")
    }
}

@Test func orthogonalWeightsAreOrthonormal() throws {
    for shape in [[5, 5], [3, 7], [7, 3]] {
        let matrix = try Initial.orthogonal.tensor(shape, Key(seed: 4))
        let short = min(shape[0], shape[1])
        for i in 0..<short {
            for j in 0..<short {
                var dot = 0.0
                for k in 0..<max(shape[0], shape[1]) {
                    let (a, b) = shape[0] < shape[1] ? (i * shape[1] + k, j * shape[1] + k) : (k * shape[1] + i, k * shape[1] + j)
                    dot += matrix.double(at: a) * matrix.double(at: b)
                }
                #expect(abs(dot - (i == j ? 1 : 0)) < 1e-6, "\(shape)")
            }
        }
    }
}

@Test func layersBeginAsTheySay() throws {
    // By layer and weight: the bound of an even distribution, or a standard deviation.
    let attention = try Attention(heads: 2).weights(for: [3, 8])
    #expect(attention.map(\.initial) == [.glorot(8, 8), .glorot(8, 8), .constant(0), .constant(0)])
    #expect(try Dense(16, 4).weights(for: [16]).map(\.initial) == [.uniform(0.25), .uniform(0.25)])
    #expect(try Conv(4, 8, kernel: [2, 2]).weights(for: [5, 5, 4]).map(\.initial) == [.uniform(0.25), .uniform(0.25)])
    #expect(try Recurrent(.lstm, 3, 16).weights(for: [2, 3]).map(\.initial) == [.uniform(0.25), .uniform(0.25), .uniform(0.25)])
    #expect(try Dense(16, 4, initial: .he).weights(for: [16]).map(\.initial) == [.he(16), .constant(0)])
    #expect(try Conv(4, 8, kernel: [2, 2], initial: .glorot).weights(for: [5, 5, 4]).map(\.initial) == [.glorot(16, 32), .constant(0)])
    #expect(Embedding(3, 4).weights(for: [1]).map(\.initial) == [.normal(sd: 1)])
    #expect(try LayerNorm().weights(for: [3]).map(\.initial) == [.constant(1), .constant(0)])
}
