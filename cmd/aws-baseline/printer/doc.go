// Package printer prints the results of commands the way kubectl does: as a plain table, a wide table, names, JSON,
// YAML or CSV, on a terminal, into a pipe or into a file.
//
// A command makes a [View] of its result and hands it to a [Printer] or to [Export]; this package has the views of
// library types that several commands share ([DiffView], [SnapshotView], [SnapshotsView], [CoverageView]).
//
// Names and tags come from outside. Whatever can steer a terminal or deceive its reader (control characters, escape
// sequences, bidirectional and invisible formatting characters, line breaks) is written as an escape, such as \x1b or
// \u202e, in tables, wide tables and names, and by the document's own escapes in JSON and YAML, which then hold the
// same values. CSV keeps its data exact except on a terminal; see [View].
package printer
