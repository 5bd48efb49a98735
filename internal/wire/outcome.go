package wire

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
)

// An Outcome is how a command went on one instance. DescribeInvocations and
// DescribeInvocationResults tell it in the same words but for two names: both
// spellings are read, whichever comes. Moments are text, see [Time].
type Outcome struct {
	InvokeID             string `json:"InvokeId"` // not in DescribeInvocations
	InstanceID           string `json:"InstanceId"`
	InvocationStatus     string
	InvokeRecordStatus   string // the legacy status in DescribeInvocationResults
	InstanceInvokeStatus string // the legacy status in DescribeInvocations
	StartTime            string
	FinishedTime         string // in DescribeInvocationResults
	FinishTime           string // in DescribeInvocations
	StopTime             string
	ExitCode             Int // meaningful when the script came to its end
	Repeats              Int // runs so far, of a command on a schedule
	Output               Output
	Dropped              Int // bytes
	ErrorCode            string
	ErrorInfo            string
	OSSOutputStatus      string `json:"OssOutputStatus"`
	OSSOutputURI         string `json:"OssOutputUri"`
	OSSOutputErrorCode   string `json:"OssOutputErrorCode"`
	OSSOutputErrorInfo   string `json:"OssOutputErrorInfo"`
}

// LegacyStatus is the status in the words of the first generation.
func (o *Outcome) LegacyStatus() string { return cmp.Or(o.InvokeRecordStatus, o.InstanceInvokeStatus) }

// Finished is the moment at which the script ended.
func (o *Outcome) Finished() string { return cmp.Or(o.FinishedTime, o.FinishTime) }

// Output is what a script has printed, which comes in Base64. Line breaks, blanks
// and missing padding do not matter, and either alphabet will do. Text that is not
// Base64 after all is kept as it stands: better kept than lost.
type Output []byte

// UnmarshalJSON never fails. What is not text counts as absent. It decodes the text
// where it stands, as there may be a megabyte.
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

// encoded is Output that encoding/json has freed of escapes.
type encodedOutput Output

// UnmarshalText never fails.
func (e *encodedOutput) UnmarshalText(text []byte) error {
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(text))) // room for text without padding, too
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

// inBase64 removes what may stand between letters, and turns the alphabet of URLs
// into the usual one.
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
