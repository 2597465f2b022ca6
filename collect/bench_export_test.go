package collect

// AllowedRate is what a run allows itself of an operation, by the SDK's name of the service, in calls a second, and the
// number that it may make at once; bucket names what shares the allowance within an account and region.
func AllowedRate(service, operation string) (perSecond float64, burst int, bucket string) {
	row, bucket := rowFor(service, operation)
	return row.perSecond * defaultFraction, max(1, int(float64(row.burst)*defaultFraction)), bucket
}
