package testbed

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// node is a piece of an answer, in whatever protocol: the faults that edit answers work on trees of these. An XML
// document is its root element; a list is what JSON and CBOR mark as one, or in XML an element whose children all have
// the same name and are several, or are called item or member.
type node struct {
	name  string // of the member or XML element; "" for elements of JSON and CBOR lists
	kind  kind
	kids  []*node
	value any       // of a leaf: string in XML; string, json.Number, bool or nil in JSON; cbor.Value
	attrs []xmlAttr // XML only
	proto Protocol  // of the document, for new leaves
}

type kind int

const (
	object kind = iota
	list
	leaf
)

// decode reads a body. Anything but one document of that protocol is an error: HTML, nothing, half a document.
func decode(p Protocol, body []byte) (*node, error) {
	switch p {
	case JSON, RESTJSON:
		return decodeJSON(p, body)
	case CBOR:
		return decodeCBOR(body)
	case EC2Query, Query, RESTXML, S3:
		return decodeXML(p, body)
	}
	return nil, fmt.Errorf("testbed: protocol %q has no documents", p)
}

var errNotDocument = errors.New("testbed: not a document of this protocol")

func (n *node) encode() []byte {
	switch n.proto {
	case JSON, RESTJSON:
		return encodeJSON(n)
	case CBOR:
		return cbor.Encode(toCBOR(n))
	}
	return encodeXML(n)
}

// result is where the members of an operation's output are: query protocols wrap them in <XResult>.
func (n *node) result() *node {
	if n.proto == Query {
		for _, k := range n.kids {
			if strings.HasSuffix(k.name, "Result") {
				return k
			}
		}
	}
	return n
}

// at follows names separated by slashes, nil if there is no such node.
func (n *node) at(path string) *node {
	for name := range strings.SplitSeq(path, "/") {
		if n = n.child(name); n == nil {
			return nil
		}
	}
	return n
}

func (n *node) child(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// walk calls fn for n and everything below, parents first.
func (n *node) walk(fn func(*node)) {
	fn(n)
	for _, k := range n.kids {
		k.walk(fn)
	}
}

func (n *node) leaves(fn func(*node)) {
	n.walk(func(m *node) {
		if m.kind == leaf {
			fn(m)
		}
	})
}

// text is a leaf's value as text, "" for anything else.
func (n *node) text() string {
	if n == nil || n.kind != leaf {
		return ""
	}
	switch v := n.value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case cbor.String:
		return string(v)
	case bool:
		return fmt.Sprint(v)
	case cbor.Uint:
		return fmt.Sprint(uint64(v))
	}
	return ""
}

// put sets a string member of an object, making it if it isn't there; "" removes it.
func (n *node) put(name, value string) {
	var v any = value
	if n.proto == CBOR {
		v = cbor.String(value)
	}
	n.putValue(name, v, value == "")
}

// putBool sets a flag like IsTruncated.
func (n *node) putBool(name string, value bool) {
	var v any = value
	switch n.proto {
	case CBOR:
		v = cbor.Bool(value)
	case EC2Query, Query, RESTXML, S3:
		v = fmt.Sprint(value)
	}
	n.putValue(name, v, false)
}

func (n *node) putValue(name string, value any, remove bool) {
	if n.kind == leaf { // an empty element that now gets members
		n.kind, n.value = object, nil
	}
	for i, k := range n.kids {
		if k.name == name {
			if remove {
				n.kids = append(n.kids[:i:i], n.kids[i+1:]...)
			} else {
				k.kind, k.kids, k.value = leaf, nil, value
			}
			return
		}
	}
	if !remove {
		n.kids = append(n.kids, &node{name: name, kind: leaf, value: value, proto: n.proto})
	}
}

// clone copies the tree, so that a kept answer isn't changed by a later fault.
func (n *node) clone() *node {
	c := *n
	c.kids = make([]*node, len(n.kids))
	for i, k := range n.kids {
		c.kids[i] = k.clone()
	}
	return &c
}

// isXML says whether the document has no marks of its own for lists.
func (n *node) isXML() bool {
	switch n.proto {
	case JSON, RESTJSON, CBOR:
		return false
	}
	return true
}
