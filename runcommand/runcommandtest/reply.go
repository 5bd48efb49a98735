package runcommandtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A reply is what the server sends to the caller, and how it is sent.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	code    errors.Code
	sending sending
	delay   time.Duration // wait before the header is sent
}

// A sending says what the network does with a reply.
type sending uint8

const (
	sendWhole   sending = iota
	sendRefused         // the connection is refused
	sendReset           // the connection is reset; no reply
	sendDropped         // the connection is closed; no reply
	sendCut             // the first half of the body is sent, then the connection breaks
	sendSlow            // the body is sent at one byte a second
	sendNever           // no reply; the call lasts until the caller gives up
)

// newRequestID returns an upper-case UUID.
func newRequestID() string {
	a, b := rand.Uint64(), rand.Uint64()
	return fmt.Sprintf("%08X-%04X-4%03X-%04X-%012X", a>>32, uint16(a>>16), a&0xfff, 0x8000|b>>50, b&(1<<48-1))
}

// jsonReply returns a reply with a JSON body and the header of the service.
func jsonReply(status int, requestID string, body []byte) *reply {
	return &reply{status: status, body: body, header: http.Header{
		"Content-Type":     {jsonType},
		"X-Acs-Request-Id": {requestID},
	}}
}

// success returns a reply with status 200. Its body has the given fields and RequestId.
func success(q *request, requestID string, fields any) *reply {
	body, err := json.Marshal(fields)
	if err != nil || len(body) < 2 || body[0] != '{' {
		return refusalReply(q, requestID, refuse(errors.InternalError, "the reply cannot be written"))
	}
	head := `{"RequestId":` + strconv.Quote(requestID)
	if len(body) > 2 {
		head += ","
	}
	return newReply(q, http.StatusOK, requestID, q.action+"Response", append([]byte(head), body[1:]...))
}

// An errorReply is the body of a refusal.
type errorReply struct {
	RequestID          string `json:"RequestId"`
	HostID             string `json:"HostId"`
	Code               errors.Code
	Message            string
	Recommend          string
	AccessDeniedDetail *accessDenied `json:",omitempty"`
}

// refusalReply returns the reply to a call that is refused, in the format of the call.
func refusalReply(q *request, requestID string, r *refusal) *reply {
	body, _ := json.Marshal(errorReply{ // the error is ignored: JSON can hold every string
		RequestID: requestID, HostID: q.host, Code: r.code, Message: r.message,
		Recommend:          "https://api.alibabacloud.com/troubleshoot?" + url.Values{"q": {string(r.code)}, "product": {"Ecs"}, "requestId": {requestID}}.Encode(),
		AccessDeniedDetail: r.denied,
	})
	re := newReply(q, r.httpStatus(), requestID, "Error", body)
	re.code = r.code
	return re
}

// page returns a reply with a web page, like the error page of a proxy.
func page(status int) *reply {
	text := http.StatusText(status)
	return &reply{status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body: fmt.Appendf(nil,
		"<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%d %s</h1></center>\r\n<hr><center>Tengine</center>\r\n</body>\r\n</html>\r\n",
		status, text, status, text)}
}
