package diff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A vocabulary knows what the kinds are called, so that an event's name ("AuthorizeSecurityGroupIngress") and a field's name
// ("groupName") can be read without a table of all of AWS's calls. Read only, once made.
type vocabulary struct {
	nouns map[string]map[string]string // service → noun ("securitygroup") → kind
}

// newVocabulary takes every kind with the other names that it has ("AWS::EC2::SecurityGroup", "ebs:volume").
func newVocabulary(kinds map[string][]string) vocabulary {
	w := vocabulary{nouns: make(map[string]map[string]string)}
	names := make([]string, 0, len(kinds))
	for kind := range kinds {
		names = append(names, kind)
	}
	slices.Sort(names)
	for _, kind := range names {
		service, _, _ := strings.Cut(kind, ":")
		if w.nouns[service] == nil {
			w.nouns[service] = make(map[string]string)
		}
		for _, name := range append([]string{kind}, kinds[kind]...) {
			noun := plain(name[strings.LastIndexAny(name, ":/")+1:])
			if _, taken := w.nouns[service][noun]; !taken {
				w.nouns[service][noun] = kind
			}
		}
	}
	return w
}

// plain is a word in lower case without what writers of it differ in.
func plain(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

func singular(noun string) string {
	switch {
	case strings.HasSuffix(noun, "ies"):
		return strings.TrimSuffix(noun, "ies") + "y"
	case strings.HasSuffix(noun, "sses"):
		return strings.TrimSuffix(noun, "es")
	case strings.HasSuffix(noun, "s") && !strings.HasSuffix(noun, "ss"):
		return strings.TrimSuffix(noun, "s")
	}
	return noun
}

// apiVersion ends the names of some events ("CreateFunction20150331", "CreateDistribution2020_05_31").
var apiVersion = regexp.MustCompile(`(19|20)[0-9]{2}_?[0-9]{2}_?[0-9]{2}(v[0-9]+)?$`)

// action is an event's name taken apart.
type action struct {
	verb string
	// subjects are the kinds that the rest of the name speaks of. "AddRoleToInstanceProfile" has two.
	subjects []string
	// whole says that the rest of the name is just a kind: "DeleteRole", and not "DeleteRolePolicy".
	whole bool
}

// connected are the words between two things in an event's name.
var connected = regexp.MustCompile(`(To|From|With|In|On|For)([A-Z])`)

func (w vocabulary) action(service, name string) action {
	name = apiVersion.ReplaceAllString(name, "")
	at := strings.IndexFunc(name[min(1, len(name)):], unicode.IsUpper) + 1
	if at <= 0 {
		at = len(name)
	}
	a := action{verb: name[:at]}
	nouns := w.nouns[service]
	rest := plain(name[at:])
	if kind, ok := nouns[cmp.Or(singular(rest), rest)]; ok {
		a.subjects, a.whole = []string{kind}, true
		return a
	}
	if kind, ok := nouns[rest]; ok { // "DHCPOptions"
		a.subjects, a.whole = []string{kind}, true
		return a
	}
	for _, part := range strings.Split(connected.ReplaceAllString(name[at:], " $2"), " ") {
		if kind := longest(nouns, plain(part)); kind != "" && !slices.Contains(a.subjects, kind) {
			a.subjects = append(a.subjects, kind)
		}
	}
	return a
}

// longest is the kind whose noun is the longest beginning of a word.
func longest(nouns map[string]string, word string) string {
	best := ""
	for noun := range nouns {
		if len(noun) > len(best) && strings.HasPrefix(word, noun) {
			best = noun
		}
	}
	return nouns[best]
}

// makers and removers are the verbs with which AWS's calls make and remove whole things.
var (
	makers = []string{"Create", "Run", "Put", "Allocate", "Register", "Import", "Copy", "Restore", "Request", "Launch", "Add",
		"Upload", "Publish", "Enable", "Provision", "Generate", "Start", "Subscribe", "Verify", "Set", "Purchase", "Clone"}
	removers = []string{"Delete", "Terminate", "Release", "Deregister", "Remove", "Disable", "Unsubscribe", "Schedule", "Cancel", "Deactivate"}
)

// changers are the other verbs of calls that leave something changed. Others (SendCommand, Invoke, Reboot) name a thing and
// leave it as it is.
var changers = []string{"Accept", "Activate", "Admin", "Apply", "Assign", "Associate", "Attach", "Authorize", "Batch", "Change", "Configure",
	"Convert", "Detach", "Disassociate", "Execute", "Failover", "Grant", "Join", "Lock", "Merge", "Modify", "Move", "Promote", "Publish", "Rebuild",
	"Reject", "Rename", "Replace", "Reset", "Resize", "Retire", "Revoke", "Rotate", "Scale", "Share", "Stop", "Switch", "Tag", "Transfer", "Unassign",
	"Unlock", "Unmonitor", "Unshare", "Untag", "Update", "Upgrade", "Withdraw", "Write"}

func (a action) leavesChanges() bool {
	return a.makes() || a.removes() || slices.Contains(changers, a.verb)
}

func (a action) makes() bool   { return slices.Contains(makers, a.verb) }
func (a action) removes() bool { return slices.Contains(removers, a.verb) }

// ends reports whether an action removes a whole thing. KMS's ScheduleKeyDeletion does, in its own words.
func (a action) ends() bool { return a.removes() && (a.whole || a.verb == "Schedule") }

// fits reports whether an event's action makes such a change. made says that the resource stands in the event's answer. What
// was made is what it is by whoever made it and by whoever changed it since.
func (a action) fits(class Class, kind string, made bool) bool {
	switch class {
	case Added, Missed:
		return a.makesOne(kind, made) || a.changes(kind)
	case Removed:
		return a.endsOne(kind)
	case Replaced:
		return a.makesOne(kind, made) || a.endsOne(kind) || a.changes(kind)
	case Modified:
		return a.changes(kind)
	}
	return false
}

// makesOne reports whether an action makes a resource of a kind, endsOne whether it removes one.
func (a action) makesOne(kind string, made bool) bool {
	return a.makes() && (made || a.whole && a.speaks(kind))
}

func (a action) endsOne(kind string) bool { return a.ends() && a.speaks(kind) }

// changes reports whether an action changes a resource of a kind.
func (a action) changes(kind string) bool {
	switch own := a.speaks(kind); {
	case len(a.subjects) > 0 && !own:
		return false // it names the resource, and changes another
	case a.whole && own && a.removes():
		return false // it would be gone
	case a.whole && own && (a.verb == "Create" || a.verb == "Run"):
		return false
	}
	return a.leavesChanges()
}

func (a action) speaks(kind string) bool { return slices.Contains(a.subjects, kind) }

// speaksOf reports whether a field's name ("roleName") can hold the name of a kind: it doesn't if it is another kind's of
// that service.
func (w vocabulary) speaksOf(key, kind string) bool {
	if last := strings.LastIndex(key, "::"); last >= 0 {
		key = key[last+2:]
	}
	word := plain(strings.TrimRight(key, ".0123456789"))
	for _, ending := range []string{"s", "name", "identifier", "id", "arn", "url"} {
		word = strings.TrimSuffix(word, ending)
	}
	service, _, _ := strings.Cut(kind, ":")
	other, known := w.nouns[service][word]
	return !known || other == kind
}

// sourceFits reports whether an event source is that of a kind's service. Nearly all are spelt as in ARNs.
func sourceFits(service, source string) bool {
	if service == source {
		return true
	}
	switch service {
	case "cloudwatch":
		return source == "monitoring"
	case "application-autoscaling":
		return source == "autoscaling"
	case "rds":
		return source == "docdb" || source == "neptune"
	}
	return false
}
