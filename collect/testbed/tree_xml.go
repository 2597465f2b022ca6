package testbed

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// xmlAttr is an attribute with its prefix as written: xmlns and xsi:type must survive.
type xmlAttr struct{ name, value string }

// decodeXML drops comments, processing instructions and the white space around elements.
func decodeXML(p Protocol, body []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var stack []*node
	var root *node
	for {
		token, err := d.RawToken() // unlike Token, keeps prefixes; unlike Token, doesn't match tags
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: prefixed(t.Name), kind: leaf, value: "", proto: p}
			for _, a := range t.Attr {
				n.attrs = append(n.attrs, xmlAttr{prefixed(a.Name), a.Value})
			}
			if len(stack) > 0 {
				parent := stack[len(stack)-1]
				parent.kind, parent.value = object, nil
				parent.kids = append(parent.kids, n)
			} else if root == nil {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			if len(stack) == 0 || stack[len(stack)-1].name != prefixed(t.Name) {
				return nil, errNotDocument
			}
			n := stack[len(stack)-1]
			if n.isXMLList() {
				n.kind = list
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 && stack[len(stack)-1].kind == leaf {
				n := stack[len(stack)-1]
				n.value = n.value.(string) + string(t)
			}
		}
	}
	if root == nil || len(stack) > 0 || strings.EqualFold(root.name, "html") {
		return nil, errNotDocument
	}
	return root, nil
}

func (n *node) isXMLList() bool {
	if n.kind != object {
		return false
	}
	first := n.kids[0].name
	for _, k := range n.kids {
		if k.name != first {
			return false
		}
	}
	return len(n.kids) > 1 || first == "item" || first == "member"
}

func prefixed(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func encodeXML(root *node) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	writeXML(&b, root)
	return b.Bytes()
}

func writeXML(b *bytes.Buffer, n *node) {
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="`)
		xml.EscapeText(b, []byte(a.value))
		b.WriteString(`"`)
	}
	b.WriteString(">")
	if n.kind == leaf {
		xml.EscapeText(b, []byte(n.value.(string)))
	}
	for _, k := range n.kids {
		writeXML(b, k)
	}
	b.WriteString("</" + n.name + ">")
}
