package printer

import (
	"encoding/json"
)

const (
	valueWidth  = 72  // characters of one value in a table
	reasonWidth = 120 // characters of a reason
	leadIn      = 16  // characters that long values show before they part
	ellipsis    = "…"
	noValue     = "(none)"

	unknownValue = "(unknown)" // it could not be read
)

// values shows what a property was and is, as JSON. Long values are shortened so that the place where they part stays
// in sight: two versions of a policy would look equal otherwise. wide shortens nothing.
func values(old, now json.RawMessage, wide bool) (before, after string) {
	before, after = value(old), value(now)
	if wide {
		return before, after
	}
	a, b := []rune(before), []rune(after)
	from := 0
	if len(a) > valueWidth || len(b) > valueWidth {
		for from < min(len(a), len(b)) && a[from] == b[from] {
			from++
		}
		from = max(0, from-leadIn)
	}
	return window(a, from), window(b, from)
}

// value is a value as a table shows it.
func value(raw json.RawMessage) string {
	if len(raw) == 0 {
		return noValue
	}
	var text string
	if raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
		if mark, ok := maskedValue(text); ok {
			return mark
		}
	}
	return string(raw)
}

// window is the part of a text that begins at a place, with an ellipsis for what is left out on either side. A text
// that is short is shown whole.
func window(text []rune, from int) string {
	if len(text) <= valueWidth {
		return string(text)
	}
	start := ""
	if from > 1 {
		start, text = ellipsis, text[from:]
	}
	if len(text) <= valueWidth {
		return start + string(text)
	}
	return start + string(text[:valueWidth]) + ellipsis
}

// shorten cuts a text and shows that it did.
func shorten(text string, width int, wide bool) string {
	if runes := []rune(text); !wide && len(runes) > width {
		return string(runes[:width]) + ellipsis
	}
	return text
}
