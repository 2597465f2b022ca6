package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/cost"
)

// short is how little time credentials may have left before a capture could outlive them.
const short = 15 * time.Minute

// identity tells who the credentials are, where they came from and how long they last. It never prints one.
func (v *visit) identity(session *collect.Session) {
	credentials, err := session.Config.Credentials.Retrieve(v.ctx)
	if err != nil {
		v.fault("credentials", "", "%s", v.describe(err))
		return
	}
	found := "from " + cameFrom(credentials.Source)
	left := credentials.Expires.Sub(session.Start).Truncate(time.Second)
	switch {
	case !credentials.CanExpire:
		v.fine("credentials", "%s; no expiry known", found)
	case left < short:
		v.warning("credentials", "renew them before a long capture", "%s; they expire at %s, in %s", found, credentials.Expires.UTC().Format(time.RFC3339), left)
	default:
		v.fine("credentials", "%s; they expire at %s, in %s", found, credentials.Expires.UTC().Format(time.RFC3339), left)
	}
	if strings.HasSuffix(session.CallerARN, ":root") {
		v.warning("identity", "use a role that has the policy of: "+v.name+" policy --for snapshot", "account %s as its root user, who may do everything", session.AccountID)
	} else {
		v.fine("identity", "account %s as %s", session.AccountID, session.CallerARN)
	}
	if session.Emulated {
		v.fine("endpoint", "every call goes to %s, not to AWS", *session.Config.BaseEndpoint)
	}
}

// cameFrom says in words where the SDK found credentials.
func cameFrom(name string) string {
	switch name {
	case "":
		return "an unnamed source"
	case "EnvConfigCredentials":
		return "environment variables"
	case "AssumeRoleProvider":
		return "an assumed role"
	case "SSOProvider":
		return "IAM Identity Center"
	case "LoginProvider":
		return "aws login"
	case "WebIdentityCredentials":
		return "a web identity token"
	case "EC2RoleProvider":
		return "the instance's role"
	case "CredentialsEndpointProvider":
		return "the container's role"
	case "ProcessProvider":
		return "a credential process"
	}
	return strings.TrimPrefix(name, "SharedConfigCredentials: ") // and the file's path
}

// regions tells which regions there are, whether the clocks agree, and tries the permissions. The error is that of a
// region that does not exist.
func (v *visit) regions(session *collect.Session, chosen []*collect.Kind) error {
	before := time.Now()
	regions, clock, err := session.Regions(v.ctx, v.cmd.Regions, false)
	after := time.Now()
	var unknown *collect.UnknownRegionError
	switch {
	case errors.As(err, &unknown):
		return err
	case err != nil:
		v.fault("regions", "allow ec2:DescribeRegions, or name enabled regions with --regions", "%s", v.describe(err))
		return nil
	}
	var enabled []string
	for _, region := range regions {
		if region.OptIn != "not-opted-in" {
			enabled = append(enabled, region.Name)
		}
	}
	slices.Sort(enabled)
	try := v.cmd.Regions
	if len(try) == 0 {
		try = []string{session.Config.Region}
		if !slices.Contains(enabled, try[0]) && len(enabled) > 0 {
			try = enabled[:1]
		}
	}
	v.fine("regions", "%d enabled, %d not opted in", len(enabled), len(regions)-len(enabled))
	v.clock(clock, before, after)
	v.permissions(session, chosen, try)
	return nil
}

// AWS refuses requests that are signed with a time five minutes from its own.
const (
	skewToTell  = 30 * time.Second
	skewAllowed = 5 * time.Minute
)

// clock compares AWS's clock, in whole seconds, with ours before the call and after it.
func (v *visit) clock(aws, before, after time.Time) {
	var skew time.Duration // what is certain of it
	switch {
	case aws.After(after):
		skew = aws.Sub(after)
	case aws.Add(time.Second).Before(before):
		skew = aws.Add(time.Second).Sub(before)
	}
	word := "behind"
	if skew < 0 {
		word, skew = "ahead of", -skew
	}
	switch {
	case skew > skewAllowed:
		v.fault("clock", "set this machine's clock (NTP): AWS refuses signatures that are more than 5 minutes off", "%s %s AWS's", skew.Round(time.Second), word)
	case skew > skewToTell:
		v.warning("clock", "set this machine's clock (NTP)", "%s %s AWS's", skew.Round(time.Second), word)
	default:
		v.fine("clock", "agrees with AWS's")
	}
}

// bill asks Cost Explorer for yesterday, where that is wanted.
func (v *visit) bill(session *collect.Session) {
	const check = "cost explorer"
	if !v.cmd.Cost {
		v.skipped(check, "", "not asked: it costs USD 0.01; ask with --cost")
		return
	}
	today := session.Start
	request, err := cost.NewRequest(session.AccountID, today.AddDate(0, 0, -1).Format(time.DateOnly), today.Format(time.DateOnly), "daily", today)
	if err == nil {
		_, err = cost.Explorer{Config: session.Config, Partition: session.Partition}.Query(v.ctx, request)
	}
	switch {
	case err == nil:
		v.fine(check, "answers; that was USD 0.01")
	case collect.Classify(err) == collect.ClassDenied:
		v.fault(check, "allow it; the policy: "+v.name+" policy --for cost", "%s", v.describe(err))
	default:
		v.fault(check, "", "%s", v.describe(err))
	}
}

// calls tells what a capture takes, from the last one.
func (v *visit) calls(last *snapshot.Snapshot) {
	if last == nil || last.Metadata.APICalls == 0 {
		v.skipped("calls", "", "a capture tells how many calls it makes; there is none yet")
		return
	}
	captured, enabled := 0, 0
	for _, account := range last.Accounts {
		for _, region := range account.Regions {
			if region.Captured {
				captured++
			}
			if region.OptIn != "not-opted-in" {
				enabled++
			}
		}
	}
	n, interval := last.Metadata.APICalls, time.Duration(v.cmd.Interval)
	found := fmt.Sprintf("%s made %d in %s, nearly all of them CloudTrail events; every %s that is %d a day",
		last.Name, n, count(captured, "region"), plainly(interval), int64(float64(n)*float64(24*time.Hour)/float64(interval)))
	if captured > 0 && enabled > captured {
		found += fmt.Sprintf("; all %d enabled regions would take up to %d a capture", enabled, n*int64(enabled)/int64(captured))
	}
	v.fine("calls", "%s", found)
}

// plainly is a duration without the parts that are zero: 6h for 6h0m0s.
func plainly(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
