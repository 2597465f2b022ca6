package testbed

import (
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
)

// restFiles has a file for each REST service, named by the signing name. A line is "Operation METHOD /path?query": {}
// stands for one segment, {+} for all that are left, and a query parameter without a value only has to be there. The
// bindings are those of the AWS service models.
//
//go:embed rest/*.txt
var restFiles embed.FS

// restTables maps signing names to routes.
type restTables map[string][]route

type route struct {
	operation, method string
	segments          []string
	query             url.Values
}

// loadREST reads the tables. It panics on a line it can't read, since the lines are part of this package.
func loadREST() restTables {
	tables := restTables{}
	names, err := fs.Glob(restFiles, "rest/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := restFiles.ReadFile(name)
		if err != nil {
			panic(err)
		}
		service := strings.TrimSuffix(strings.TrimPrefix(name, "rest/"), ".txt")
		for line := range strings.Lines(string(text)) {
			fields := strings.Fields(line)
			if len(fields) != 3 {
				panic(fmt.Sprintf("testbed: %s: %q isn't 'Operation METHOD /path'", name, line))
			}
			path, rawQuery, _ := strings.Cut(fields[2], "?")
			query, err := url.ParseQuery(rawQuery)
			if err != nil {
				panic(fmt.Sprintf("testbed: %s: %q: %v", name, line, err))
			}
			tables[service] = append(tables[service], route{fields[0], fields[1], segments(path), query})
		}
	}
	return tables
}

// operation returns the name of the route that fits best: most literal segments, then most query parameters.
func (t restTables) operation(service string, c *Call) string {
	name, best := c.Method+" "+c.Path, -1
	path := segments(c.Path)
	for _, r := range t[service] {
		if r.method != c.Method {
			continue
		}
		if score := r.score(path, c.Query); score > best {
			name, best = r.operation, score
		}
	}
	return name
}

// score is -1 if the route doesn't fit.
func (r route) score(path []string, query url.Values) int {
	literal := 0
	for i, s := range r.segments {
		if s == "{+}" && i == len(r.segments)-1 && len(path) > i {
			path = path[:i+1]
			break
		}
		if i >= len(path) || s != "{}" && s != "{+}" && s != path[i] {
			return -1
		}
		if s == path[i] {
			literal++
		}
	}
	if len(path) != len(r.segments) {
		return -1
	}
	for name, values := range r.query {
		if !query.Has(name) || values[0] != "" && values[0] != query.Get(name) {
			return -1
		}
	}
	return literal*100 + len(r.query)
}

func segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}
