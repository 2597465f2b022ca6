package snapshot

import (
	"fmt"
	"strings"
)

// Rules says how the configurations of each kind compare. It is made from the kinds and handed to whoever compares, so
// that comparing needs no AWS types.
type Rules map[string]KindRules

// KindRules are the rules of one kind.
type KindRules struct {
	// Sets are the lists whose order means nothing. The value is the field that identifies an element, or several fields
	// joined by "+" that do together; "" means that elements are compared whole.
	Sets map[Path]string
	// Volatile paths change by themselves: older snapshots may still hold them in a configuration.
	Volatile []Path
	// Defaults are the values that mean the same as absence, in canonical JSON.
	Defaults map[Path]string
	// TagsLag says that a capture reads the tags from an index that follows changes late: what differs is read once more.
	TagsLag bool
	// Weak are the ways in which a resource can be open or weak.
	Weak []Weakness
	// Service is the AWS service as people group by it ("ec2").
	Service string
}

// MaskPrefix starts the mark that stands for a secret: "masked:KEYID:DIGEST". Marks under one key are equal where the
// secrets are; marks under different keys say nothing about each other.
const MaskPrefix = "masked:"

// MaskedUnder returns the id of the key under which a value is masked, or "" where it is no mark.
func MaskedUnder(value any) string {
	text, ok := value.(string)
	if !ok {
		return ""
	}
	rest, ok := strings.CutPrefix(text, MaskPrefix)
	if !ok {
		return ""
	}
	id, _, _ := strings.Cut(rest, ":")
	return id
}

// KeyFields are the fields of a key as [KindRules].Sets has it.
func KeyFields(key string) []string {
	if key == "" {
		return nil
	}
	return strings.Split(key, "+")
}

// KeyLabel names an element of a list by its key: "RuleNumber=100,Egress=false".
func KeyLabel(element map[string]any, fields []string) string {
	words := make([]string, len(fields))
	for i, field := range fields {
		words[i] = fmt.Sprintf("%s=%v", field, element[field])
	}
	return strings.Join(words, ",")
}
