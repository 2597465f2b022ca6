// Package collect is the engine that captures what exists in AWS.
//
// A [Kind] says in one block how one type of resource is listed, what of it changes by itself, what it names and how it
// is deleted. [Capture] runs the kinds over accounts and regions and returns a [snapshot.Snapshot].
//
// Errors inside a kind's List are recorded data, not return values: the helpers ([Pages], [Each], [Call], [Ask],
// [Shared]) put them into the scope's coverage or into the unknown parts of a resource. Every call goes through a
// limiter for its account, region and bucket, is retried as AWS advises, and is counted; a kind sees none of this.
//
// What must not be written here or in a kind, because it makes the linker keep every method of a service's client (kong
// reaches methods by reflection): a client stored in an interface, a client as the type argument of a generic function,
// an SDK paginator or waiter. Pass method values: Pages[T](s, c.DescribeVpcs, …).
package collect
