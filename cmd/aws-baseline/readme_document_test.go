package main

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/diff"
)

// Every field of what diff -o json and -o json-patch print is named in the README's section about documents.
func TestReadmeDocuments(t *testing.T) {
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(data), "\n### Documents\n")
	section, _, closed := strings.Cut(section, "\n## ")
	if !found || !closed {
		t.Fatal("the README has no section about documents")
	}
	fields := make(map[string]bool)
	for _, document := range []any{diff.Grouped{}, diff.Patch{}} {
		jsonFields(reflect.TypeOf(document), fields, make(map[reflect.Type]bool))
	}
	if len(fields) < 60 {
		t.Fatalf("only %d fields were found", len(fields))
	}
	for field := range fields {
		if !strings.Contains(section, "`"+field+"`") && !strings.Contains(section, "`"+field+"[]`") {
			t.Errorf("the section about documents does not name `%s`", field)
		}
	}
}

// jsonFields collects the names that a type's JSON has, at any depth.
func jsonFields(at reflect.Type, fields map[string]bool, seen map[reflect.Type]bool) {
	for at.Kind() == reflect.Pointer || at.Kind() == reflect.Slice || at.Kind() == reflect.Map {
		at = at.Elem()
	}
	if at.Kind() != reflect.Struct || at == reflect.TypeFor[time.Time]() || seen[at] {
		return
	}
	seen[at] = true
	for i := range at.NumField() {
		field := at.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
			continue
		case name != "":
			fields[name] = true
		}
		jsonFields(field.Type, fields, seen)
	}
}
