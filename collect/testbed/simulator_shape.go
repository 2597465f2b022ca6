package testbed

import (
	"fmt"
	"regexp"
	"strconv"
)

// shape is a text with places that a resource fills: {id}, {account}, {tags.json}. It is read once and written for every
// resource.
type shape struct {
	texts []string // one more than slots
	slots []slot
}

// slot writes what a resource has for a place.
type slot func(out []byte, r *simulatedResource) []byte

var placePattern = regexp.MustCompile(`\{([a-z][a-z0-9.]*)\}`)

// newShape reads a shape. It panics on a place that there is no slot for, since shapes are part of this package.
func newShape(text string) shape {
	var s shape
	at := 0
	for _, m := range placePattern.FindAllStringSubmatchIndex(text, -1) {
		s.texts = append(s.texts, text[at:m[0]])
		s.slots = append(s.slots, slotOf(text[m[2]:m[3]]))
		at = m[1]
	}
	s.texts = append(s.texts, text[at:])
	return s
}

func (s shape) append(out []byte, r *simulatedResource) []byte {
	for i, slot := range s.slots {
		out = slot(append(out, s.texts[i]...), r)
	}
	return append(out, s.texts[len(s.texts)-1]...)
}

func slotOf(name string) slot {
	switch name {
	case "id":
		return func(out []byte, r *simulatedResource) []byte { return append(out, r.id...) }
	case "arn":
		return func(out []byte, r *simulatedResource) []byte { return r.kind.arnShape.append(out, r) }
	case "account":
		return func(out []byte, r *simulatedResource) []byte { return append(out, r.account...) }
	case "region":
		return func(out []byte, r *simulatedResource) []byte { return append(out, r.region...) }
	case "n":
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.number), 10, 6) }
	case "hexn":
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.number), 16, 8) }
	case "hex8":
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.hash(1)>>32), 16, 8) }
	case "hex16":
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.hash(2)>>1), 16, 16) }
	case "octet":
		return func(out []byte, r *simulatedResource) []byte {
			return strconv.AppendInt(out, int64(r.number%250+1), 10)
		}
	case "octet2":
		return func(out []byte, r *simulatedResource) []byte {
			return strconv.AppendInt(out, int64(r.number/250%250), 10)
		}
	case "near": // the number of a neighbour, for references
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.number/4), 10, 6) }
	case "hexnear":
		return func(out []byte, r *simulatedResource) []byte { return padded(out, int64(r.number%10), 16, 8) }
	case "date": // in a year that is past on every clock, that of a bubble too
		return func(out []byte, r *simulatedResource) []byte {
			h := r.hash(3)
			return fmt.Appendf(out, "199%d-%02d-%02dT%02d:%02d:%02dZ", h%10, h>>8%12+1, h>>16%28+1, h>>24%24, h>>32%60, h>>40%60)
		}
	case "unix":
		return func(out []byte, r *simulatedResource) []byte { return strconv.AppendInt(out, r.unix(), 10) }
	case "tags.ec2":
		return tagSlot("<tagSet>", "<item><key>", "</key><value>", "</value></item>", "", "</tagSet>")
	case "tags.query":
		return tagSlot("<Tags>", "<member><Key>", "</Key><Value>", "</Value></member>", "", "</Tags>")
	case "tags.s3":
		return tagSlot("<TagSet>", "<Tag><Key>", "</Key><Value>", "</Value></Tag>", "", "</TagSet>")
	case "tags.list":
		return tagSlot("[", `{"Key":"`, `","Value":"`, `"}`, ",", "]")
	case "tags.kms":
		return tagSlot("[", `{"TagKey":"`, `","TagValue":"`, `"}`, ",", "]")
	case "tags.map":
		return tagSlot("{", `"`, `":"`, `"`, ",", "}")
	}
	panic("testbed: no slot for {" + name + "}")
}

// unix is when a resource was made, in seconds since 1970: in the nineties.
func (r *simulatedResource) unix() int64 { return 631152000 + int64(r.hash(3)%(9*365*86400)) }

func padded(out []byte, n int64, base, width int) []byte {
	digits := strconv.FormatInt(n, base)
	for range width - len(digits) {
		out = append(out, '0')
	}
	return append(out, digits...)
}

// tags are a resource's tags: what an organisation asks for. One in ten has none.
func (r *simulatedResource) tags() [][2]string {
	if !tagged(r.number) {
		return nil
	}
	return [][2]string{
		{"team", "team-" + strconv.Itoa(r.number%17)}, {"environment", []string{"production", "staging", "development"}[r.number%3]},
		{"cost-centre", "cc-" + strconv.Itoa(4000+r.number%40)}, {"service", "orders-" + strconv.Itoa(r.number%60)}, {"managed-by", "terraform"},
	}
}

func tagSlot(open, before, between, after, comma, end string) slot {
	return func(out []byte, r *simulatedResource) []byte {
		out = append(out, open...)
		for i, tag := range r.tags() {
			if i > 0 {
				out = append(out, comma...)
			}
			out = append(append(append(append(append(out, before...), tag[0]...), between...), tag[1]...), after...)
		}
		return append(out, end...)
	}
}
