package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

// These types belong to a second decoder. It uses encoding/json only for text and raw values, and then
// reads these values one by one. The tests compare its result with the result of [wire.Decode].
type (
	referenceRow struct {
		InvokeID             string `json:"InvokeId"`
		InstanceID           string `json:"InstanceId"`
		InvocationStatus     string
		InvokeRecordStatus   string
		InstanceInvokeStatus string
		StartTime            string
		FinishedTime         string
		FinishTime           string
		StopTime             string
		ExitCode             json.RawMessage
		Repeats              json.RawMessage
		Output               string
		Dropped              json.RawMessage
		ErrorCode            string
		ErrorInfo            string
		OSSOutputStatus      string `json:"OssOutputStatus"`
		OSSOutputURI         string `json:"OssOutputUri"`
		OSSOutputErrorCode   string `json:"OssOutputErrorCode"`
		OSSOutputErrorInfo   string `json:"OssOutputErrorInfo"`
	}
	agreeInvocation struct {
		InvokeID         string `json:"InvokeId"`
		CommandID        string `json:"CommandId"`
		CommandName      string
		CreationTime     string
		Frequency        string
		RepeatMode       string
		Timeout          json.RawMessage
		InvocationStatus string
		InvokeStatus     string
		Tags             struct {
			Tag []struct{ TagKey, TagValue string }
		}
		InvokeInstances struct{ InvokeInstance []*referenceRow }
	}
	agreeInvocations struct {
		NextToken   string
		Invocations struct{ Invocation []agreeInvocation }
	}
	agreeResults struct {
		Invocation struct {
			NextToken         string
			InvocationResults struct{ InvocationResult []referenceRow }
		}
	}
)

// referenceInt reads a whole number from a JSON number or from a JSON string.
func referenceInt(raw json.RawMessage) wire.Int {
	text := string(raw)
	if json.Unmarshal(raw, &text) == nil {
		text = strings.TrimSpace(text)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return wire.Int(n)
	}
	f, err := strconv.ParseFloat(text, 64)
	if n := int64(f); err == nil && float64(n) == f && n <= 1<<53 && n >= -1<<53 {
		return wire.Int(n)
	}
	return 0
}

func (r *referenceRow) outcome() wire.Outcome {
	if r == nil {
		return wire.Outcome{}
	}
	o := wire.Outcome{
		InvokeID: r.InvokeID, InstanceID: r.InstanceID, InvocationStatus: r.InvocationStatus,
		InvokeRecordStatus: r.InvokeRecordStatus, InstanceInvokeStatus: r.InstanceInvokeStatus,
		StartTime: r.StartTime, FinishedTime: r.FinishedTime, FinishTime: r.FinishTime, StopTime: r.StopTime,
		ExitCode: referenceInt(r.ExitCode), Repeats: referenceInt(r.Repeats), Dropped: referenceInt(r.Dropped), ErrorCode: r.ErrorCode, ErrorInfo: r.ErrorInfo,
		OSSOutputStatus: r.OSSOutputStatus, OSSOutputURI: r.OSSOutputURI,
		OSSOutputErrorCode: r.OSSOutputErrorCode, OSSOutputErrorInfo: r.OSSOutputErrorInfo,
	}
	output, ok := decodeLenient(r.Output)
	if !ok {
		output = r.Output
	}
	if output != "" {
		o.Output = wire.Output(output)
	}
	return o
}

// withoutEmptyOutput returns a copy of the row, in which an empty output is nil.
func withoutEmptyOutput(o *wire.Outcome) wire.Outcome {
	row := *o
	if len(row.Output) == 0 {
		row.Output = nil
	}
	return row
}

// assertSameDecoding decodes a body with both decoders and compares the results.
func assertSameDecoding(tb testing.TB, body []byte) {
	tb.Helper()
	plainly := func(into any) {
		err := json.Unmarshal(body, into)
		if mismatch := (*json.UnmarshalTypeError)(nil); !errors.As(err, &mismatch) {
			require.NoError(tb, err, "%s", body)
		}
	}
	var states wire.DescribeInvocationsReply
	if err := wire.Decode(body, &states); err == nil {
		var want agreeInvocations
		plainly(&want)
		require.Equal(tb, want.NextToken, states.NextToken)
		require.Len(tb, states.Rows(), len(want.Invocations.Invocation), "%s", body)
		for k, inv := range states.Rows() {
			w := want.Invocations.Invocation[k]
			var rows, wanted []wire.Outcome
			for _, row := range inv.Instances() {
				rows = append(rows, withoutEmptyOutput(row))
			}
			for _, row := range w.InvokeInstances.InvokeInstance {
				wanted = append(wanted, row.outcome())
			}
			require.Equal(tb, wanted, rows, "%s", body)
			whole := wire.Invocation{
				InvokeID: w.InvokeID, CommandID: w.CommandID, CommandName: w.CommandName, CreationTime: w.CreationTime, Frequency: w.Frequency,
				RepeatMode: w.RepeatMode, Timeout: referenceInt(w.Timeout), InvocationStatus: w.InvocationStatus, InvokeStatus: w.InvokeStatus,
			}
			for _, tag := range w.Tags.Tag {
				whole.Tags.Tag = append(whole.Tags.Tag, wire.ReplyTag(tag))
			}
			inv.InvokeInstances.InvokeInstance = nil
			if len(inv.Tags.Tag) == 0 {
				inv.Tags.Tag = nil
			}
			require.Equal(tb, whole, inv, "%s", body)
		}
	} else if errors.Is(err, wire.ErrForeign) {
		var want agreeInvocations
		plainly(&want)
		require.Empty(tb, want.Invocations.Invocation, "%s", body)
	}

	var results wire.DescribeInvocationResultsReply
	if err := wire.Decode(body, &results); err == nil {
		var want agreeResults
		plainly(&want)
		require.Equal(tb, want.Invocation.NextToken, results.NextToken())
		var rows, wanted []wire.Outcome
		for k := range results.Rows() {
			rows = append(rows, withoutEmptyOutput(&results.Rows()[k]))
		}
		for _, row := range want.Invocation.InvocationResults.InvocationResult {
			wanted = append(wanted, row.outcome())
		}
		require.Equal(tb, wanted, rows, "%s", body)
	} else if errors.Is(err, wire.ErrForeign) {
		var want agreeResults
		plainly(&want)
		require.Empty(tb, want.Invocation.InvocationResults.InvocationResult, "%s", body)
	}
}

// A replyWriter writes random replies: with names in any letter case, members that come twice, unknown
// members, and values of any type.
type replyWriter struct{ *rand.Rand }

func (w replyWriter) choose(choices ...string) string { return choices[w.IntN(len(choices))] }

func (w replyWriter) name(name string) string {
	switch w.IntN(12) {
	case 0:
		name = strings.ToLower(name)
	case 1:
		name = strings.ToUpper(name)
	case 2:
		name = strings.ToLower(name[:1]) + name[1:]
	case 3:
		name = strings.NewReplacer("s", "\u017f", "k", "\u212a").Replace(name) // these letters match s and k when letter case is ignored
	case 4:
		return fmt.Sprintf(`"\u%04x%s"`, name[0], name[1:])
	case 5:
		name += w.choose("s", "_", " ", "Id")
	}
	return `"` + name + `"`
}

// value returns a JSON value of any type, usually a string.
func (w replyWriter) value() string {
	return w.choose(`""`, `"Running"`, `"i-1"`, `"2026-01-02T03:04:05Z"`, `"aGVsbG8="`, `"aGVs bG8"`, `"_-8"`, `"\/+8="`, `"aGVsbG8\u003d"`,
		`"no such file\n"`, `"中文"`, `"\u4e2d\ud83d\ude00"`, `"\ud83d"`, "\"caf\xe9\"", `"\"\\\/\b\f\n\r\t"`, `"7"`, `" -7 "`, `"\u0037"`, `"1e3"`, `"true"`,
		`0`, `7`, `-7`, `7.0`, `7.5`, `1e3`, `1e300`, `9223372036854775807`, `9223372036854775808`, `true`, `false`, `null`,
		`[]`, `{}`, `["aGVsbG8="]`, `{"Output":"aGVsbG8="}`, `[[{"InstanceId":"i-9"}],7]`)
}

func (w replyWriter) members(known map[string]func() string, names ...string) string {
	var members []string
	for range w.IntN(2 * len(names)) {
		name := names[w.IntN(len(names))]
		value := w.value
		if f, ok := known[name]; ok && w.IntN(8) > 0 {
			value = f
		}
		members = append(members, w.name(name)+w.choose(":", " :\n")+value())
	}
	return "{" + strings.Join(members, w.choose(",", ", ", ",\r\n\t")) + "}"
}

func (w replyWriter) list(element func() string) func() string {
	return func() string {
		var elements []string
		for range w.IntN(4) {
			if w.IntN(8) == 0 {
				elements = append(elements, w.value())
			} else {
				elements = append(elements, element())
			}
		}
		return "[" + strings.Join(elements, ",") + "]"
	}
}

// object returns a function that writes a JSON object. The object has the list as a member, and sometimes
// other members.
func (w replyWriter) object(name string, list func() string) func() string {
	return func() string {
		if w.IntN(6) > 0 {
			return `{"` + name + `":` + list() + `}`
		}
		return w.members(map[string]func() string{name: list}, name, "Novel")
	}
}

func (w replyWriter) row() string {
	return w.members(nil, "InvokeId", "InstanceId", "InvocationStatus", "InvokeRecordStatus", "InstanceInvokeStatus", "StartTime", "FinishedTime", "FinishTime",
		"StopTime", "ExitCode", "Repeats", "Output", "Output", "Dropped", "ErrorCode", "ErrorInfo", "OssOutputStatus", "OssOutputUri", "OssOutputErrorCode",
		"OssOutputErrorInfo", "Username", "Tags", "Novel")
}

func (w replyWriter) reply() string {
	tags := w.object("Tag", w.list(func() string { return w.members(nil, "TagKey", "TagValue") }))
	invocation := func() string {
		return w.members(map[string]func() string{"Tags": tags, "InvokeInstances": w.object("InvokeInstance", w.list(w.row))},
			"InvokeId", "CommandId", "CommandName", "CreationTime", "Frequency", "RepeatMode", "Timeout", "InvocationStatus", "InvokeStatus", "Tags",
			"InvokeInstances", "InvokeInstances", "InvokeInstances", "Parameters", "CommandContent")
	}
	return w.members(map[string]func() string{
		"RequestId":   func() string { return `"R"` },
		"Invocations": w.object("Invocation", w.list(invocation)),
		"Invocation":  w.object("InvocationResults", w.object("InvocationResult", w.list(w.row))),
	}, "RequestId", "RequestId", "Invocations", "Invocations", "Invocation", "Invocation", "NextToken", "TotalCount", "Novel")
}

func TestRepliesAreDecodedAsEncodingJSONDecodesThem(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			w := replyWriter{rand.New(rand.NewPCG(seed, 0))}
			for range 100 {
				assertSameDecoding(t, []byte(w.reply()))
			}
		})
	}
}

func FuzzReplies(f *testing.F) {
	f.Add([]byte(invocationsPage))
	f.Add([]byte(resultsPage))
	w := replyWriter{rand.New(rand.NewPCG(0, 0))}
	for range 20 {
		f.Add([]byte(w.reply()))
	}
	f.Fuzz(func(t *testing.T, body []byte) { assertSameDecoding(t, body) })
}
