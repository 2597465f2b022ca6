package testbed

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// Answer is what a call gets. A fault may return the server's with changes, or one of its own.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte

	cut cut
}

// cut says how the connection ends.
type cut int

const (
	whole     cut = iota
	reset         // no answer: the client reads "connection reset by peer"
	truncated     // half of the body
	hung          // nothing until the client goes away
)

// ok says whether the answer is complete and a success.
func (a *Answer) ok() bool { return a.cut == whole && a.Status/100 == 2 }

// withBody returns a copy of the answer with another body, without the header by which DynamoDB's client would notice.
func (a *Answer) withBody(body []byte) *Answer {
	b := *a
	b.Header = a.Header.Clone()
	b.Header.Del("X-Amz-Crc32")
	b.Header.Del("Content-Length")
	b.Body = body
	return &b
}

// requestID is the same in all answers that the proxy makes up, so that logs tell them from the server's.
const requestID = "00000000-0000-4000-8000-0000testbed0"

// errorAnswer encodes an error as the call's service would, so that the SDK decodes code and message.
func errorAnswer(c *Call, status int, code, message string) *Answer {
	a := &Answer{Status: status, Header: http.Header{"X-Amzn-Requestid": {requestID}}}
	type wire struct {
		Type    string `xml:",omitempty"`
		Code    string
		Message string
	}
	fault := "Sender"
	if status >= 500 {
		fault = "Receiver"
	}
	var body any
	switch c.Protocol {
	case EC2Query:
		body = struct {
			XMLName   xml.Name `xml:"Response"`
			Error     wire     `xml:"Errors>Error"`
			RequestID string
		}{Error: wire{"", code, message}, RequestID: requestID}
	case Query, RESTXML:
		body = struct {
			XMLName   xml.Name `xml:"ErrorResponse"`
			Error     wire
			RequestId string
		}{Error: wire{fault, code, message}, RequestId: requestID}
	case S3:
		body = struct {
			XMLName                          xml.Name `xml:"Error"`
			Code, Message, RequestId, HostId string
		}{Code: code, Message: message, RequestId: requestID, HostId: requestID}
	case JSON, RESTJSON:
		a.Header.Set("X-Amzn-Errortype", code)
		a.Header.Set("Content-Type", c.Header.Get("Content-Type"))
		fields := map[string]string{"__type": code, "message": message, "Message": message}
		if c.Protocol == RESTJSON {
			a.Header.Set("Content-Type", "application/json")
		}
		a.Body, _ = json.Marshal(fields)
	case CBOR:
		a.Header.Set("Content-Type", "application/cbor")
		a.Header.Set("Smithy-Protocol", "rpc-v2-cbor")
		a.Body = cbor.Encode(cbor.Map{"__type": cbor.String(code), "message": cbor.String(message)})
	}
	if body != nil {
		a.Header.Set("Content-Type", "text/xml")
		text, _ := xml.Marshal(body)
		a.Body = append([]byte(xml.Header), text...)
	}
	// Services that once spoke the query protocol still send its code to clients that ask for it.
	if c.Header.Get("X-Amzn-Query-Mode") == "true" {
		a.Header.Set("X-Amzn-Query-Error", code+";"+fault)
	}
	return a
}

var xmlCode = regexp.MustCompile(`<Code>([^<]+)</Code>`)

// code returns the error's code as the client will see it, "" if the answer is no error, and how it was cut if it was.
func (a *Answer) code(c *Call) string {
	switch a.cut {
	case reset:
		return "(reset)"
	case truncated:
		return "(truncated)"
	case hung:
		return "(hung)"
	}
	if a.Status < 300 {
		return ""
	}
	if q := a.Header.Get("X-Amzn-Query-Error"); q != "" {
		code, _, _ := strings.Cut(q, ";")
		return code
	}
	code := a.Header.Get("X-Amzn-Errortype")
	if code == "" {
		switch c.Protocol {
		case JSON, RESTJSON, CBOR:
			if doc, err := decode(c.Protocol, a.Body); err == nil {
				for _, name := range []string{"__type", "code"} {
					if n := doc.at(name); n != nil && code == "" {
						code = n.text()
					}
				}
			}
		default:
			if m := xmlCode.FindSubmatch(a.Body); m != nil {
				code = string(m[1])
			}
		}
	}
	code = code[strings.LastIndex(code, "#")+1:]
	code, _, _ = strings.Cut(code, ":")
	if code == "" {
		return http.StatusText(a.Status)
	}
	return code
}
