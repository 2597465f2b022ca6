// Package cost says what a baseline costs, and what the rest costs.
//
// A source fills a [Bill] with [Line]s; [Classify] then puts every line into exactly one [Class] and notes on the line
// how it was placed. The classes add up to the bill exactly: money is a decimal, is never a float, and is rounded once,
// by whoever prints it ([Display]). Amounts of different currencies are never added.
//
// Cost Explorer ([Explorer]) is one source. It names no resources, so what it says can only be inferred: see
// [Classify]. No data is not zero: a period for which a source says nothing is marked so ([Period.NoData]).
//
// Nothing here changes anything in AWS. Every request to Cost Explorer costs money: [Bill.Requests] counts them.
package cost
