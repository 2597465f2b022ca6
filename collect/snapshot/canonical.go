package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// Canonical encodes a tree of map[string]any, []any, string, bool, nil, json.Number, int, int64 and json.RawMessage as
// compact JSON with sorted keys. Numbers keep the digits that they have; nothing goes through a float.
func Canonical(tree any) json.RawMessage {
	out := appendCanonical(make([]byte, 0, 1<<10), tree)
	return append(make([]byte, 0, len(out)), out...) // without the room to grow: snapshots hold many of these for long
}

func appendCanonical(out []byte, tree any) []byte {
	switch node := tree.(type) {
	case nil:
		return append(out, "null"...)
	case bool:
		return strconv.AppendBool(out, node)
	case string:
		return appendString(out, node)
	case json.Number:
		return append(out, node...)
	case int:
		return strconv.AppendInt(out, int64(node), 10)
	case int64:
		return strconv.AppendInt(out, node, 10)
	case json.RawMessage:
		return append(out, node...)
	case []any:
		out = append(out, '[')
		for i, element := range node {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendCanonical(out, element)
		}
		return append(out, ']')
	case map[string]any:
		out = append(out, '{')
		for i, key := range sortedKeys(node) {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendString(out, key), ':')
			out = appendCanonical(out, node[key])
		}
		return append(out, '}')
	}
	// A type that no encoder makes is a fault of the program, not of its input.
	panic(fmt.Sprintf("snapshot: no canonical form for %T", tree))
}

// appendString writes a JSON string. Plain ASCII, which is nearly all of AWS's answers, takes the short way.
func appendString(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return append(out, encodeString(s)...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

func encodeString(s string) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
}

// Tree decodes JSON into map[string]any, []any, string, bool, nil and json.Number. An empty message is an empty object.
func Tree(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return tree, nil
}

// Hash is the hash of a configuration in its canonical form: "sha256:" and the hexadecimal digest.
func Hash(canonical json.RawMessage) string {
	sum := sha256.Sum256(canonical)
	return "sha256:" + hex.EncodeToString(sum[:])
}
