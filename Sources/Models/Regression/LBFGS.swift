import Diagnostics

/// The minimum of a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, 2006, chapter 7) with a weak Wolfe line search by bisection.
///
/// - Parameters:
///   - start: where to begin.
///   - tolerance: it ends where no entry of the gradient is larger, relative to the largest at the start or 1.
///   - function: the value, and the gradient written into its second argument.
/// - Returns: the point reached and the value there.
public func minimizeLBFGS(
    _ start: [Double], tolerance: Double = 1e-7, rounds: Int = 2000, interrupt: Interrupt,
    function: ([Double], inout [Double]) throws(Diagnostic) -> Double
) throws(Diagnostic) -> (point: [Double], value: Double) {
    let memory = 10
    func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = try function(point, &gradient)
    let bound = tolerance * max(1, gradient.map(abs).max() ?? 0)
    var steps: [(s: [Double], y: [Double], rho: Double)] = []
    for _ in 0..<rounds {
        try interrupt.check()
        guard (gradient.map(abs).max() ?? 0) > bound else { break }
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for step in steps.reversed() {
            let factor = step.rho * dot(step.s, direction)
            factors.append(factor)
            for index in direction.indices { direction[index] -= factor * step.y[index] }
        }
        if let last = steps.last {
            let scale = 1 / (last.rho * dot(last.y, last.y))
            for index in direction.indices { direction[index] *= scale }
        } else {
            let scale = 1 / max(1, dot(gradient, gradient).squareRoot())
            for index in direction.indices { direction[index] *= scale }
        }
        for (step, factor) in zip(steps, factors.reversed()) {
            let correction = factor - step.rho * dot(step.y, direction)
            for index in direction.indices { direction[index] += correction * step.s[index] }
        }
        let slope = dot(gradient, direction)
        guard slope < 0 else { break }
        var (low, high, length) = (0.0, Double.infinity, 1.0)
        var next = point
        var nextGradient = gradient
        var nextValue = value
        for _ in 0..<50 {
            for index in next.indices { next[index] = point[index] + length * direction[index] }
            nextValue = try function(next, &nextGradient)
            if !(nextValue <= value + 1e-4 * length * slope) {
                high = length
            } else if dot(nextGradient, direction) < 0.9 * slope {
                low = length
            } else {
                break
            }
            length = high.isFinite ? (low + high) / 2 : 2 * length
        }
        guard nextValue < value else { break }
        let s = zip(next, point).map { $0 - $1 }
        let y = zip(nextGradient, gradient).map { $0 - $1 }
        let curvature = dot(s, y)
        if curvature > 1e-300 {
            steps.append((s, y, 1 / curvature))
            if steps.count > memory { steps.removeFirst() }
        }
        (point, gradient, value) = (next, nextGradient, nextValue)
    }
    return (point, value)
}
