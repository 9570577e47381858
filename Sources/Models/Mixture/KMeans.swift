import Tensors

/// Clusters of examples by k-means: k-means++ seeding (Arthur and Vassilvitskii, 2007), then Lloyd's rounds.
///
/// - Returns: the cluster of each example, 0..<k.
func kMeans(_ matrix: NumberMatrix, clusters k: Int, rounds: Int = 100, generator: inout Generator) -> [Int] {
    let (n, d) = (matrix.rows, matrix.columns)
    func distance(_ row: Int, _ centre: [Double], _ c: Int) -> Double {
        var sum = 0.0
        for i in 0..<d {
            let difference = matrix.values[row * d + i] - centre[c * d + i]
            sum += difference * difference
        }
        return sum
    }
    var centres: [Double] = []
    var nearest = [Double](repeating: .infinity, count: n)
    for c in 0..<k {
        let chosen = c == 0 ? generator.below(n) : generator.categorical(nearest[...])
        centres += matrix.values[(chosen * d)..<((chosen + 1) * d)]
        for row in 0..<n { nearest[row] = min(nearest[row], distance(row, centres, c)) }
    }
    var assignment = [Int](repeating: -1, count: n)
    for _ in 0..<rounds {
        var changed = false
        for row in 0..<n {
            var (best, least) = (0, Double.infinity)
            for c in 0..<k {
                let value = distance(row, centres, c)
                if value < least { (best, least) = (c, value) }
            }
            if assignment[row] != best { (assignment[row], changed) = (best, true) }
        }
        guard changed else { break }
        var counts = [Double](repeating: 0, count: k)
        var sums = [Double](repeating: 0, count: k * d)
        for row in 0..<n {
            counts[assignment[row]] += 1
            for i in 0..<d { sums[assignment[row] * d + i] += matrix.values[row * d + i] }
        }
        // An empty cluster keeps its centre.
        for c in 0..<k where counts[c] > 0 { for i in 0..<d { centres[c * d + i] = sums[c * d + i] / counts[c] } }
    }
    return assignment
}
