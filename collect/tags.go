package collect

import (
	"reflect"
)

// TagsOf reads a list of AWS's tags: structs with Key and Value, or TagKey and TagValue.
func TagsOf[T any](list []T) Tags { return tagsOf(reflect.ValueOf(list)) }

// TagsIn reads an answer that has its tags in a field called Tags, a list or a map. It suits [AskTags].
func TagsIn[Out any](out *Out) Tags {
	field := reflect.ValueOf(out).Elem().FieldByName("Tags")
	if !field.IsValid() {
		panic("collect: " + reflect.TypeFor[Out]().String() + " has no field Tags")
	}
	if tags, ok := field.Interface().(map[string]string); ok {
		return tags
	}
	return tagsOf(field)
}

func tagsOf(list reflect.Value) Tags {
	if list.Len() == 0 {
		return nil
	}
	tags := make(Tags, list.Len())
	for i := range list.Len() {
		v := list.Index(i)
		key, value := v.FieldByName("Key"), v.FieldByName("Value")
		if !key.IsValid() {
			key, value = v.FieldByName("TagKey"), v.FieldByName("TagValue")
		}
		if !key.IsNil() {
			tags[key.Elem().String()] = ""
			if !value.IsNil() {
				tags[key.Elem().String()] = value.Elem().String()
			}
		}
	}
	return tags
}
