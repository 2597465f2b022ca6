package collect

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
)

// shorten lets a resource's strings share memory: what lies in its key is a part of it, and tags that many resources have
// are stored once. The SDK's strings are parts of whole answers, which a single one would keep. shortTags says
// that the tags are short already.
func (r *run) shorten(resource *Resource, shortTags bool) {
	resource.ARN = partOf(resource.Key, resource.ARN)
	resource.ID = partOf(resource.Key, resource.ID)
	resource.Name = partOf(resource.Key, resource.Name)
	resource.UniqueID = partOf(resource.Key, resource.UniqueID)
	resource.Region = r.words.once(resource.Region)
	resource.References = slices.Clone(resource.References) // without room to grow
	for i := range resource.References {
		ref := &resource.References[i]
		ref.Path, ref.ID = Path(r.words.once(string(ref.Path))), r.words.once(ref.ID)
	}
	if resource.Tags == nil || shortTags {
		return
	}
	resource.Tags = r.shortTags(resource.Tags)
}

// shortTags is a copy of tags whose strings are stored once.
func (r *run) shortTags(long Tags) Tags {
	tags := make(Tags, len(long))
	for key, value := range long {
		tags[r.words.once(key)] = r.words.once(value)
	}
	return tags
}

// partOf is a string as a part of another one, or a copy of its own.
func partOf(whole, part string) string {
	if at := strings.LastIndex(whole, part); at >= 0 {
		return whole[at : at+len(part)]
	}
	return strings.Clone(part)
}

// words keeps the latest few thousand strings, so that equal ones are stored once. Safe for concurrent use.
type words struct {
	seed  maphash.Seed
	mutex sync.Mutex
	kept  [4096]string
}

func newWords() *words { return &words{seed: maphash.MakeSeed()} }

// once is a string, stored once.
func (w *words) once(s string) string {
	slot := maphash.String(w.seed, s) % uint64(len(w.kept))
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.kept[slot] != s {
		w.kept[slot] = strings.Clone(s)
	}
	return w.kept[slot]
}
