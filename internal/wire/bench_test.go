package wire_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/internal/wire"
)

const (
	benchInstances = 100
	benchResults   = 50
	benchOutput    = 24 << 10
)

func benchPoll() []byte {
	var rows bytes.Buffer
	for i := range benchInstances {
		fmt.Fprintf(&rows, `{"CreationTime":"2026-01-02T03:04:05Z","Dropped":0,"ErrorCode":"","ErrorInfo":"","ExitCode":0,"FinishTime":"",`+
			`"InstanceId":"i-bp185dy2o3o6neg%04d","InstanceInvokeStatus":"Running","InvocationStatus":"Running","Output":"","Repeats":0,`+
			`"StartTime":"2026-01-02T03:04:06Z","StopTime":"","Timed":false,"UpdateTime":"2026-01-02T03:04:07Z"},`, i)
	}
	return fmt.Appendf(nil, `{"Invocations":{"Invocation":[{"CommandContent":"%s","CommandDescription":"","CommandId":"c-hz0123456789abcdef",`+
		`"CommandName":"check","CommandType":"RunShellScript","ContainerId":"","ContainerName":"","CreationTime":"2026-01-02T03:04:05Z",`+
		`"Frequency":"","InvocationStatus":"Running","InvokeId":"t-hz0123456789abcdef","InvokeInstances":{"InvokeInstance":[%s]},`+
		`"InvokeStatus":"Running","Launcher":"","Parameters":"{}","RepeatMode":"Once","Tags":{"Tag":[]},"TerminationMode":"Process","Timed":false,`+
		`"Timeout":30,"Username":"root","WorkingDir":"/root"}]},"NextToken":"","PageNumber":1,"PageSize":50,`+
		`"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","TotalCount":1}`,
		base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("echo checking the state\n"), 44)), bytes.TrimSuffix(rows.Bytes(), []byte(",")))
}

func benchPage() []byte {
	var rows bytes.Buffer
	for i := range benchResults {
		output := append(fmt.Appendf(nil, "this is instance %d\n", i), bytes.Repeat([]byte("a line of output, as scripts print it\n"), benchOutput/38+1)...)
		fmt.Fprintf(&rows, `{"CommandId":"c-hz0123456789abcdef","ContainerId":"","ContainerName":"","Dropped":0,"ErrorCode":"","ErrorInfo":"","ExitCode":0,`+
			`"FinishedTime":"2026-01-02T03:04:36Z","InstanceId":"i-bp185dy2o3o6neg%04d","InvocationStatus":"Success","InvokeId":"t-hz0123456789abcdef",`+
			`"InvokeRecordStatus":"Finished","Launcher":"","Output":"%s","Repeats":1,"StartTime":"2026-01-02T03:04:06Z","StopTime":"",`+
			`"Tags":{"Tag":[]},"TerminationMode":"Process","Username":"root"},`, i, base64.StdEncoding.EncodeToString(output[:benchOutput]))
	}
	return fmt.Appendf(nil, `{"Invocation":{"InvocationResults":{"InvocationResult":[%s]},"NextToken":"","PageNumber":1,"PageSize":50,"TotalCount":50},`+
		`"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E"}`, bytes.TrimSuffix(rows.Bytes(), []byte(",")))
}

// decodings are the replies that take the most time to decode.
var decodings = []struct {
	name   string
	body   []byte
	reply  func() wire.Reply
	allocs float64 // largest allowed number of allocations with Go 1.26; later versions allocate less
}{
	{"poll", benchPoll(), func() wire.Reply { return &wire.DescribeInvocationsReply{} }, 6 * benchInstances},
	{"page", benchPage(), func() wire.Reply { return &wire.DescribeInvocationResultsReply{} }, 9 * benchResults},
}

// This test is not parallel, since it counts all allocations of the process.
func TestDecodingTakesFewAllocations(t *testing.T) {
	for _, d := range decodings {
		n := testing.AllocsPerRun(10, func() { require.NoError(t, wire.Decode(d.body, d.reply())) })
		t.Logf("%s: %.0f allocations", d.name, n)
		assert.LessOrEqual(t, n, d.allocs, d.name)
	}
}

// BenchmarkDecodePoll decodes the reply to a poll of an invocation on 100 instances.
func BenchmarkDecodePoll(b *testing.B) { benchDecode(b, 0) }

// BenchmarkDecodePage decodes a page of 50 results with 24 KB of output each.
func BenchmarkDecodePage(b *testing.B) { benchDecode(b, 1) }

// benchDecode measures this package, and for comparison encoding/json alone with the same structs. Used
// alone, encoding/json has no size limits and does not check whether the reply is an answer.
func benchDecode(b *testing.B, which int) {
	b.Helper()
	d := decodings[which]
	for _, way := range []struct {
		name   string
		decode func([]byte, wire.Reply) error
	}{
		{"wire", wire.Decode},
		{"json", func(body []byte, reply wire.Reply) error { return json.Unmarshal(body, reply) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(d.body)))
			for b.Loop() {
				reply := d.reply()
				if err := way.decode(d.body, reply); err != nil || !reply.Usable() {
					b.Fatal(err)
				}
			}
		})
	}
}
