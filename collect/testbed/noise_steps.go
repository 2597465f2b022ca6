package testbed

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// shuffle puts lists into another order. In XML, elements of the same name in one parent are a list.
func (n *noise) shuffle(doc *node) {
	doc.walk(func(m *node) {
		if len(m.kids) < 2 || keepOrder[m.name] {
			return
		}
		places := map[string][]int{}
		for i, k := range m.kids {
			places[k.name] = append(places[k.name], i)
		}
		for name, at := range inOrder(places) {
			if keepOrder[name] {
				continue
			}
			n.random.Shuffle(len(at), func(i, j int) {
				m.kids[at[i]], m.kids[at[j]] = m.kids[at[j]], m.kids[at[i]]
			})
		}
	})
}

// inOrder ranges over a map by sorted keys, so that the same seed makes the same noise.
func inOrder[V any](m map[string]V) func(func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, k := range sortedKeys(m) {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

// addUnknown gives half of the objects a member that no SDK knows. Objects with one member may be unions, in which a
// second would be another value, or lists in XML.
func (n *noise) addUnknown(m *node, root bool) {
	if mapMembers[m.name] || m.name == "entry" {
		return
	}
	for _, k := range m.kids {
		n.addUnknown(k, false)
	}
	if m.kind == object && (len(m.kids) > 1 || root && !m.isXML()) && n.random.IntN(2) == 0 {
		m.put("testbedUnknown", strconv.Itoa(n.random.Int()))
	}
}

// advance changes what changes by itself.
func (n *noise) advance(c *Call, doc *node) {
	doc.walk(func(m *node) {
		for _, k := range m.kids {
			name := k.name
			if m.name == "entry" && name == "value" { // a map in XML
				name = m.at("key").text()
			}
			if k.kind == leaf && (advancing[c.Service+":"+name] || advancing[c.Service+":"+m.name+"/"+name]) {
				k.value = advanced(k.value, n.tick)
			}
		}
	})
}

// advanced adds steps to a number, or as many seconds to a time. Anything else stays as it is.
func advanced(value any, steps int64) any {
	switch v := value.(type) {
	case string:
		if i, err := strconv.ParseInt(v, 10, 64); err == nil {
			return strconv.FormatInt(i+steps, 10)
		}
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999-0700"} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.Add(time.Duration(steps) * time.Second).Format(layout)
			}
		}
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return json.Number(strconv.FormatInt(i+steps, 10))
		}
		if f, err := v.Float64(); err == nil {
			return json.Number(strconv.FormatFloat(f+float64(steps), 'f', -1, 64))
		}
	case cbor.Uint:
		return v + cbor.Uint(steps)
	case cbor.Float64:
		return v + cbor.Float64(steps)
	case *cbor.Tag:
		if inner, ok := advanced(v.Value, steps).(cbor.Value); ok {
			return &cbor.Tag{ID: v.ID, Value: inner}
		}
	}
	return value
}

// addDefaults gives half of the objects that lack a member that member.
func (n *noise) addDefaults(c *Call, doc *node, defaults []Default) {
	for _, d := range defaults {
		if canonicalService(d.Service) != c.Service || d.Operation != c.Operation {
			continue
		}
		for _, m := range doc.result().each(d.Path) {
			if m.child(d.Member) == nil && n.random.IntN(2) == 0 {
				m.kids = append(m.kids, newNode(m.proto, d.Member, d.Value))
			}
		}
	}
}

// each is at, with * for every element of a list; "" is the node itself.
func (n *node) each(path string) []*node {
	if path == "" {
		return []*node{n}
	}
	first, rest, _ := strings.Cut(path, "/")
	var all []*node
	for _, k := range n.kids {
		if k.name == first || first == "*" {
			all = append(all, k.each(rest)...)
		}
	}
	return all
}

// newNode makes a member from a string, bool, int or map[string]any of them.
func newNode(p Protocol, name string, value any) *node {
	n := &node{name: name, kind: leaf, proto: p}
	if m, ok := value.(map[string]any); ok {
		n.kind = object
		for k, v := range inOrder(m) {
			n.kids = append(n.kids, newNode(p, k, v))
		}
		return n
	}
	switch p {
	case JSON, RESTJSON:
		if n.value = value; fmt.Sprintf("%T", value) == "int" {
			n.value = json.Number(fmt.Sprint(value))
		}
	case CBOR:
		switch v := value.(type) {
		case bool:
			n.value = cbor.Bool(v)
		case int:
			n.value = cbor.Uint(v)
		default:
			n.value = cbor.String(fmt.Sprint(v))
		}
	default:
		n.value = fmt.Sprint(value)
	}
	return n
}
