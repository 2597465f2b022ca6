package testbed

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
)

// forwardCBOR forwards an RPC v2 call. moto doesn't speak that protocol, though the Go SDK's CloudWatch client speaks
// nothing else; it does serve the same operations over JSON. So if the server has no such path, the call is translated,
// and so are all after it.
func (p *FaultProxy) forwardCBOR(c *Call) *Answer {
	if !p.noCBOR.Load() {
		a, err := p.roundTrip(c, c.Method, c.Header, c.Body)
		if err != nil {
			return &Answer{cut: reset}
		}
		if a.Status != http.StatusNotFound || a.Header.Get("Smithy-Protocol") != "" {
			return a
		}
		p.noCBOR.Store(true)
	}
	request := &node{proto: JSON}
	if doc, err := decode(CBOR, c.Body); err == nil {
		request = toJSONTree(doc)
	}
	service := strings.Split(c.Path, "/")[2]
	header := c.Header.Clone()
	header.Del("Smithy-Protocol")
	header.Set("Accept", "*/*")
	header.Set("Content-Type", "application/x-amz-json-1.0")
	header.Set("X-Amz-Target", service+"."+c.Operation)
	d := *c
	d.Path = "/"
	a, err := p.roundTrip(&d, http.MethodPost, header, request.encode())
	if err != nil {
		return &Answer{cut: reset}
	}
	if len(bytes.TrimSpace(a.Body)) == 0 {
		a.Body = []byte("{}")
	}
	doc, err := decode(JSON, a.Body)
	if err != nil {
		return a // HTML: an operation that the server doesn't have
	}
	answer := a.withBody(toCBORTree(doc).encode())
	answer.Header.Set("Content-Type", "application/cbor")
	answer.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
	return answer
}

// toJSONTree converts a CBOR request. Times become seconds, as AWS's JSON protocols have them.
func toJSONTree(n *node) *node {
	m := &node{name: n.name, kind: n.kind, proto: JSON}
	for _, k := range n.kids {
		m.kids = append(m.kids, toJSONTree(k))
	}
	if n.kind == leaf {
		m.value = plain(n.value.(cbor.Value))
	}
	return m
}

func plain(v cbor.Value) any {
	switch v := v.(type) {
	case cbor.Uint:
		return uint64(v)
	case cbor.NegInt:
		return -int64(v)
	case cbor.String:
		return string(v)
	case cbor.Bool:
		return bool(v)
	case cbor.Float32:
		return float32(v)
	case cbor.Float64:
		return float64(v)
	case cbor.Slice:
		return []byte(v)
	case *cbor.Tag:
		return plain(v.Value)
	}
	return nil
}

// toCBORTree converts a JSON answer. JSON doesn't mark times, so they are told by their names, which hold for
// CloudWatch.
func toCBORTree(n *node) *node {
	m := &node{name: n.name, kind: n.kind, proto: CBOR}
	for _, k := range n.kids {
		if n.kind == list {
			k = &node{name: strings.TrimSuffix(n.name, "s"), kind: k.kind, kids: k.kids, value: k.value, proto: k.proto}
		}
		child := toCBORTree(k)
		if n.kind == list {
			child.name = ""
		}
		if child.kind != leaf || child.value != nil {
			m.kids = append(m.kids, child)
		}
	}
	if n.kind == leaf {
		m.value = fromPlain(n)
	}
	return m
}

func fromPlain(n *node) cbor.Value {
	switch v := n.value.(type) {
	case string:
		if t, err := time.Parse(time.RFC3339, v); err == nil && isTime(n.name) {
			return &cbor.Tag{ID: 1, Value: cbor.Float64(float64(t.UnixMilli()) / 1000)}
		}
		return cbor.String(v)
	case bool:
		return cbor.Bool(v)
	case json.Number:
		var number cbor.Value
		if i, err := v.Int64(); err != nil {
			f, _ := v.Float64()
			number = cbor.Float64(f)
		} else if i < 0 {
			number = cbor.NegInt(-i)
		} else {
			number = cbor.Uint(i)
		}
		if isTime(n.name) {
			return &cbor.Tag{ID: 1, Value: number}
		}
		return number
	}
	return nil // null: RPC v2 leaves such members out
}

func isTime(name string) bool {
	for _, suffix := range []string{"Timestamp", "Time", "Date", "edAt", "LastModified"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}
