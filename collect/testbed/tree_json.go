package testbed

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"

	"github.com/aws/smithy-go/encoding/cbor"
)

// decodeJSON keeps numbers as they are written. The order of an object's members is lost: they come out sorted.
func decodeJSON(p Protocol, body []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errNotDocument
	}
	return fromJSON(p, "", v), nil
}

func fromJSON(p Protocol, name string, v any) *node {
	n := &node{name: name, proto: p}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			n.kids = append(n.kids, fromJSON(p, k, v[k]))
		}
	case []any:
		n.kind = list
		for _, e := range v {
			n.kids = append(n.kids, fromJSON(p, "", e))
		}
	default:
		n.kind, n.value = leaf, v
	}
	return n
}

func encodeJSON(n *node) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(toJSON(n)); err != nil {
		panic(err) // leaves come from a decoder
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func toJSON(n *node) any {
	switch n.kind {
	case object:
		m := map[string]any{}
		for _, k := range n.kids {
			m[k.name] = toJSON(k)
		}
		return m
	case list:
		l := []any{}
		for _, k := range n.kids {
			l = append(l, toJSON(k))
		}
		return l
	}
	return n.value
}

func decodeCBOR(body []byte) (*node, error) {
	v, err := cbor.Decode(body)
	if err != nil {
		return nil, err
	}
	return fromCBOR("", v), nil
}

func fromCBOR(name string, v cbor.Value) *node {
	n := &node{name: name, proto: CBOR}
	switch v := v.(type) {
	case cbor.Map:
		for _, k := range sortedKeys(v) {
			n.kids = append(n.kids, fromCBOR(k, v[k]))
		}
	case cbor.List:
		n.kind = list
		for _, e := range v {
			n.kids = append(n.kids, fromCBOR("", e))
		}
	default:
		n.kind, n.value = leaf, v
	}
	return n
}

func toCBOR(n *node) cbor.Value {
	switch n.kind {
	case object:
		m := cbor.Map{}
		for _, k := range n.kids {
			m[k.name] = toCBOR(k)
		}
		return m
	case list:
		l := cbor.List{}
		for _, k := range n.kids {
			l = append(l, toCBOR(k))
		}
		return l
	}
	return n.value.(cbor.Value)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
