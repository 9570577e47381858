/// The texts along one axis: as many as fit.
struct AxisText {
    struct Item {
        /// The place on the axis, 0 at its lower end.
        var share: Double
        var text: String
        /// What the text covers in the picture.
        var size: Size
        var lines = 1
    }

    var items: [Item] = []
    var isVertical = false
    var isWrapped = false
    var offset: String?

    /// How far the texts reach away from the axis; along says that the axis is horizontal.
    var extent: Double = 0

    static func make(
        _ scale: Scale, _ categories: [String]?, length: Double, along: Bool, room: Double, _ typesetter: Typesetter
    ) -> AxisText {
        guard let categories else { return numbers(scale, length: length, along: along, typesetter) }
        return along
            ? below(categories, length: length, room: room, typesetter)
            : beside(categories, length: length, room: room, typesetter)
    }

    /// What the axis is called: where labels are differences to an offset, it is said here.
    func title(_ title: String) -> String {
        guard let offset else { return title }
        let name = title.isEmpty ? "value" : title
        return offset.hasPrefix("−") ? "\(name) + \(offset.dropFirst())" : "\(name) − \(offset)"
    }

    /// How far the first and the last text reach past the ends of an axis of this length.
    func overhang(_ length: Double) -> (before: Double, after: Double) {
        var before = 0.0
        var after = 0.0
        for item in items {
            before = max(before, item.size.width / 2 - item.share * length)
            after = max(after, item.size.width / 2 - (1 - item.share) * length)
        }
        return (before, after)
    }

    // MARK: Numbers

    /// The most ticks that leave space between their labels.
    static func numbers(_ scale: Scale, length: Double, along: Bool, _ typesetter: Typesetter) -> AxisText {
        var most = min(9, max(2, Int(length / (along ? 55 : 34))))
        while true {
            let ticks = scale.ticks(most: most)
            var result = AxisText()
            result.offset = ticks.offset
            result.items = ticks.ticks.map {
                Item(share: scale.share($0.value), text: $0.label, size: typesetter.measure($0.label, .tick))
            }
            result.extent = result.items.map { along ? $0.size.height : $0.size.width }.max() ?? 0
            if result.fits(length, along: along) { return result }
            if most <= 2 {
                // Not even two: the first stays.
                result.items = Array(result.items.prefix(1))
                return result
            }
            most -= 1
        }
    }

    private func fits(_ length: Double, along: Bool) -> Bool {
        zip(items, items.dropFirst()).allSatisfy { first, second in
            let distance = (second.share - first.share) * length
            let needed = along ? (first.size.width + second.size.width) / 2 + 14 : (first.size.height + second.size.height) / 2 + 4
            return distance >= needed
        }
    }

    // MARK: Categories

    private static func share(_ index: Int, _ count: Int) -> Double { (Double(index) + 0.5) / Double(max(1, count)) }

    /// Under a horizontal axis: on one line, on up to three, upward, and at last only every second, fifth, ...
    private static func below(_ names: [String], length: Double, room: Double, _ typesetter: Typesetter) -> AxisText {
        let slot = length / Double(max(1, names.count))
        var result = AxisText()
        let widest = widest(names, typesetter)
        if widest <= slot - 6 {
            result.items = spread(names, stride: 1) { typesetter.measure($0, .tick) }
        } else if slot > 44, let wrapped = wrapped(names, slot - 8, typesetter) {
            result.items = wrapped
            result.isWrapped = true
        } else if widest <= 36 && names.allSatisfy({ Double($0) != nil }) {
            // Short numbers in a row: every second or fifth tells as much.
            result.items = spread(names, stride: stride((widest + 8) / slot)) { typesetter.measure($0, .tick) }
        } else {
            let line = widestLine(names, typesetter)
            result.isVertical = true
            result.isWrapped = true
            result.items = spread(names, stride: stride((line + 1) / slot)) { name in
                let size = typesetter.measure(name, .tick, width: room)
                return Size(width: size.height, height: size.width)
            }
        }
        result.extent = result.items.map(\.size.height).max() ?? 0
        return result
    }

    /// Of thousands of names only the longest are measured.
    private static func candidates(_ names: [String]) -> ArraySlice<String> {
        names.count <= 300 ? names[...] : names.sorted { $0.utf8.count > $1.utf8.count }.prefix(50)
    }

    private static func widest(_ names: [String], _ typesetter: Typesetter) -> Double {
        candidates(names).map { typesetter.measure($0, .tick).width }.max() ?? 0
    }

    /// The height of the highest script among the names.
    private static func widestLine(_ names: [String], _ typesetter: Typesetter) -> Double {
        candidates(names).map { typesetter.measure($0, .tick).height }.max() ?? 1
    }

    /// Nil where a word is too long or three lines do not hold a name.
    private static func wrapped(_ names: [String], _ width: Double, _ typesetter: Typesetter) -> [Item]? {
        let line = typesetter.measure("x", .tick).height
        var items: [Item] = []
        for (index, name) in names.enumerated() {
            let words = name.split(separator: " ")
            guard words.allSatisfy({ typesetter.measure(String($0), .tick).width <= width }) else { return nil }
            let free = typesetter.measure(name, .tick, width: width, lines: 20)
            let lines = Int((free.height / line).rounded())
            guard lines <= 3 else { return nil }
            items.append(Item(share: share(index, names.count), text: name, size: free, lines: max(1, lines)))
        }
        return items
    }

    /// Beside a vertical axis, cut to the room there is.
    private static func beside(_ names: [String], length: Double, room: Double, _ typesetter: Typesetter) -> AxisText {
        let slot = length / Double(max(1, names.count))
        var result = AxisText()
        result.isWrapped = true
        result.items = spread(names, stride: stride((widestLine(names, typesetter) + 1) / slot)) {
            typesetter.measure($0, .tick, width: room)
        }
        result.extent = result.items.map(\.size.width).max() ?? 0
        return result
    }

    /// The least round number that is not below the need.
    private static func stride(_ need: Double) -> Int {
        var power = 1
        while true {
            for digit in [1, 2, 5] where Double(digit * power) >= min(need, 1e12) { return digit * power }
            power *= 10
        }
    }

    private static func spread(_ names: [String], stride: Int, size: (String) -> Size) -> [Item] {
        Swift.stride(from: 0, to: names.count, by: stride).map { index in
            Item(share: share(index, names.count), text: names[index], size: size(names[index]))
        }
    }
}
