package snapshot

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
	"unsafe"
)

// readTrusted reads a JSON document, compressed or not, that is as it was written, which its digest tells, in a fraction of the
// time that decoding takes: the digest is that of the document without white space, so that one pass over the text shows
// that every byte is the program's own. Anything else (an edited file, one of an older version with other fields) is not
// ok, and for [Read] to decode and judge. Strings and configurations are parts of one copy of the text.
func readTrusted(data []byte) (s *Snapshot, ok bool) {
	c := compactor{least: min(pieceSize, 16*len(data))} // small documents take little
	if copyDecompressed(&c, data) != nil || c.depth != 0 {
		return nil, false
	}
	head, rest := c.cut()
	if !bytes.HasSuffix(head, []byte(`,"resources":[`)) || len(rest) == 0 || !bytes.HasSuffix(rest[len(rest)-1], []byte("]}")) {
		return nil, false
	}
	s = new(Snapshot)
	if json.Unmarshal(append(bytes.Clone(head), "]}"...), s) != nil {
		return nil, false
	}
	// As digest has it: without name and digest.
	named, digested := memberText("name", s.Name), memberText("digest", s.Digest)
	blank := bytes.Replace(bytes.Replace(head, named, []byte(`"name":""`), 1), digested, []byte(`"digest":""`), 1)
	hash := sha256.New()
	hash.Write(blank)
	for _, piece := range rest {
		hash.Write(piece)
	}
	hash.Write([]byte{'\n'})
	if s.Digest != "sha256:"+hex.EncodeToString(hash.Sum(nil)) {
		return nil, false
	}
	s.Resources = make([]Resource, len(c.elements))
	for i, element := range c.elements {
		if !resourceOf(element, &s.Resources[i]) {
			return nil, false
		}
	}
	return s, true
}

// memberText is a member of an object as it is written.
func memberText(name, value string) []byte {
	return append([]byte(`"`+name+`":`), encodeString(value)...)
}

// stringEnd is the place behind a string that begins at a quote, or -1.
func stringEnd(text []byte, at int) int {
	for i := at + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// valueEnd is the place behind a value of compact JSON, or -1.
func valueEnd(text []byte, at int) int {
	if at >= len(text) {
		return -1
	}
	switch text[at] {
	case '"':
		return stringEnd(text, at)
	case '{', '[':
		depth := 0
		for i := at; i < len(text); i++ {
			switch text[i] {
			case '"':
				if i = stringEnd(text, i) - 1; i < 0 {
					return -1
				}
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return -1
	}
	for i := at; i < len(text); i++ {
		if c := text[i]; c == ',' || c == '}' || c == ']' {
			return i
		}
	}
	return len(text)
}

// members runs over the members of a compact object. It reports whether visit took all of them.
func members(object []byte, visit func(name string, value []byte) bool) bool {
	at := 1
	for at < len(object) && object[at] != '}' {
		end := stringEnd(object, at)
		if end < 0 || end >= len(object) || object[end] != ':' {
			return false
		}
		name, ok := text(object[at:end])
		if !ok {
			return false
		}
		to := valueEnd(object, end+1)
		if to < 0 || !visit(name, object[end+1:to:to]) {
			return false
		}
		if at = to; at < len(object) && object[at] == ',' {
			at++
		}
	}
	return true
}

// text is a JSON string: a part of the document where nothing in it is escaped.
func text(quoted []byte) (string, bool) {
	if len(quoted) < 2 || quoted[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		inner := quoted[1 : len(quoted)-1]
		return unsafe.String(unsafe.SliceData(inner), len(inner)), true // the document is never written to
	}
	var s string
	return s, json.Unmarshal(quoted, &s) == nil
}

// resourceOf decodes a resource. What is rare is left to encoding/json.
func resourceOf(object []byte, r *Resource) bool {
	var rare []byte
	ok := members(object, func(name string, value []byte) bool {
		var ok bool
		switch name {
		case "key":
			r.Key, ok = text(value)
		case "scope":
			r.Scope, ok = text(value)
		case "arn":
			r.ARN, ok = text(value)
		case "uniqueId":
			r.UniqueID, ok = text(value)
		case "kind":
			r.Kind, ok = text(value)
		case "id":
			r.ID, ok = text(value)
		case "name":
			r.Name, ok = text(value)
		case "accountId":
			r.AccountID, ok = text(value)
		case "region":
			r.Region, ok = text(value)
		case "configurationHash":
			r.ConfigurationHash, ok = text(value)
		case "protection":
			r.Protection, ok = text(value)
		case "configuration":
			r.Configuration, ok = value, true
		case "createdAt":
			at := new(time.Time)
			r.CreatedAt, ok = at, at.UnmarshalJSON(value) == nil
		case "tags":
			r.Tags = make(map[string]string)
			ok = members(value, func(key string, value []byte) bool {
				var ok bool
				r.Tags[key], ok = text(value)
				return ok
			})
		case "references":
			r.References, ok = referencesOf(value)
		default:
			if rare == nil {
				rare = append(rare, '{')
			} else {
				rare = append(rare, ',')
			}
			rare = append(append(append(append(rare, '"'), name...), `":`...), value...)
			ok = true
		}
		return ok
	})
	if !ok {
		return false
	}
	return rare == nil || json.Unmarshal(append(rare, '}'), r) == nil
}

func referencesOf(list []byte) ([]Reference, bool) {
	references := []Reference{}
	for at := 1; at < len(list) && list[at] != ']'; {
		end := valueEnd(list, at)
		if end < 0 {
			return nil, false
		}
		var ref Reference
		ok := members(list[at:end], func(name string, value []byte) bool {
			var ok bool
			switch name {
			case "path":
				var path string
				path, ok = text(value)
				ref.Path = Path(path)
			case "kind":
				ref.Kind, ok = text(value)
			case "id":
				ref.ID, ok = text(value)
			case "key":
				ref.Key, ok = text(value)
			case "scanned":
				ref.Scanned, ok = string(value) == "true", true
			}
			return ok
		})
		if !ok {
			return nil, false
		}
		references = append(references, ref)
		if at = end; at < len(list) && list[at] == ',' {
			at++
		}
	}
	return references, true
}
