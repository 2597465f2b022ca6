// Package snapshot is the contract of aws-baseline: the model of a capture, the document it is stored as, the folder
// that documents live in, and the comparison rules as plain data.
//
// It knows neither the AWS SDK nor a database. What needs AWS to be understood (which of a resource's fields change by
// themselves, what a bill calls it, what it names) is worked out at capture and stored; whoever reads a snapshot needs
// nothing else.
//
// The rule above all others: unknown is not absent. [Coverage] says what became of every scope that a capture was to
// look at, [Resource.Unknown] which parts of a resource could not be read. Nothing may be concluded from the absence
// of what could not be seen.
package snapshot
