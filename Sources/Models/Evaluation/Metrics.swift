import Foundation

/// The area under the ROC curve: the chance that a positive example is scored above a negative one, ties counting half (Mann and Whitney, 1947).
///
/// - Returns: nil where one of the two kinds is absent.
func areaUnderROC(_ scores: [Double], positive: [Bool]) -> Double? {
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    let positives = positive.lazy.filter { $0 }.count
    let negatives = positive.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
        var end = start
        while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
        // Ties share their mean rank.
        let rank = Double(start + end + 1) / 2
        for index in order[start..<end] where positive[index] { rankSum += rank }
        start = end
    }
    let p = Double(positives)
    return (rankSum - p * (p + 1) / 2) / (p * Double(negatives))
}

/// The points of the ROC curve: false and true positive rates as the threshold falls.
func rocCurve(_ scores: [Double], positive: [Bool]) -> (falseRates: [Double], trueRates: [Double]) {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positives = max(1, positive.lazy.filter { $0 }.count)
    let negatives = max(1, positive.lazy.filter { !$0 }.count)
    var (falseRates, trueRates) = ([0.0], [0.0])
    var (hits, misses) = (0, 0)
    for (position, index) in order.enumerated() {
        if positive[index] { hits += 1 } else { misses += 1 }
        if position + 1 < order.count, scores[order[position + 1]] == scores[index] { continue }
        falseRates.append(Double(misses) / Double(negatives))
        trueRates.append(Double(hits) / Double(positives))
    }
    return (falseRates, trueRates)
}
