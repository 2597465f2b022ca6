// Package testbed has what tests and cmd/demo run against instead of AWS.
//
// # Emulators
//
// moto, a Python server that serves some 160 AWS services from memory. It is installed on first use, at pinned versions,
// into .cache/ at the root of the repository. Moto returns the one that all tests of a process share, and skips the
// test unless AWS_BASELINE_INTEGRATION is 1. StartMoto starts one of one's own. A moto never outlives its parent.
//
// # The fault proxy
//
// FaultProxy stands in front of moto, or any other server of AWS's APIs. It knows the service, operation, region,
// account and attempt of each call, records them, and fails those that a test selects, in the form in which AWS fails:
//
//	p := testbed.Proxy(t, testbed.Moto(t).URL)
//	p.Deny("iam", "ListRoles")
//	p.Throttle("*", "*", testbed.Every(3), testbed.FirstAttempt())
//	p.Expire("*", "*", testbed.From(100))
//	cfg := p.Config("eu-west-1")
//
// What it can do, one method each: Latency; Error, Throttle, Deny, DenySCP, Expire, HTML; Reset, Hang, TruncateBody;
// Pages, LosePage, RepeatToken; Linger; Noise; Strict, which refuses what AWS refuses and moto allows; KillAt; and
// Intercept for anything else. Each returns a function that removes the fault. Calls, Count, Counts and Total tell what
// was called.
//
// Each proxy acts as an account of its own, so tests that share a moto don't see each other. Only S3 bucket names are
// unique over all accounts: make p.Account part of them.
//
// Service and operation are patterns of path.Match; the service may be named as in IAM policies ("cloudwatch"), in
// signatures ("monitoring") or in the SDK ("elasticloadbalancingv2"). Options narrow them: In, By, Naming, When,
// FirstAttempt, Nth, From, First, Every. Numbers count requests, and a retry belongs to its request.
//
// The proxy doesn't check signatures. It holds requests and answers in memory whole. CloudWatch's RPC v2, which moto
// lacks, is translated.
//
// # Adding to it
//
// Most of what changes is a row in a table: lists and their tokens in lists.go, what noise does in noise_tables.go, REST
// operations in rest/, refusals in strict_*.go. TestTablesAgreeWithTheServiceModels checks rows against botocore.
package testbed
