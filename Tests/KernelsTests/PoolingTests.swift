import Kernels
import Testing

struct PoolingTests {
    private static func expect<T: Element>(_ type: T.Type) {
        for (images, height, width, channels, window, strides) in [
            (1, 1, 1, 1, (1, 1), (1, 1)), (2, 4, 6, 3, (2, 2), (2, 2)), (3, 5, 4, 1, (3, 2), (1, 2)), (2, 7, 7, 17, (3, 3), (2, 2)),
            (1, 9, 5, 2, (2, 5), (3, 1)), (2, 6, 3, 8, (1, 1), (2, 2)),
        ] {
            for mean in [false, true] {
                for hasNaN in [false, true] {
                    let (high, wide) = ((height - window.0) / strides.0 + 1, (width - window.1) / strides.1 + 1)
                    var s = lk_pool_shape(
                        height: Int64(height), width: Int64(width), channels: Int64(channels), out_height: Int64(high),
                        out_width: Int64(wide),
                        window: (Int64(window.0), Int64(window.1)), strides: (Int64(strides.0), Int64(strides.1)), mean: mean ? 1 : 0)
                    var noise = Noise(UInt64(height * width + channels))
                    // Few different numbers, so that several of a window are its largest.
                    var x: [T] = (0..<images * height * width * channels).map { _ in T(noise.below(5) - 2) }
                    if hasNaN { x[noise.below(x.count)] = .nan }
                    let g: [T] = (0..<images * high * wide * channels).map { _ in T(1 + noise.below(8)) }
                    var y = [T](repeating: 9, count: g.count)
                    var wantY = y
                    var dx = [T](repeating: 9, count: x.count)
                    var wantX = [T](repeating: 0, count: x.count)
                    for out in 0..<g.count {
                        let (k, j) = (out % channels, out / channels % wide)
                        let (i, n) = (out / channels / wide % high, out / channels / wide / high)
                        let places = (0..<window.0 * window.1).map { tap in
                            ((n * height + i * strides.0 + tap / window.1) * width + j * strides.1 + tap % window.1) * channels + k
                        }
                        if mean {
                            wantY[out] = places.reduce(T(0)) { $0 + x[$1] } / T(places.count)
                            for place in places { wantX[place] += g[out] / T(places.count) }
                        } else {
                            // The first of those that are largest, NaN before all.
                            let most = places.map { x[$0] }.max() ?? 0
                            let best = places.first { x[$0].isNaN } ?? places.first { x[$0] == most } ?? 0
                            wantY[out] = x[best]
                            wantX[best] += g[out]
                        }
                    }
                    // In two parts, as two threads would.
                    for part in [0..<images / 2, images / 2..<images] {
                        lk_pool_forward(type.dtype, &s, x, &y, Int64(part.lowerBound), Int64(part.upperBound))
                        lk_pool_backward(type.dtype, &s, x, y, g, &dx, Int64(part.lowerBound), Int64(part.upperBound))
                    }
                    func near(_ a: [T], _ b: [T]) -> Bool {
                        zip(a, b).allSatisfy { abs($0 - $1) <= 8 * T.ulpOfOne * max(1, abs($1)) || ($0.isNaN && $1.isNaN) }
                    }
                    let name = "\(type.name) \(images) images of \(height) x \(width) x \(channels), \(window) by \(strides), mean \(mean)"
                    #expect(near(y, wantY), "\(name)")
                    #expect(near(dx, wantX), "\(name): gradient")
                }
            }
        }
    }

    @Test func windowsAgreeWithTheirDefinition() {
        Self.expect(Float.self)
        Self.expect(Double.self)
    }
}
