package collect

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// MaskKey turns secrets into marks that show whether a value changed and can't be guessed back without the key.
type MaskKey struct {
	ID  string // part of the key's own digest; stored in snapshots
	key []byte
}

// MaskKeyVariable is the environment variable that holds the masking key: at least 16 characters.
const MaskKeyVariable = "AWS_BASELINE_MASK_KEY"

// MaskKeyFile is the key's file in the user's configuration folder.
const MaskKeyFile = "mask.key"

// NewMaskKey makes a key of its text.
func NewMaskKey(text string) MaskKey {
	sum := sha256.Sum256([]byte("aws-baseline mask key id\x00" + text))
	return MaskKey{ID: hex.EncodeToString(sum[:4]), key: []byte(text)}
}

// LoadMaskKey takes the key from the environment, or from the folder, where it is made at first use with mode 0600.
// Two processes that make it at once agree on the one that came first.
func LoadMaskKey(folder string) (MaskKey, error) {
	if text := strings.TrimSpace(os.Getenv(MaskKeyVariable)); text != "" {
		if len(text) < 16 {
			return MaskKey{}, fmt.Errorf("%s is too short to protect anything: give at least 16 characters", MaskKeyVariable)
		}
		return NewMaskKey(text), nil
	}
	file := filepath.Join(folder, MaskKeyFile)
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		err = snapshot.Disk(folder).CreateFile(MaskKeyFile, []byte(rand.Text()+rand.Text()+"\n"))
		if err == nil || errors.Is(err, fs.ErrExist) {
			data, err = os.ReadFile(file)
		}
	}
	if err != nil {
		return MaskKey{}, fmt.Errorf("can't read or make the masking key: %w; set %s instead", err, MaskKeyVariable)
	}
	text := strings.TrimSpace(string(data))
	if len(text) < 16 {
		return MaskKey{}, fmt.Errorf("the masking key in %s is damaged: remove it (older snapshots' secrets then read \"not compared\"), or set %s", file, MaskKeyVariable)
	}
	return NewMaskKey(text), nil
}

// Mask is the mark of a value: [snapshot.MaskPrefix], the key's id and a keyed digest.
func (k MaskKey) Mask(value string) string {
	mac := hmac.New(sha256.New, k.key)
	mac.Write([]byte(value))
	return snapshot.MaskPrefix + k.ID + ":" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// maskURLs masks every URL at or below a value that lets somebody in: with a user or token before the host, or with a
// query, which may hold a key or a signature (presigned URLs).
func (k MaskKey) maskURLs(value any) any {
	switch node := value.(type) {
	case map[string]any:
		for key, child := range node {
			node[key] = k.maskURLs(child)
		}
	case []any:
		for i, child := range node {
			node[i] = k.maskURLs(child)
		}
	case string:
		if urlLetsIn(node) {
			return k.Mask(node)
		}
	}
	return value
}

// urlLetsIn reports whether a text is a URL with credentials, or with a query.
func urlLetsIn(text string) bool {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme == "" || strings.ContainsAny(text, " \t\n\"") || strings.HasPrefix(scheme, "s3") {
		return false
	}
	place, query, _ := strings.Cut(rest, "?")
	host, _, _ := strings.Cut(place, "/")
	user, _, named := strings.Cut(host, "@")
	bare := strings.HasSuffix(scheme, "ssh") && !strings.Contains(user, ":") // git@, whose key is elsewhere
	return query != "" || named && !bare
}

// maskBelow masks every scalar at or below a value.
func (k MaskKey) maskBelow(value any) any {
	switch node := value.(type) {
	case map[string]any:
		for key, child := range node {
			node[key] = k.maskBelow(child)
		}
		return node
	case []any:
		for i, child := range node {
			node[i] = k.maskBelow(child)
		}
		return node
	case nil:
		return nil
	}
	return k.Mask(fmt.Sprint(value))
}
