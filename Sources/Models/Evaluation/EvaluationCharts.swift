import Displays
import Foundation

extension Evaluation {
    /// Of each model with labels to predict: the confusion matrix as a heat map, and the ROC curve where there are two classes.
    func charts() -> ChartGrid? {
        var charts: [Chart] = []
        for result in results where !result.isBaseline {
            if let confusion = result.confusion, confusion.count <= Self.confusionLimit {
                let map = Chart.HeatMap(
                    values: confusion.map { $0.map(Double.init) }, rowLabels: classNames, columnLabels: classNames, showsNumbers: true)
                charts.append(
                    Chart(title: "\(result.name): confusion", x: "predicted", y: "true", layers: [Chart.Layer(.heatmap(map))]))
            }
            if let roc = result.roc { charts.append(rocChart(result, roc)) }
        }
        return charts.isEmpty ? nil : ChartGrid(charts, columns: min(2, charts.count))
    }

    /// A matrix of more classes is not legible.
    static let confusionLimit = 20

    /// The curve of the second class against the first, over the diagonal of guessing.
    private func rocChart(_ result: EvaluationResult, _ roc: (falseRates: [Double], trueRates: [Double])) -> Chart {
        let positive = classNames.count == 2 ? classNames[1] : "positive"
        let area = result.auc.map { ", AUC \(String(format: "%.4f", $0))" } ?? ""
        return Chart(
            title: "\(result.name): ROC of \(positive)\(area)", x: Chart.Axis("false positive rate", limits: 0...1),
            y: Chart.Axis("true positive rate", limits: 0...1),
            layers: [
                Chart.Layer(.line(x: roc.falseRates, y: roc.trueRates)),
                Chart.Layer(.line(x: [0, 1], y: [0, 1])),
            ])
    }
}
