package printer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

const (
	arrow = " → "
	// pathWidth bounds the column of paths; a longer one pushes its value aside.
	pathWidth = 48
	// leastValue is what a value takes in a line, however deep it stands.
	leastValue = 24
	// blockLines is how many lines a value may take in a tree.
	blockLines = 16

	secretText    = "(secret)"
	secretChanged = "(secret changed)"
)

// propertyLines are what changed, aligned: a sign, the path, and the old and new value. Two JSON documents are shown as
// the parts that differ. What has no room in a line is shown in lines of its own.
func propertyLines(properties []diff.Property, depth, width int) []Line {
	column := 0
	for _, p := range properties {
		if w := screenWidth(Escape(p.Path)); w <= pathWidth {
			column = max(column, w)
		}
	}
	var out []Line
	for _, p := range properties {
		out = append(out, propertyLine(p, depth, column, width)...)
		for _, name := range slices.Sorted(maps.Keys(p.StandsFor)) {
			out = append(out, note(fmt.Sprintf("%s here stands for %s, which the target names", name, p.StandsFor[name]), Faint, depth, width))
		}
	}
	return out
}

func propertyLine(p diff.Property, depth, column, width int) []Line {
	mark, style := propertySign(p)
	line := Line{Depth: depth, Sign: mark, Style: style}
	path := pad(Escape(p.Path), column)
	room := width - line.start() - screenWidth(path) - 2
	if mark == "~" {
		if parts, ok := diff.Parts(p.Old, p.New); ok {
			line.Text = []Span{{path + "  ", Plain}, {"(in the document)", Faint}}
			return append([]Line{line}, propertyLines(parts, depth+2, width)...)
		}
	}
	if text := bothValues(p); screenWidth(text) <= room || screenWidth(text) <= leastValue {
		line.Text = append([]Span{{path + "  ", Plain}}, valueSpans(p, text)...)
		return []Line{line}
	}
	if mark == "?" {
		// One side is not known: there is nothing to tell the other from.
		text := fit(shownValue(p.Old, p.OldUnknown), room-screenWidth(arrow+unknownValue)) + arrow + unknownValue
		if !p.NewUnknown {
			text = unknownValue + arrow + fit(shownValue(p.New, false), room-screenWidth(arrow+unknownValue))
		}
		line.Text = []Span{{path + "  ", Plain}, {text, style}}
		return []Line{line}
	}
	line.Text = []Span{{path, Plain}}
	switch {
	case mark == "+":
		return append([]Line{line}, block(p.New, Green, depth+3, width)...)
	case mark == "-":
		return append([]Line{line}, block(p.Old, Red, depth+3, width)...)
	}
	// Both sides, one under the other, so that the place where they part is in sight.
	below := Line{Depth: depth + 3}
	room = width - below.start() - len("was ")
	old, now := parted(shownValue(p.Old, p.OldUnknown), shownValue(p.New, p.NewUnknown), room)
	return append([]Line{line},
		Line{Depth: below.Depth, Text: []Span{{"was ", Faint}, {old, Red}}},
		Line{Depth: below.Depth, Text: []Span{{"is  ", Faint}, {now, Green}}},
	)
}

func propertySign(p diff.Property) (string, Style) {
	switch {
	case p.OldUnknown || p.NewUnknown:
		return "?", Magenta
	case len(p.Old) == 0 || string(p.Old) == "null" && len(p.New) > 0 && string(p.New) != "null":
		return "+", Green
	case len(p.New) == 0 || string(p.New) == "null":
		return "-", Red
	}
	return "~", Yellow
}

// bothValues is both values in a line, or the one that there is.
func bothValues(p diff.Property) string {
	mark, _ := propertySign(p)
	switch mark {
	case "+":
		return shownValue(p.New, false)
	case "-":
		return shownValue(p.Old, false)
	}
	if isSecret(p.Old) && isSecret(p.New) {
		return secretChanged
	}
	return shownValue(p.Old, p.OldUnknown) + arrow + shownValue(p.New, p.NewUnknown)
}

func valueSpans(p diff.Property, text string) []Span {
	if old, now := shownValue(p.Old, p.OldUnknown), shownValue(p.New, p.NewUnknown); text == old+arrow+now {
		return []Span{{old, Red}, {arrow, Faint}, {now, Green}}
	}
	_, style := propertySign(p)
	return []Span{{text, style}}
}

func isSecret(raw json.RawMessage) bool {
	var text string
	return len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &text) == nil && snapshot.MaskedUnder(text) != ""
}

// shownValue is a value in a line: compact JSON, marks of secrets as words.
func shownValue(raw json.RawMessage, unknown bool) string {
	switch {
	case unknown:
		return unknownValue
	case len(raw) == 0:
		return noValue
	case isSecret(raw):
		return secretText
	}
	tree, err := snapshot.Tree(raw)
	if err != nil {
		return Escape(string(raw))
	}
	return Escape(string(snapshot.Canonical(withoutMarks(tree))))
}

// withoutMarks puts words in the place of secrets' marks.
func withoutMarks(tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[key] = withoutMarks(child)
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = withoutMarks(child)
		}
		return out
	case string:
		if snapshot.MaskedUnder(node) != "" {
			return secretText
		}
	}
	return tree
}

// parted cuts two values to a width so that the place where they part stays in sight.
func parted(old, now string, room int) (string, string) {
	a, b := []rune(old), []rune(now)
	from := 0
	if screenWidth(old) > room || screenWidth(now) > room {
		for from < min(len(a), len(b)) && a[from] == b[from] {
			from++
		}
		from = max(0, from-leadIn)
	}
	show := func(text []rune) string {
		if from <= 1 || len(text) <= from {
			return fit(string(text), room)
		}
		return fit(ellipsis+string(text[from:]), room)
	}
	return show(a), show(b)
}

// block is a value over several lines: members and elements each in a line where they fit, as YAML has them. Documents in
// strings are opened.
func block(raw json.RawMessage, style Style, depth, width int) []Line {
	var texts []string
	tree, err := snapshot.Tree(raw)
	if err != nil {
		texts = []string{string(raw)}
	} else {
		texts = blockOf(withoutMarks(opened(tree)), width-depth*len(treeStep))
	}
	var out []Line
	for i, text := range texts {
		if i == blockLines && len(texts) > blockLines+1 {
			out = append(out, Line{Depth: depth, Text: []Span{{"and " + count(len(texts)-i, "more line") + " (see -o wide)", Faint}}})
			break
		}
		out = append(out, Line{Depth: depth, Text: []Span{{fit(text, width-depth*len(treeStep)), style}}})
	}
	return out
}

// opened puts the documents that strings hold in their place.
func opened(tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[key] = opened(child)
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = opened(child)
		}
		return out
	case string:
		text := strings.TrimSpace(node)
		if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			if inner, err := snapshot.Tree(json.RawMessage(text)); err == nil {
				return inner
			}
		}
	}
	return tree
}

func blockOf(tree any, room int) []string {
	compact := string(snapshot.Canonical(tree))
	if screenWidth(compact) <= room {
		return []string{compact}
	}
	var out []string
	nested := func(lead string, child any) {
		compact := lead + string(snapshot.Canonical(child))
		inner := blockOf(child, room-len(treeStep))
		if screenWidth(compact) <= room || len(inner) == 1 {
			out = append(out, compact)
			return
		}
		if lead == "- " { // the first line of an element stands behind its dash
			for i, line := range inner {
				out = append(out, map[bool]string{true: lead, false: treeStep}[i == 0]+line)
			}
			return
		}
		out = append(out, strings.TrimRight(lead, " "))
		for _, line := range inner {
			out = append(out, treeStep+line)
		}
	}
	switch node := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			nested(key+": ", node[key])
		}
	case []any:
		for _, child := range node {
			nested("- ", child)
		}
	}
	if len(out) == 0 {
		return []string{compact}
	}
	return out
}
