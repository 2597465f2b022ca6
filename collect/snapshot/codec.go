package snapshot

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is how a snapshot is written.
type Format string

// The formats of a snapshot file.
const (
	JSON       Format = "json"
	YAML       Format = "yaml"
	Compressed Format = "json.zst" // JSON, compressed with Zstandard
)

// Errors of reading a document. Each is wrapped with what was found.
var (
	ErrNotSnapshot = errors.New("not a snapshot")
	ErrNewer       = errors.New("written by a newer version")
	ErrDamaged     = errors.New("damaged")
)

// Write sorts a snapshot, seals it with its digest and writes it. JSON is indented so that git diff reads well:
// resources over several lines, coverage, stubs and known paths one to a line.
func Write(w io.Writer, s *Snapshot, format Format) error {
	s.Document, s.SchemaVersion = Document, SchemaVersion
	fillNil(s)
	s.Sort()
	s.Digest = digest(s)
	if format == YAML {
		var document bytes.Buffer
		if err := writeJSON(&document, s); err != nil {
			return err
		}
		return jsonToYAML(w, document.Bytes())
	}
	if format == Compressed {
		return compress(w, func(w io.Writer) error { return writeJSON(w, s) })
	}
	return writeJSON(w, s)
}

// Read reads a snapshot in any format. Where the digest does not fit the content, Edited is set; what contradicts itself is
// damaged then.
func Read(data []byte) (*Snapshot, error) {
	if s, ok := readTrusted(data); ok && s.Document == Document && s.SchemaVersion >= 1 && s.SchemaVersion <= SchemaVersion {
		if err := check(s); err != nil {
			return nil, err
		}
		fillNil(s)
		return s, nil
	}
	data, err := decompress(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	text := bytes.TrimSpace(data)
	if len(text) == 0 {
		return nil, fmt.Errorf("%w: the file is empty", ErrDamaged)
	}
	if text[0] != '{' {
		converted, err := yamlToJSON(data)
		if err != nil {
			return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
		}
		text = converted
	}
	var head struct {
		Document      *string `json:"document"`
		SchemaVersion int     `json:"schemaVersion"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, describe(err))
	}
	if head.Document == nil || *head.Document != Document {
		return nil, fmt.Errorf("%w: the field document does not say %q", ErrNotSnapshot, Document)
	}
	if head.SchemaVersion > SchemaVersion {
		return nil, fmt.Errorf("%w of aws-baseline (schema %d, this one reads up to %d)", ErrNewer, head.SchemaVersion, SchemaVersion)
	}
	if head.SchemaVersion < 1 {
		return nil, fmt.Errorf("%w: schemaVersion is %d", ErrDamaged, head.SchemaVersion)
	}
	s := new(Snapshot)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, describe(err))
	}
	if err := check(s); err != nil {
		return nil, err
	}
	fillNil(s)
	if s.Edited = s.Digest != digest(s); s.Edited {
		// What contradicts itself would be compared with another resource than the one it is of.
		if err := s.consistent(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// check refuses what would make later steps draw wrong conclusions.
func check(s *Snapshot) error {
	seen := make(map[string]bool, len(s.Resources))
	for i := range s.Resources {
		r := &s.Resources[i]
		if r.Key == "" || r.Kind == "" || r.Scope == "" {
			return fmt.Errorf("%w: resources[%d] has no key, kind or scope", ErrDamaged, i)
		}
		if seen[r.Key] {
			return fmt.Errorf("%w: resources[%d]: the key %s is there twice", ErrDamaged, i, r.Key)
		}
		seen[r.Key] = true
		if err := checkConfiguration(r); err != nil {
			return fmt.Errorf("%w: resources[%d]: %v", ErrDamaged, i, err)
		}
	}
	return checkApprovals(s.Metadata.Approvals)
}

func checkConfiguration(r *Resource) error {
	if len(r.Configuration) == 0 {
		r.Configuration = json.RawMessage("{}")
	}
	if r.Configuration[0] != '{' {
		return errors.New("the configuration is not an object")
	}
	return nil
}

// fillNil makes lists that are not there empty: a document has every list, and the digest is of what it has.
func fillNil(s *Snapshot) {
	if s.Accounts == nil {
		s.Accounts = []Account{}
	}
	if s.KnownPaths == nil {
		s.KnownPaths = map[string][]Path{}
	}
	if s.Coverage == nil {
		s.Coverage = []Coverage{}
	}
	if s.Stubs == nil {
		s.Stubs = []Stub{}
	}
	if s.Resources == nil {
		s.Resources = []Resource{}
	}
}

func describe(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("%v at byte %d", err, syntax.Offset)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("%s is %s where something else belongs, at byte %d", cmp.Or(kind.Field, "the document"), article(kind.Value), kind.Offset)
	}
	return err.Error()
}

// article is a sort of JSON value with its article: "an array", "a string".
func article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// digest covers the decoded model without name and digest, so that neither a rename nor line endings or indentation
// change it: it is that of the model as encoding/json writes it. The resources, which come last, are written one by one, so
// that a large snapshot isn't in memory twice.
func digest(s *Snapshot) string {
	plain := *s
	plain.Name, plain.Digest, plain.Resources = "", "", []Resource{}
	hash := sha256.New()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(&plain) != nil {
		return "unreadable"
	}
	const end = "]}\n"
	hash.Write(buffer.Bytes()[:buffer.Len()-len(end)])
	for i := range s.Resources {
		buffer.Reset()
		if encoder.Encode(&s.Resources[i]) != nil {
			return "unreadable"
		}
		if i > 0 {
			hash.Write([]byte{','})
		}
		hash.Write(buffer.Bytes()[:buffer.Len()-1]) // without the line's end
	}
	hash.Write([]byte(end))
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// section is a field of the document and how it is laid out.
type section struct {
	name    string
	value   any
	entries []any // one line each
	indent  bool

	leaveOut bool
}

func writeJSON(w io.Writer, s *Snapshot) error {
	out := bufio.NewWriterSize(w, 1<<16)
	known := make([]any, 0, len(s.KnownPaths))
	for _, kind := range sortedKeys(s.KnownPaths) {
		known = append(known, member{kind, s.KnownPaths[kind]})
	}
	sections := []section{
		{name: "document", value: s.Document},
		{name: "schemaVersion", value: s.SchemaVersion},
		{name: "name", value: s.Name},
		{name: "digest", value: s.Digest},
		{name: "cutoff", value: s.Cutoff},
		{name: "selectors", value: s.Selectors, indent: true},
		{name: "organization", value: s.Organization, leaveOut: s.Organization == nil},
		{name: "accounts", entries: anys(s.Accounts)},
		{name: "metadata", value: s.Metadata, indent: true},
		{name: "maskKeyId", value: s.MaskKeyID},
		{name: "knownPaths", entries: known},
		{name: "coverage", entries: anys(s.Coverage)},
		{name: "census", value: s.Census, indent: true, leaveOut: s.Census == nil},
		{name: "stubs", entries: anys(s.Stubs)},
		{name: "resources", entries: anys(s.Resources), indent: true},
	}
	sections = slices.DeleteFunc(sections, func(part section) bool { return part.leaveOut })
	out.WriteString("{\n")
	for i, part := range sections {
		if err := part.write(out); err != nil {
			return err
		}
		if i < len(sections)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	out.WriteString("}\n")
	return out.Flush()
}

// member is one line of an object.
type member struct {
	name  string
	value any
}

func (p section) write(out *bufio.Writer) error {
	fmt.Fprintf(out, "  %q: ", p.name)
	if p.entries == nil {
		return encode(out, "  ", p.indent)(p.value)
	}
	open, end := "[", "]"
	if p.name == "knownPaths" {
		open, end = "{", "}"
	}
	out.WriteString(open)
	write := encode(out, "    ", p.indent)
	for i, entry := range p.entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		if m, ok := entry.(member); ok {
			fmt.Fprintf(out, "%q: ", m.name)
			entry = m.value
		}
		if err := write(entry); err != nil {
			return err
		}
	}
	if len(p.entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString(end)
	return nil
}

// encode returns a function that writes values, one after the other, with what it has allocated.
func encode(out *bufio.Writer, prefix string, indent bool) func(value any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if indent {
		encoder.SetIndent(prefix, "  ")
	}
	return func(value any) error {
		buffer.Reset()
		if err := encoder.Encode(value); err != nil {
			return err
		}
		_, err := out.Write(bytes.TrimSuffix(buffer.Bytes(), []byte("\n")))
		return err
	}
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
