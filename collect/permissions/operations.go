package permissions

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Calls are the SDK operations that a kind's block names, as "EC2: DescribeVpcs", sorted.
type Calls struct {
	List   []string `json:"list"`             // by List and BulkTags: to capture
	Delete []string `json:"delete,omitempty"` // by Protect, Unlink and Delete: to restore
}

// operationsFile has the calls of every kind. They are read off the kinds' code by its types, with every branch, whether
// a run gets there or not; a test does that, compares, and writes the file anew with -update (make generate).
//
//go:embed operations.json
var operationsFile []byte

var operationsTable = sync.OnceValues(func() (map[string]Calls, error) {
	var table map[string]Calls
	if err := json.Unmarshal(operationsFile, &table); err != nil {
		return nil, fmt.Errorf("permissions: operations.json: %w", err)
	}
	return table, nil
})

// CallsOf are the operations that a kind's code can call.
func CallsOf(kind string) (Calls, error) {
	table, err := operationsTable()
	if err != nil {
		return Calls{}, err
	}
	calls, ok := table[kind]
	if !ok {
		return Calls{}, fmt.Errorf("permissions: nobody wrote down what %s calls: run make generate", kind)
	}
	return calls, nil
}
