import Diagnostics

/// A fitted model that can be written to a file: its recipe is written by name and settings, and this is the rest.
///
/// The family's `restore` builds it again from both.
public protocol Archivable: FittedModel {
    /// All that was learned, as plain data.
    var state: Frame { get }
}
