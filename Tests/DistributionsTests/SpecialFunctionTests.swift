import Testing

@testable import Distributions

struct SpecialFunctionTests {
    /// The logarithms of both tails at 60 digits (mpmath 1.3: erfc, gammainc, betainc; quadrature of the density for the largest beta; three terms
    /// of the asymptotic series for the farthest normal). A line is a function, its arguments, log P(X <= x) and log P(X > x).
    private let figures = """
        normal -100000000.0 -5000000000000019.3 0.0
        normal -1000.0 -500007.82669481218 0.0
        normal -40.0 -804.60844201375379 0.0
        normal -36.0 -652.5032275937984 0.0
        normal -34.0 -582.44616224687169 0.0
        normal -10.0 -53.231285150512471 -7.6198530241605261e-24
        normal -1.0 -1.8410216450092635 -0.17275377902344989
        normal -0.5 -1.1759117615936186 -0.36894641528865639
        normal 0.3 -0.48141016158848121 -0.96210281816885066
        normal 3.0 -0.0013508099647481938 -6.6077262215103495
        normal 8.0 -6.2209605742717861e-16 -35.01343715991455
        normal 30.0 0.0 -454.3212439563432
        gamma 1e-10,0.5 -5.5977359482116614e-11 -23.606073801932834
        gamma 0.001,1e-05 -0.010936541856671911 -4.5211089200801785
        gamma 0.1,1.2 -0.017818978479621556 -4.0363874424002039
        gamma 0.15,4.0 -0.00076883944455682798 -7.171012790061254
        gamma 0.5,1e-12 -13.694728320329362 -1.1283798037153877e-6
        gamma 0.5,0.5 -0.38171514630212607 -1.1478744644493182
        gamma 1.0,30.0 -9.3576229688406124e-14 -30.0
        gamma 2.5,0.01 -12.721039655708713 -2.9876059947969395e-6
        gamma 7.0,3.0 -3.3959550872648451 -0.034082811525194543
        gamma 30.0,45.0 -0.0073642489381842249 -4.9147980762286428
        gamma 300.0,200.0 -24.330945673784342 -2.7114684433798717e-11
        gamma 1000.0,1100.0 -0.0010598847333686436 -6.8501250144362653
        gamma 12345.0,12300.0 -1.0681117084875393 -0.42107150090488232
        gamma 1000000.0,1001000.0 -0.17275373112418319 -1.8410218990178857
        beta 0.1,0.1,0.3 -0.77045123851002254 -0.62139260683465956
        beta 0.5,0.5,1e-10 -11.964508170243017 -6.3662179881046505e-6
        beta 1.0,5.0,0.2 -0.39702086132550142 -1.1157177565710488
        beta 2.0,3.0,0.999 -3.9970000079880152e-9 -19.337721757217222
        beta 20.0,30.0,0.4 -0.67786416376975995 -0.70866739777899879
        beta 300.0,2.0,0.9 -28.174167492862737 -5.8091758820445904e-13
        beta 1000.0,1000.0,0.53 -0.0036291019630862836 -5.620584056617
        beta 100000.0,200000.0,0.335 -0.026832626511508322 -3.6315230386175404
        beta 0.01,50.0,0.001 -0.024845811493109983 -3.7074632766786996
        beta 50.0,0.02,0.5 -41.731554534257291 -7.5199706319594167e-19
        """

    @Test func tailsAgreeWithManyDigits() throws {
        var functions: Set<Substring> = []
        for line in figures.split(separator: "\n") {
            let words = line.split(separator: " ")
            let numbers = words[1].split(separator: ",").compactMap { Double($0) }
            let tails: Tails
            switch words[0] {
            case "normal": tails = normalTails(numbers[0])
            case "gamma": tails = gammaTails(numbers[0], numbers[1])
            default: tails = betaTails(numbers[0], numbers[1], numbers[2], 1 - numbers[2])
            }
            functions.insert(words[0])
            let (below, above) = (try #require(Double(words[2])), try #require(Double(words[3])))
            // Sixty digits do not tell 1 - 1e-100 from 1.
            #expect(isClose(tails.logBelow, below, 1e-13) || abs(tails.logBelow - below) < 1e-50, "\(line): \(tails.logBelow)")
            #expect(isClose(tails.logAbove, above, 1e-13) || abs(tails.logAbove - above) < 1e-50, "\(line): \(tails.logAbove)")
            #expect(abs(tails.below + tails.above - 1) < 1e-13, "\(line)")
        }
        #expect(functions == ["normal", "gamma", "beta"])
    }

    /// Where the series ends and Temme's expansion begins, both give one curve: a gamma distribution of shape 1e8 against its neighbours.
    @Test func hugeShapesJoin() {
        for z in [-3.0, -0.5, 0, 0.7, 4] {
            let tails = [1e8, 1e8 + 1].map { shape in gammaTails(shape, shape + z * shape.squareRoot()) }
            #expect(isClose(tails[0].below, tails[1].below, 1e-10) && isClose(tails[0].above, tails[1].above, 1e-10), "\(z)")
        }
    }

    /// Differences of trigamma: trigamma(x) - trigamma(x + 1) is 1 / x^2; and pi^2 / 6 at 1.
    @Test func trigammaFollowsItsRecurrence() {
        #expect(isClose(trigamma(1), Double.pi * Double.pi / 6, 1e-15))
        for x in [0.01, 0.7, 3.3, 9.5, 40] { #expect(isClose(trigamma(x) - trigamma(x + 1), 1 / (x * x), 1e-12), "\(x)") }
    }
}
