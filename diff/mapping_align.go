package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var (
	// ownName is a field that says how a resource is reached, or where AWS put it: AWS chooses the value.
	ownName = regexp.MustCompile(`(?i)(endpoint|dnsname|domainname|hostname|domain|url|uri|address|publicip|carrierip|canonicalhostedzoneid|canonicalhostedzonenameid|physicalresourceid)$`)
	// byAWS is a host under one of AWS's domains.
	byAWS = regexp.MustCompile(`(^|\.)(amazonaws\.com(\.cn)?|cloudfront\.net|awsglobalaccelerator\.com|on\.aws|amazoncognito\.com|awsapps\.com|awsdns-[0-9]+\.[a-z.]+)(:[0-9]+)?(/|$)|^https?://sqs\.`)
	// ipv4 is an address; publicName is a field with one that AWS gives out.
	ipv4       = regexp.MustCompile(`^\d{1,3}(\.\d{1,3}){3}$`)
	publicName = regexp.MustCompile(`(?i)(publicip|publicipaddress|carrierip)$`)
	private    = regexp.MustCompile(`^(10|192\.168|172\.(1[6-9]|2[0-9]|3[01]))\.`)
	// dateName is a field that says when something was made or changed.
	dateName = regexp.MustCompile(`(?i)(creat|launch|modif|updat|change|attach|regist|issued|imported)`)
	// privateName is a field with an address that AWS takes out of a subnet.
	privateName = regexp.MustCompile(`^(PrivateIpAddress|PrivateIp|PrivateDnsName|IpAddress|Ipv6Address|MacAddress)$`)
	zoneID      = regexp.MustCompile(`^[a-z]{2,4}[0-9]-az[0-9]$`)
	// partID is an id of AWS's own as a whole.
	partID = regexp.MustCompile(`^([a-z][a-z0-9]*(-[a-z]+)*-[0-9a-f]{8,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|A[A-Z]{3}[A-Z0-9]{12,17})$`)
	// elsewhere are ids of things that were chosen and that another account can have too.
	elsewhere = regexp.MustCompile(`^(ami|aki|ari|snap|pl|vpce-svc)-`)
)

// learnOwn takes in the hosts and public addresses that AWS gave to two resources that stand for each other: others name
// them. They stand in fields of the resource itself, not in its lists.
func (t *matching) learnOwn(b, r *snapshot.Resource) {
	ours, err := snapshot.Tree(b.Configuration)
	if err != nil {
		return
	}
	theirs, err := snapshot.Tree(r.Configuration)
	if err != nil {
		return
	}
	t.learnFields(1, ours, theirs, false)
}

// learnFields looks two levels deep: RDS has Endpoint.Address. named says that the field above has such a name.
func (t *matching) learnFields(depth int, ours, theirs any, named bool) {
	a, ok := ours.(map[string]any)
	b, also := theirs.(map[string]any)
	if !ok || !also || depth > 2 {
		return
	}
	for field, value := range a {
		own := named || ownName.MatchString(field)
		if privateName.MatchString(field) {
			continue
		}
		mine, text := value.(string)
		other, too := b[field].(string)
		if !text || !too {
			t.learnFields(depth+1, value, b[field], own)
			continue
		}
		if !own || mine == other {
			continue
		}
		switch {
		case strings.HasPrefix(field, "CanonicalHostedZone"):
			t.ids.add(other, mine, true)
		case byAWS.MatchString(mine) && byAWS.MatchString(other):
			t.ids.add(other, mine, false)
			t.ids.parts(other, mine)
		case publicName.MatchString(field) && ipv4.MatchString(mine) && ipv4.MatchString(other):
			t.ids.add(other, mine, false)
		}
	}
}

// alignment takes over from a counterpart what AWS chose and nothing names.
type alignment struct {
	named [2]map[string]bool // what each side's references name, and the names of its resources
	taken int                // values
	// masked are secrets that differ, perhaps only by an account or an id in them: nobody can tell.
	masked int
}

// align goes through two configurations at once and returns that of the target.
func (a *alignment) align(field string, ours, theirs any) any {
	switch mine := ours.(type) {
	case map[string]any:
		other, ok := theirs.(map[string]any)
		if !ok {
			return theirs
		}
		for key, value := range other {
			if counterpart, ok := mine[key]; ok {
				other[key] = a.align(key, counterpart, value)
			}
		}
	case []any:
		if other, ok := theirs.([]any); ok {
			a.lists(field, mine, other)
		}
	case string:
		if other, ok := theirs.(string); ok && mine != other && a.chosen(field, mine, other) {
			a.taken++
			return mine
		}
	}
	return theirs
}

// lists pairs the elements that look alike, and then what is left where it is one of each.
func (a *alignment) lists(field string, ours, theirs []any) {
	look := func(element any) string {
		return string(snapshot.Canonical(unordered(field, element, neutral)))
	}
	free := make(map[string][]int)
	for i, element := range ours {
		form := look(element)
		free[form] = append(free[form], i)
	}
	var left []int
	used := make([]bool, len(ours))
	for i, element := range theirs {
		form := look(element)
		// An element that names the same things is the counterpart, before one that merely looks like it.
		at := slices.IndexFunc(free[form], func(j int) bool { return equalJSON(ours[j], element) })
		if at < 0 && len(free[form]) > 0 {
			at = 0
		}
		if at < 0 {
			left = append(left, i)
			continue
		}
		j := free[form][at]
		free[form] = slices.Delete(slices.Clone(free[form]), at, at+1)
		used[j] = true
		theirs[i] = a.align(field, ours[j], element)
	}
	if at := slices.Index(used, false); len(left) == 1 && at >= 0 && !slices.Contains(used[at+1:], false) {
		theirs[left[0]] = a.align(field, ours[at], theirs[left[0]])
	}
}

// partKind is the beginning of an id that says what it is of; a UUID has none.
func partKind(id string) string {
	if strings.Count(id, "-") == 4 && isDigitOrHex(id[:8]) {
		return "uuid"
	}
	return strings.TrimRight(id, "0123456789abcdefABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

func isDigitOrHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// chosen reports whether AWS chose both of two values, and nothing depends on which.
func (a *alignment) chosen(field, mine, other string) bool {
	switch {
	case snapshot.MaskedUnder(mine) != "" && snapshot.MaskedUnder(mine) == snapshot.MaskedUnder(other):
		a.masked++
		a.taken--
		return true
	case timePattern.MatchString(mine) && timePattern.MatchString(other):
		return dateName.MatchString(field)
	case zoneID.MatchString(mine) && zoneID.MatchString(other):
		return true
	case privateName.MatchString(field):
		return field != "IpAddress" || private.MatchString(mine) && private.MatchString(other)
	case partID.MatchString(mine) && partID.MatchString(other):
		return partKind(mine) == partKind(other) && !elsewhere.MatchString(mine) && !a.named[ours][mine] && !a.named[theirs][other]
	}
	return false
}
