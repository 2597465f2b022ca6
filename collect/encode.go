package collect

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Tree turns an SDK value into a tree of map[string]any, []any, string, bool and json.Number with AWS's field names.
// Nil is dropped and nothing else: an empty struct behind a pointer, an empty string, 0 and false stay. (The SDK has no
// nil for enums: an empty enum is its absence.) Unions carry their member's name; times are RFC 3339 in UTC; bytes are
// base64. The result is nil where the value is.
func (e *encoder) Tree(value any) any {
	return e.tree(reflect.ValueOf(value))
}

// encoder turns SDK values into trees. It is safe for concurrent use.
type encoder struct {
	fields sync.Map // reflect.Type → []field: what reflection found
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	numberType = reflect.TypeFor[json.Number]()
	rawType    = reflect.TypeFor[json.RawMessage]()
)

func (e *encoder) tree(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return e.tree(v.Elem())
	case reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return e.treeOfInterface(v)
	case reflect.Struct:
		if v.Type() == timeType {
			return v.Interface().(time.Time).UTC().Format(time.RFC3339Nano)
		}
		node := make(map[string]any)
		for _, field := range e.fieldsOf(v.Type()) {
			if child := e.tree(v.Field(field.index)); child != nil {
				node[field.name] = child
			}
		}
		return node
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		node := make(map[string]any, v.Len())
		for iter := v.MapRange(); iter.Next(); {
			if child := e.tree(iter.Value()); child != nil {
				node[iter.Key().String()] = child
			}
		}
		return node
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		if v.Type() == rawType {
			parsed, err := snapshot.Tree(v.Bytes())
			if err != nil {
				return string(v.Bytes())
			}
			return parsed
		}
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return base64.StdEncoding.EncodeToString(v.Bytes())
		}
		list := make([]any, 0, v.Len())
		for i := range v.Len() {
			list = append(list, e.tree(v.Index(i)))
		}
		return list
	case reflect.String:
		if v.Type() == numberType {
			return json.Number(v.String())
		}
		if v.Len() == 0 && v.Type() != reflect.TypeFor[string]() {
			return nil // an enum that AWS did not return
		}
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return json.Number(strconv.FormatInt(v.Int(), 10))
	case reflect.Float32:
		return json.Number(strconv.FormatFloat(v.Float(), 'g', -1, 32))
	case reflect.Float64:
		return json.Number(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	}
	panic(fmt.Sprintf("collect: no tree for %s", v.Type()))
}

// treeOfInterface encodes unions: the SDK's XMemberY{Value} becomes {"Y": value}.
func (e *encoder) treeOfInterface(v reflect.Value) any {
	element := v.Elem()
	for element.Kind() == reflect.Pointer && !element.IsNil() {
		element = element.Elem()
	}
	if union := v.Type().Name(); union != "" && element.Kind() == reflect.Struct {
		if member, ok := strings.CutPrefix(element.Type().Name(), union+"Member"); ok {
			return map[string]any{member: e.tree(element.FieldByName("Value"))}
		}
	}
	return e.tree(element)
}

// field is an exported field of an SDK struct that AWS defines.
type field struct {
	index int
	name  string
}

func (e *encoder) fieldsOf(t reflect.Type) []field {
	if cached, ok := e.fields.Load(t); ok {
		return cached.([]field)
	}
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		fields = append(fields, field{i, f.Name})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	e.fields.Store(t, fields)
	return fields
}
