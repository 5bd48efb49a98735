package runcommandtest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A format is the format of a reply: JSON or XML. XML is for old SDKs and tools.
type format uint8

const (
	formatJSON format = iota
	formatXML
)

// The media types of replies.
const (
	jsonType = "application/json;charset=utf-8"
	xmlType  = "text/xml;charset=utf-8"
)

// formats has the values of the parameter Format, in lower case.
var formats = map[string]format{"json": formatJSON, "xml": formatXML}

// replyFormat returns the format that a request asks for. The parameter Format decides,
// then the Accept header, then the style of the request. In the RPC style, which is that
// of the V1 signature, the default is XML.
func (q *request) replyFormat() format {
	if f, known := formats[strings.ToLower(q.params["Format"])]; known {
		return f
	}
	switch accept := strings.ToLower(strings.Join(q.header.Values("Accept"), ",")); {
	case strings.Contains(accept, "json"):
		return formatJSON
	case strings.Contains(accept, "xml"), q.rpcStyle():
		return formatXML
	}
	return formatJSON
}

// rpcStyle reports whether a request is written in the RPC style of the V1 signature:
// Action, Version and the signature are parameters. Old SDKs also send some headers of
// the V3 signature, but the V1 signature does not cover these.
func (q *request) rpcStyle() bool {
	return q.header.Get("Authorization") == "" && (q.params["AccessKeyId"] != "" || q.params["Action"] != "")
}

// checkFormat refuses a format that does not exist.
func checkFormat(p parameters) *refusal {
	name := p["Format"]
	if _, known := formats[strings.ToLower(name)]; !known && name != "" {
		return refuse(errors.InvalidParameterFormat, "the format %.20q is neither JSON nor XML", name)
	}
	return nil
}

// newReply returns a reply in the format that q asks for. The body is JSON. In XML the
// element root contains its fields.
func newReply(q *request, status int, requestID, root string, body []byte) *reply {
	re := jsonReply(status, requestID, body)
	if q.format == formatXML {
		re.header.Set("Content-Type", xmlType)
		re.body = xmlReply(root, body)
	}
	return re
}

// xmlReply converts a JSON object into an XML document with the given root element.
// Every field is an element of the same name. A list is one element for each item, with
// the name of the list's field: an empty list has no elements. A null has no element.
func xmlReply(root string, object []byte) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>`)
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber() // numbers keep all their digits
	writeElement(&b, d, root)
	return b.Bytes()
}

// writeElement writes the next value of d as elements with the given name. It ignores
// the errors of d, because d reads what json.Marshal has written.
func writeElement(b *bytes.Buffer, d *json.Decoder, name string) {
	token, _ := d.Token()
	switch token {
	case nil:
		return
	case json.Delim('['):
		for d.More() {
			writeElement(b, d, name)
		}
		_, _ = d.Token() // the ]
		return
	}
	b.WriteString("<" + name + ">")
	if token == json.Delim('{') {
		for d.More() {
			field, _ := d.Token()
			writeElement(b, d, fmt.Sprint(field))
		}
		_, _ = d.Token() // the }
	} else {
		_ = xml.EscapeText(b, []byte(fmt.Sprint(token))) // a Buffer accepts everything
	}
	b.WriteString("</" + name + ">")
}
