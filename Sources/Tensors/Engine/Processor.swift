import Diagnostics
import Kernels

/// The level of the processor that loops, products and convolutions are done at: `baseline`, `avx2` or `avx512`.
public enum Processor {
    /// The best that this processor has, or what the environment's `LATENT_CPU` asks for.
    public static var level: String { String(cString: lk_cpu_name(lk_cpu_level())) }

    /// Throws where `LATENT_CPU` names no level, or one that this processor does not have.
    public static func check() throws(Diagnostic) {
        guard let refused = lk_cpu_refused() else { return }
        let name = String(cString: refused)
        let levels = [LK_BASELINE, LK_AVX2, LK_AVX512].map { String(cString: lk_cpu_name($0)) }
        throw Diagnostic(
            levels.contains(name)
                ? "LATENT_CPU asks for \(name), which this processor does not have" : "LATENT_CPU is \"\(name)\", which is no level",
            help: "set it to \(levels[...Int(lk_cpu_level().rawValue)].joined(separator: " or ")), or leave it unset for the best of these")
    }
}
