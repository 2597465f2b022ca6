// Package history keeps captures over time, in Badger.
//
// Storage is addressed by content. A configuration is stored once however many captures saw it, and so is what stands
// around it: a resource without its configuration, a page of resources, the coverage, the paths that were known. A
// capture is a short head that names an index, which names the pages. Where nothing changed since the last capture only
// the head is new.
//
//	h/ACCOUNTS/TIME  head: metadata, the sum of the index, the sum of the statuses (newest capture only)
//	b SHA-256        content: an index, a page, a resource, a configuration, a list of statuses, …
//	n/NAME           a note: what the exporter has to remember, see [Store.Remember]
//	e/ACCOUNT/REGION/…  events: who did what within a time, see [Store.PutEvents]
//	version          of this layout
//
// Beside Badger's files, LEDGER says which heads and notes there must be: a database that was cut opens as a smaller one.
// Events are not in it: a piece that is lost is a time of which nothing is known.
// A damaged history can be moved aside when it is opened, into a folder damaged-TIME; nothing ever removes that.
//
// The head is written last, after everything it names is on the disk: a capture is visible when it is whole, or not at
// all. What a crash left behind without a head goes at the next [Store.Prune]. Every piece of content is checked
// against its sum when it is read.
//
// Nothing is encrypted. Secrets were masked at capture; the folder is made with mode 0700.
package history
