// Package permissions says which IAM permissions aws-baseline needs, and tries whether they are there.
//
// [Needs] lists the IAM actions for a purpose, each with the calls and the kinds that need it; [Policy] makes a policy
// document of them. What the kinds call is read off their code (operations.json); only what IAM calls otherwise than
// the API does is written down here by hand. [Probe] makes each call of the kinds' lists at most once.
package permissions
