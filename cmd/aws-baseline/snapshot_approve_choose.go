package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// approveChoice chooses which drift is approved. What is given must all fit.
type approveChoice struct {
	ARN        []string `name:"arn" help:"Approve what has such an ARN, or key where there is none; * is any text." placeholder:"GLOB"`
	Types      []string `aliases:"resource-types,resource-type" help:"Approve these types." placeholder:"TYPE"`
	FilterTags pairs    `aliases:"tags,tag" help:"Approve what has all of these tags, on either side." placeholder:"K=V,…"`
	Change     []string `aliases:"changes" help:"Approve these changes: added, removed, replaced, modified, missed." placeholder:"CHANGE"`
	Actor      []string `help:"Approve what CloudTrail lays to these alone: globs of the principal's ARN or the session's name." placeholder:"GLOB"`
	Trail      string   `help:"With --actor: a trail's log files, for what is older than 90 days: a folder with AWSLogs, or s3://bucket/prefix." placeholder:"DIR"`
	All        bool     `help:"Approve everything that differs."`
}

func (c *approveChoice) check() error {
	some := len(c.ARN)+len(c.Types)+len(c.FilterTags)+len(c.Change)+len(c.Actor) > 0
	switch {
	case c.All && some:
		return usagef("--all is everything that differs: give it, or choose")
	case c.Trail != "" && len(c.Actor) == 0:
		return usagef("--trail tells who made a change: give --actor too")
	case !c.All && !some:
		return usagef("nothing is chosen: give --arn, --types, --filter-tags, --change or --actor, or --all for everything that differs")
	}
	for _, word := range c.Change {
		switch class := strings.ToLower(word); {
		case class == string(diff.Unknown):
			return usagef("--change: what is unknown can't be approved: nobody can tell what it would be")
		case !slices.Contains(snapshot.Approvable(), class):
			return usagef("--change: %q is none of %v", word, snapshot.Approvable())
		}
	}
	_, err := kindNames(c.Types)
	return err
}

// choose narrows the drift to what was chosen. What is unknown is among it, to be refused with its reason, unless classes
// were chosen. What the user's configuration ignores as a whole is not.
func (c *approveChoice) choose(a *app, d *drift) ([]diff.Change, error) {
	filter := diff.Filter{Tags: c.FilterTags}
	var err error
	if filter.Kinds, err = kindNames(c.Types); err != nil {
		return nil, err
	}
	for _, word := range c.Change {
		filter.Changes = append(filter.Changes, diff.Class(strings.ToLower(word)))
	}
	ignore, _, err := a.rules()
	if err != nil {
		return nil, err
	}
	var globs []*regexp.Regexp
	for _, glob := range c.ARN {
		globs = append(globs, diff.Glob(glob))
	}
	report := d.report
	report.Changes = slices.DeleteFunc(report.Changes, func(change diff.Change) bool {
		r := change.Target
		if r == nil {
			r = change.Baseline
		}
		if _, ignored := diff.IgnoredBy(ignore, r, d.at); ignored {
			return true
		}
		if len(globs) == 0 {
			return change.Change == diff.Outside // no drift, unless somebody names it
		}
		return !slices.ContainsFunc(globs, func(glob *regexp.Regexp) bool { return glob.MatchString(change.Label()) })
	})
	report.Narrow(filter)
	if report.Summary.UnknownFilteredOut > 0 {
		a.caution(count(report.Summary.UnknownFilteredOut, "change") + " of what fits besides can't be told, and could be what was asked for")
	}
	if len(c.Actor) > 0 && len(report.Changes) > 0 {
		notes := len(report.Notes)
		if err := d.attribute(&actorFlags{Actor: c.Actor, Trail: c.Trail, Actors: c.Trail == ""}, report); err != nil {
			return nil, err
		}
		for _, note := range report.Notes[notes:] {
			a.caution(note)
		}
		report.Changes = slices.DeleteFunc(report.Changes, func(change diff.Change) bool { return !change.OnlyBy(c.Actor) })
	}
	if len(report.Changes) == 0 {
		return nil, usagef("nothing that differs fits: see: %s diff %s", a.name, strings.TrimSpace(d.baseline.Name+" "+d.target.Name))
	}
	return report.Changes, nil
}

// proposalsOf are changes as a snapshot takes them.
func proposalsOf(changes []diff.Change) []snapshot.Proposal {
	proposals := make([]snapshot.Proposal, len(changes))
	for i := range changes {
		c := &changes[i]
		proposals[i] = snapshot.Proposal{Change: string(c.Change), Key: c.Key, Label: c.Label(), Reason: c.Reason, Now: c.Target}
		if c.Change == diff.Unknown || c.Change == diff.Outside {
			continue
		}
		proposals[i].Reason = ""
	}
	return proposals
}

// outcomeOf parts what was chosen into what was approved and what was refused.
func outcomeOf(chosen []diff.Change, refused []snapshot.Refusal) *printer.Approval {
	result := &printer.Approval{Approved: []diff.Change{}, Refused: []printer.Refused{}}
	why := make(map[string]string, len(refused))
	for _, r := range refused {
		why[r.Proposal.Key] = r.Why
	}
	told := make(map[string]bool)
	for _, c := range chosen {
		switch reason, no := why[c.Key]; {
		case !no:
			result.Approved = append(result.Approved, c)
		case !told[c.Key]:
			told[c.Key] = true
			result.Refused = append(result.Refused, printer.Refused{Change: c.Change, Key: c.Key, ARN: c.ARN, Why: reason})
		}
	}
	return result
}

// label is what people call what was refused.
func label(r printer.Refused) string {
	if r.ARN != "" {
		return r.ARN
	}
	return r.Key
}
