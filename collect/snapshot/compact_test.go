package snapshot

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestCompactor: however small the pieces are, and however the document comes in, the pieces are the document without its
// white space, and the elements those of its last list, each as a whole.
func TestCompactor(t *testing.T) {
	document := encoded(t, example(), JSON)
	var plain bytes.Buffer
	if err := json.Compact(&plain, document); err != nil {
		t.Fatal(err)
	}
	var want struct{ Resources []json.RawMessage }
	if err := json.Unmarshal(plain.Bytes(), &want); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, least := range []int{1, 7, 64, 500, pieceSize} {
		c := compactor{least: least}
		for rest := document; len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(40))
			_, _ = c.Write(rest[:n]) // never fails
			rest = rest[n:]
		}
		head, rest := c.cut()
		if got := slices.Concat(head, bytes.Join(rest, nil)); !bytes.Equal(got, plain.Bytes()) {
			t.Errorf("pieces of %d bytes: got\n%s\nwant\n%s", least, got, plain.Bytes())
		}
		if !bytes.HasSuffix(head, []byte(`"resources":[`)) {
			t.Errorf("pieces of %d bytes: the head ends in %s", least, head[max(0, len(head)-40):])
		}
		if !slices.EqualFunc(c.elements, want.Resources, func(a []byte, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
			t.Errorf("pieces of %d bytes: elements %s", least, c.elements)
		}
	}
}
