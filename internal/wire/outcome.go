package wire

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
)

// An Outcome is the outcome of a command on one instance. The replies to DescribeInvocations
// and DescribeInvocationResults use different names for the legacy status and for the time
// of the end. Outcome has a field for each of these names. All other names are the same.
// Times are text; [Time] parses them.
type Outcome struct {
	InvokeID             string `json:"InvokeId"` // "" in a reply to DescribeInvocations
	InstanceID           string `json:"InstanceId"`
	InvocationStatus     string
	InvokeRecordStatus   string // the older form of the status, in DescribeInvocationResults
	InstanceInvokeStatus string // the older form of the status, in DescribeInvocations
	StartTime            string
	FinishedTime         string // the time of the end, in DescribeInvocationResults
	FinishTime           string // the time of the end, in DescribeInvocations
	StopTime             string
	ExitCode             Int // valid only when the script has ended
	Repeats              Int // how many times a command on a schedule has run so far
	Output               Output
	Dropped              Int // bytes of output that the service did not keep
	ErrorCode            string
	ErrorInfo            string
	OSSOutputStatus      string `json:"OssOutputStatus"`
	OSSOutputURI         string `json:"OssOutputUri"`
	OSSOutputErrorCode   string `json:"OssOutputErrorCode"`
	OSSOutputErrorInfo   string `json:"OssOutputErrorInfo"`
}

// LegacyStatus returns the status in its older form.
func (o *Outcome) LegacyStatus() string { return cmp.Or(o.InvokeRecordStatus, o.InstanceInvokeStatus) }

// Finished returns the time at which the script ended.
func (o *Outcome) Finished() string { return cmp.Or(o.FinishedTime, o.FinishTime) }

// Output is the output of a script, decoded from Base64. The decoder accepts line breaks,
// blanks, missing padding and both alphabets. Text that is not Base64 is kept unchanged, so
// that no output is lost.
type Output []byte

// UnmarshalJSON never fails. It ignores a value that is not text. It decodes text without
// escapes directly from data, without a copy, since an output may be a megabyte long.
func (o *Output) UnmarshalJSON(data []byte) error {
	text, ok := unescapedText(data)
	switch {
	case ok:
		return (*encodedOutput)(o).UnmarshalText(text)
	case isText(data):
		return json.Unmarshal(data, (*encodedOutput)(o))
	}
	return nil
}

// encodedOutput decodes an Output from Base64 text, after the JSON escapes are decoded.
type encodedOutput Output

// UnmarshalText never fails.
func (e *encodedOutput) UnmarshalText(text []byte) error {
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(text))) // RawStdEncoding, because the text may have no padding
	n, err := base64.StdEncoding.Decode(decoded, text)
	if err == nil {
		*e = decoded[:n]
		return nil
	}
	compact := bytes.Map(normalizeBase64, text)
	n, err = base64.RawStdEncoding.Decode(decoded, bytes.TrimRight(compact, "="))
	if *e = decoded[:n]; err != nil {
		*e = append(compact[:0], text...)
	}
	return nil
}

// normalizeBase64 removes blanks and line breaks, and maps the URL alphabet to the standard
// one.
func normalizeBase64(r rune) rune {
	switch r {
	case ' ', '\t', '\r', '\n':
		return -1
	case '-':
		return '+'
	case '_':
		return '/'
	}
	return r
}
