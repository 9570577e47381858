/// A colour in sRGB, each part in 0...1.
struct Color: Hashable, Sendable {
    var red: Double
    var green: Double
    var blue: Double

    init(_ hex: UInt32) {
        red = Double((hex >> 16) & 255) / 255
        green = Double((hex >> 8) & 255) / 255
        blue = Double(hex & 255) / 255
    }

    init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    static let white = Color(0xFFFFFF)
    static let ink = Color(0x222222)
    static let softInk = Color(0x555555)
    static let axis = Color(0x777777)
    static let grid = Color(0xE4E4E4)
    static let rule = Color(0x666666)
    /// Stands for NaN in heat maps and images; in none of the colour maps.
    static let invalid = Color(0xE754A6)

    /// Okabe and Ito's colours for all kinds of colour vision (Color Universal Design, 2008), yellow left to the end since it is faint on white.
    private static let palette = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0xF0E442].map { Color(UInt32($0)) }

    /// The colour of a series; the palette repeats after ``cycle`` series.
    static func series(_ index: Int) -> Color { palette[((index % cycle) + cycle) % cycle] }

    static let cycle = 8

    func mixed(with other: Color, _ share: Double) -> Color {
        Color(
            red: red + (other.red - red) * share,
            green: green + (other.green - green) * share,
            blue: blue + (other.blue - blue) * share)
    }

    /// Relative luminance as in WCAG 2.1, which tells whether dark or light text reads better on this colour.
    var luminance: Double {
        func linear(_ part: Double) -> Double {
            let offset = (part + 0.055) / 1.055
            return part <= 0.04045 ? part / 12.92 : power(offset, 2.4)
        }
        let r = 0.2126 * linear(red)
        let g = 0.7152 * linear(green)
        let b = 0.0722 * linear(blue)
        return r + g + b
    }

    var textOnTop: Color { luminance > 0.3 ? .ink : .white }

    private static func byte(_ part: Double) -> UInt32 { UInt32((min(max(part, 0), 1) * 255).rounded()) }

    /// 0xRRGGBB
    var hex: UInt32 {
        (Color.byte(red) << 16) | (Color.byte(green) << 8) | Color.byte(blue)
    }

    /// The nearest colour of the 6 by 6 by 6 cube of 256-colour terminals.
    var ansi: Int {
        let levels: [Double] = [0, 95, 135, 175, 215, 255]
        func nearest(_ part: Double) -> Int {
            let wanted = part * 255
            return levels.indices.min { abs(levels[$0] - wanted) < abs(levels[$1] - wanted) } ?? 0
        }
        return 16 + 36 * nearest(red) + 6 * nearest(green) + nearest(blue)
    }
}

/// From a number in 0...1 to a colour.
enum ColorMap: Sendable {
    /// Perceptually uniform, for quantities (matplotlib's viridis by van der Walt and Smith, nine anchors).
    case viridis
    /// From white to dark blue, for counts with numbers written on them (ColorBrewer "Blues" by Brewer).
    case blues
    /// Blue, white, red, for signed quantities (ColorBrewer "RdBu").
    case diverging

    private static let viridisAnchors = anchors([
        0x440154, 0x472C7A, 0x3B518B, 0x2C718E, 0x21908D, 0x27AD81, 0x5CC863, 0xAADC32, 0xFDE725,
    ])
    private static let bluesAnchors = anchors([
        0xF7FBFF, 0xDEEBF7, 0xC6DBEF, 0x9ECAE1, 0x6BAED6, 0x4292C6, 0x2171B5, 0x08519C, 0x08306B,
    ])
    private static let divergingAnchors = anchors([
        0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F,
    ])

    private static func anchors(_ hexes: [UInt32]) -> [Color] { hexes.map { Color($0) } }

    private var colors: [Color] {
        switch self {
        case .viridis: ColorMap.viridisAnchors
        case .blues: ColorMap.bluesAnchors
        case .diverging: ColorMap.divergingAnchors
        }
    }

    /// The colour at `share` of the way, clamped to 0...1; NaN has a colour of its own.
    func color(_ share: Double) -> Color {
        guard !share.isNaN else { return .invalid }
        let colors = colors
        let place = min(max(share, 0), 1) * Double(colors.count - 1)
        let below = min(Int(place), colors.count - 2)
        return colors[below].mixed(with: colors[below + 1], place - Double(below))
    }
}
