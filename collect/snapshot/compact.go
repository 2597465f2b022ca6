package snapshot

import "slices"

// compactor drops the white space between the parts of the JSON that is written to it, and notes the elements of the last
// list directly below the document. How long the document will be, nobody knows before: it is kept in pieces, none of which
// is copied to grow, and each element lies within one.
type compactor struct {
	full     [][]byte // the pieces before the last one
	piece    []byte
	elements [][]byte

	written, list   int  // bytes of the full pieces; of all that comes before the last list
	least           int  // bytes of a piece
	depth, start    int  // start is the place in piece of the value at depth 3 that is being written
	within, escaped bool // a string, a backslash
}

// pieceSize is the least size of a piece of a large document, in bytes.
const pieceSize = 4 << 20

// Write never fails.
func (c *compactor) Write(text []byte) (int, error) {
	for i := 0; i < len(text); i++ {
		if c.within {
			i += c.string(text[i:]) - 1
			continue
		}
		switch b := text[i]; b {
		case ' ', '\n', '\t', '\r':
			continue
		case '"':
			c.within = true
			c.put(text[i : i+1])
		case '{', '[':
			c.put(text[i : i+1])
			switch c.depth++; {
			case c.depth == 2 && b == '[':
				c.elements, c.list = c.elements[:0], c.written+len(c.piece)
			case c.depth == 3:
				c.start = len(c.piece) - 1
			}
		case '}', ']':
			c.put(text[i : i+1])
			if c.depth == 3 {
				c.elements = append(c.elements, slices.Clip(c.piece[c.start:]))
			}
			c.depth--
		default:
			c.put(text[i : i+1])
		}
	}
	return len(text), nil
}

// string takes what is left of a string, and returns how many bytes that were.
func (c *compactor) string(text []byte) int {
	for i, b := range text {
		switch {
		case c.escaped:
			c.escaped = false
		case b == '\\':
			c.escaped = true
		case b == '"':
			c.within = false
			c.put(text[:i+1])
			return i + 1
		}
	}
	c.put(text)
	return len(text)
}

func (c *compactor) put(text []byte) {
	if len(c.piece)+len(text) > cap(c.piece) {
		c.next(len(text))
	}
	c.piece = append(c.piece, text...)
}

// next begins another piece with room for some bytes. What was begun of an element goes along.
func (c *compactor) next(room int) {
	done := len(c.piece)
	if c.depth >= 3 {
		done = c.start
	}
	begun := c.piece[done:]
	if done > 0 {
		c.full = append(c.full, c.piece[:done:done])
		c.written += done
	}
	c.piece = append(make([]byte, 0, max(c.least, 2*(len(begun)+room))), begun...)
	c.start = 0
}

// cut returns what comes before the elements of the last list, as one, and the pieces of the rest.
func (c *compactor) cut() (head []byte, rest [][]byte) {
	left := c.list
	for _, piece := range append(c.full, c.piece) {
		n := min(left, len(piece))
		head = append(head, piece[:n]...)
		if left -= n; n < len(piece) {
			rest = append(rest, piece[n:])
		}
	}
	return head, rest
}
