import Diagnostics
import Distributions
import Language
import Models
import Tensors

/// Everything that names mean before a program binds any: builtins, constants, families.
public enum StandardLibrary {
    /// The chapters of the reference, in its order. A builtin's chapter is the title of the one it stands in.
    static let chapters: [[Builtin]] = [
        ElementwiseChapter.rows, SpecialFunctionChapter.rows, ReductionChapter.rows, StatisticsChapter.rows,
        CreationChapter.rows, ShapingChapter.rows, SelectionChapter.rows, LinearAlgebraChapter.rows,
        FunctionChapter.rows, StringChapter.rows, TableChapter.rows, DataChapter.rows, DrawingChapter.rows, LearningChapter.rows,
        DistributionChapter.rows, TrainingChapter.rows,
        PictureChapter.rows, SessionChapter.rows,
    ]

    /// Every builtin, a row each.
    public static let rows: [Builtin] = chapters.flatMap { $0 }

    /// Names of values that never change.
    static let constants: [(name: String, value: Value, summary: String)] = [
        ("pi", .number(.pi), "The circumference of a circle over its diameter"),
        ("inf", .number(.infinity), "Infinity"),
    ]

    /// What each name means before a program binds it.
    public static func table() -> [String: Value] {
        var table: [String: Value] = [:]
        for constant in constants { table[constant.name] = constant.value }
        for family in DistributionCatalog.all { table[family.name] = .object(Object(.distributionFamily(family))) }
        for family in ModelCatalog.all { table[family.name] = .object(Object(.modelFamily(family))) }
        // Last, because `Mixture` is a row that stands for a distribution and a family of models.
        for row in rows { table[row.name] = .function(Callable(row)) }
        return table
    }
}
