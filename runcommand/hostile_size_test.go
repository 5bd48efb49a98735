package runcommand_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

const (
	maxReplySize = 16<<20 - 1<<10 // the size in bytes of the largest reply that the client reads
	maxMemory    = 100 << 20      // P15 of internal/DESIGN.md: the largest allowed runtime.MemStats.TotalAlloc of one call, in bytes
	maxOverdue   = time.Second    // P15 of internal/DESIGN.md: the longest allowed time from the end of the context to the return
)

// fillReply returns a reply of the size maxReplySize: the parameter begin, then the
// parameter text many times, then the parameter end.
func fillReply(begin, text, end string) string {
	n := (maxReplySize - len(begin) - len(end)) / len(text)
	return begin + strings.TrimSuffix(strings.Repeat(text, n), ",") + end
}

// largestPage is the largest page that the service can write: 50 invocations, each
// with 500 instances and 20 tags.
func largestPage() string {
	instance := `{"InstanceId":"i-bp185dy2o3o6neg0001","InvocationStatus":"Success","InstanceInvokeStatus":"Finished","CreationTime":"2026-01-02T03:04:05Z",` +
		`"UpdateTime":"2026-01-02T03:04:09Z","StartTime":"2026-01-02T03:04:06Z","FinishTime":"2026-01-02T03:04:08Z","StopTime":"","ExitCode":0,"Repeats":1,` +
		`"Timed":false,"Output":"","Dropped":0,"ErrorCode":"","ErrorInfo":"","OssOutputStatus":"","OssOutputUri":"","OssOutputErrorCode":"","OssOutputErrorInfo":""},`
	tag := `{"TagKey":"environment","TagValue":"production"},`
	invocation := `{"InvokeId":"t-1","InvocationStatus":"Success","Parameters":"{\"dir\":\"/var\"}","Tags":{"Tag":[` + strings.TrimSuffix(strings.Repeat(tag, 20), ",") +
		`]},"InvokeInstances":{"InvokeInstance":[` + strings.TrimSuffix(strings.Repeat(instance, 500), ",") + `]}},`
	return `{"RequestId":"R","TotalCount":50,"Invocations":{"Invocation":[` + strings.TrimSuffix(strings.Repeat(invocation, 50), ",") + `]}}`
}

// largestResults returns a page of 50 results with 24 KB of output each.
func largestResults() string {
	row := `{"InvokeId":"t-1","InstanceId":"i-1","InvocationStatus":"Success","ExitCode":0,"Repeats":1,"StartTime":"2026-01-02T03:04:06Z","Output":"` + strings.Repeat("QUJD", 8<<10) + `"},`
	return `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[` + strings.TrimSuffix(strings.Repeat(row, 50), ",") + `]}}}`
}

// outputPrefix is the beginning of a page with one result. It ends where the output of this
// result begins.
const outputPrefix = `{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[{"InvokeId":"t-1","InstanceId":"i-1","InvocationStatus":"Success","Output":"`

type clientCall func(context.Context, *runcommand.Client) error

func runLongScript(ctx context.Context, client *runcommand.Client) error {
	req, err := runcommand.Shell(strings.Repeat("\n", 9000) + strings.Repeat("echo x\n", 1200)).Instances("i-1").Build()
	if err != nil {
		return err
	}
	_, err = client.Run(ctx, req)
	return err
}

func listInvocations(ctx context.Context, client *runcommand.Client) error {
	for _, err := range client.Invocations(ctx, runcommand.Filter{}) {
		if err != nil {
			return err
		}
	}
	return nil
}

func readHistory(ctx context.Context, client *runcommand.Client) error {
	for _, err := range client.Invocation("t-1").History(ctx) {
		if err != nil {
			return err
		}
	}
	return nil
}

func readAgentStatus(ctx context.Context, client *runcommand.Client) error {
	_, err := client.AgentStatus(ctx, "i-1")
	return err
}

// overdue returns how long call goes on after its context has ended. Other programs can
// only make a call later. So overdue repeats a late call and returns the smallest delay:
// that of the code, and not that of a busy machine.
func overdue(t *testing.T, call func(context.Context)) time.Duration {
	t.Helper()
	smallest := time.Duration(math.MaxInt64)
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		call(ctx)
		deadline, _ := ctx.Deadline()
		smallest = min(smallest, time.Since(deadline))
		cancel()
		if smallest <= maxOverdue {
			break
		}
	}
	return smallest
}

// TestAReplyIsBoundedInMemoryAndTime proves P15 of internal/DESIGN.md. It is not parallel,
// because the memory of other tests would be measured too.
func TestAReplyIsBoundedInMemoryAndTime(t *testing.T) {
	escapes := strings.Repeat(`é\n\\`, 1<<10)
	var worstMemory uint64
	var worstTime time.Duration
	cases := []struct {
		name   string
		status int
		body   string
		call   clientCall
		says   string // part of the error; empty: no error
	}{
		{"2 MiB of empty rows", 200, `{"RequestId":"R","Invocations":{"Invocation":[` + strings.Repeat("{},", 700_000) + `{}]}}`, listInvocations, "more than"},
		{"16 MiB of empty rows", 200, fillReply(`{"RequestId":"R","Invocations":{"Invocation":[`, "{},", `]}}`), listInvocations, "more than"},
		{"rows that are null", 200, fillReply(`{"RequestId":"R","Invocation":{"InvocationResults":{"InvocationResult":[`, "null,", `]}}}`), readHistory, "more than"},
		{"rows that are numbers", 200, fillReply(`{"RequestId":"R","InstanceCloudAssistantStatusSet":{"InstanceCloudAssistantStatus":[`, "1,", `]}}`), readAgentStatus, "more than"},
		{"empty rows of instances", 200, fillReply(`{"RequestId":"R","Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[`, "{},", `]}}]}}`), listInvocations, "more than"},
		{"as many rows of instances as may be", 200, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[` + strings.Repeat("{},", 32_000) + `{}]}}]}}`, listInvocations, ""},
		{"as many rows as may be, and long text", 200, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[` + strings.Repeat(`{"Output":"`+strings.Repeat("x", 480)+`"},`, 32_000) + `{}]}}]}}`, listInvocations, ""},
		{"empty tags", 200, fillReply(`{"RequestId":"R","Invocations":{"Invocation":[{"Tags":{"Tag":[`, "{},", `]}}]}}`), listInvocations, "more than"},
		{"parameters with many members", 200, `{"RequestId":"R","Invocations":{"Invocation":[{"Parameters":{` + jsonMembers(1_000_000) + `}}]}}`, listInvocations, "more than"},
		{"parameters with as many members as may be", 200, `{"RequestId":"R","Invocations":{"Invocation":[{"Parameters":{` + jsonMembers(249) + `}}]}}`, listInvocations, ""},
		{"one member again and again", 200, fillReply(`{"RequestId":"R","Invocations":{"Invocation":[{`, `"Parameters":"{}",`, `"Timeout":1}]}}`), listInvocations, "more than"},
		{"parameters of many rows", 200, `{"RequestId":"R","Invocations":{"Invocation":[` + strings.TrimSuffix(strings.Repeat(`{"Parameters":{`+jsonMembers(99)+`}},`, 490), ",") + `]}}`, listInvocations, ""},
		{"parameters in text of many rows", 200, `{"RequestId":"R","Invocations":{"Invocation":[` + strings.TrimSuffix(strings.Repeat(`{"Parameters":"{`+strings.ReplaceAll(jsonMembers(99), `"`, `\"`)+`}"},`, 490), ",") + `]}}`, listInvocations, ""},
		{"long parameters of many rows", 200, `{"RequestId":"R","Invocations":{"Invocation":[` + strings.TrimSuffix(strings.Repeat(`{"Parameters":"{\"a\":\"`+strings.Repeat("x", 16_000)+`\"}"},`, 490), ",") + `]}}`, listInvocations, ""},
		{"a list of a name that is unknown", 200, fillReply(`{"RequestId":"R","TotalCount":0,"Novel":[`, "[],", `]}`), listInvocations, "more than"},
		{"members of names that are unknown", 200, `{"RequestId":"R","TotalCount":0,"Novel":{` + jsonMembers(1_000_000) + `},` + jsonMembers(40_000) + `}`, listInvocations, "more than"},
		{"more members than may be", 200, `{"RequestId":"R","TotalCount":0,` + jsonMembers(1_200_000) + `}`, listInvocations, "more than"},
		{"lists within lists", 200, fillReply(`{"RequestId":"R","TotalCount":0,"Novel":`, "[", ``), listInvocations, "more than"},
		{"objects within objects", 400, fillReply(`{"RequestId":"R","Code":"Throttling","Novel":`, `{"a":`, ``), listInvocations, "not an answer"},
		{"a string without end", 200, fillReply(`{"RequestId":"`, "x", ``), runLongScript, "unexpected end"},
		{"a string of escapes", 200, fillReply(`{"RequestId":"R","TotalCount":0,"NextToken":7,"Code":"`, `\u0041`, `"}`), listInvocations, "not an answer"},
		{"strings of escapes under one name", 200, fillReply(`{"RequestId":"R","Message":"m","Code":"Throttling"`, `,"RequestId":"`+escapes+`"`, `}`), runLongScript, "not the answer"},
		{"bytes that are not UTF-8", 200, fillReply(`{"RequestId":"`, "\xff", `"}`), runLongScript, "more than"},
		{"a message of 15 MiB", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, "echo x ", `"}`), runLongScript, "InvalidParameter"},
		{"a message of the letter v", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, "v", `"}`), runLongScript, "InvalidParameter"},
		{"a message of half a name", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, "inv", `"}`), runLongScript, "InvalidParameter"},
		{"a message of one letter", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, "e", `"}`), runLongScript, "InvalidParameter"},
		{"a message of escapes", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, `%25%5cu0026`, `"}`), runLongScript, "InvalidParameter"},
		{"a message of ellipses", 400, fillReply(`{"RequestId":"R","Code":"InvalidParameter","Message":"`, `...`, `"}`), runLongScript, "InvalidParameter"},
		{"all fields of a refusal long", 403, fillReply(`{"RequestId":"R","Code":"Forbidden.RAM","AccessDeniedDetail":{"AuthAction":"`, "echo x ", `"},"Recommend":"`+strings.Repeat("a", 1<<10)+`"}`), runLongScript, "Forbidden.RAM"},
		{"a page of a proxy", 502, fillReply("<html>", "echo x <br>", "</html>"), runLongScript, "not an answer"},
		{"XML with many elements", 400, fillReply("<Error>", "<a/>", "<RequestId>R</RequestId><Code>Throttling</Code></Error>"), runLongScript, "not an answer"},
		{"XML within XML", 400, fillReply("<Error>", "<a>", ""), runLongScript, "not an answer"},
		{"XML with entities", 400, `<!DOCTYPE Error [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><Error><RequestId>R</RequestId><Code>Throttling</Code><Message>&b;</Message></Error>`, runLongScript, "not an answer"},
		{"more than is read", 200, strings.Repeat(" ", 20<<20), runLongScript, "longer than 16 MiB"},
		{"an output of words", 200, fillReply(outputPrefix, "no such file ", `"}]}}}`), readHistory, ""},
		{"an output of words with escapes", 200, fillReply(outputPrefix+`\n`, "no such file ", `"}]}}}`), readHistory, ""},
		{"an output in Base64 with blanks", 200, fillReply(outputPrefix, "aGVsbG8h ", `"}]}}}`), readHistory, ""},
		{"an output in Base64 with an escape", 200, fillReply(outputPrefix+`\n`, "aGVsbG8h", `"}]}}}`), readHistory, ""},
		{"outputs of states", 200, fillReply(`{"RequestId":"R","Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[{"InstanceId":"i-1","Output":"\n`, "no such file ", `"}]}}]}}`), listInvocations, ""},
		{"rows of instances that are null", 200, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeInstances":{"InvokeInstance":[` + strings.Repeat("null,", 32_000) + `{}]}}]}}`, listInvocations, ""},
		{"the largest page", 200, largestPage(), listInvocations, ""},
		{"a page of the largest outputs", 200, largestResults(), readHistory, ""},
	}
	if raceDetector {
		cases = cases[len(cases)-3:] // only three cases: the code has no concurrency for the race detector to check, and takes ten times as long under it
	}
	for i, c := range cases {
		for k, packed := range []bool{false, true} {
			if testing.Short() && i%2 != k {
				continue // short runs send each reply only once: half of the replies in gzip, the others not
			}
			name := c.name
			if packed {
				name += ", in gzip"
			}
			t.Run(name, func(t *testing.T) {
				client, wire := serveReply(t, c.status, c.body, packed)
				t.Cleanup(client.CloseIdleConnections)
				memory, err := allocatedBytes(func() error { return c.call(t.Context(), client) })
				if c.says == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, c.says)
				}
				_, refused := errors.AsType[*errors.APIError](err)
				_, foreign := errors.AsType[*errors.TransportError](err)
				assert.Equal(t, c.says != "", refused || foreign, "%v", err)
				if !raceDetector { // the race detector itself takes memory
					assert.LessOrEqual(t, memory, uint64(maxMemory), "bytes taken in all")
				}

				late := overdue(t, func(ctx context.Context) { _ = c.call(ctx, client) })
				assert.LessOrEqual(t, late, maxOverdue, "past the end of the context")
				worstMemory, worstTime = max(worstMemory, memory), max(worstTime, late)
				t.Logf("P15: %d bytes on the wire, %d decoded: %.1f MiB taken, %v past the context", wire, len(c.body), float64(memory)/(1<<20), late.Round(time.Millisecond))
			})
		}
	}
	t.Logf("P15: at most %.1f MiB taken (TotalAlloc, client and server), at most %v past the context", float64(worstMemory)/(1<<20), worstTime.Round(time.Millisecond))
}

// jsonMembers returns n members of a JSON object, with n different names.
func jsonMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"%x":1,`, i)
	}
	return strings.TrimSuffix(b.String(), ",")
}

// serveReply starts a service on the loopback interface that answers every call with the
// same body. It returns a client of this service, and the size of the body on the wire.
func serveReply(t *testing.T, status int, body string, packed bool) (client *runcommand.Client, wire int) {
	t.Helper()
	reply := []byte(body)
	if packed {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		require.NoError(t, err)
		_, err = io.WriteString(w, body)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		reply = b.Bytes()
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		form, _ := io.ReadAll(r.Body)
		if strings.Contains(body, "InvocationResults") && r.Header.Get("X-Acs-Action") == "DescribeInvocations" {
			_, _ = io.WriteString(w, `{"RequestId":"R","Invocations":{"Invocation":[{"InvokeId":"t-1","InvocationStatus":"Success"}]}}`)
			return
		}
		if len(form) == 0 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if packed {
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.WriteHeader(status)
		_, _ = w.Write(reply)
	}))
	t.Cleanup(srv.Close)
	client, err := runcommand.NewClient("cn-hangzhou", runcommand.WithEndpoint(srv.URL), runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(1))
	require.NoError(t, err)
	t.Cleanup(client.CloseIdleConnections)
	return client, len(reply)
}

// allocatedBytes returns the number of bytes that a call allocates in total, whether or
// not they are freed again.
func allocatedBytes(call func() error) (uint64, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	err := call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// TestASlowReplyEndsWithTheContext reads bodies that come a few bytes at a time, over a
// network and from a RoundTripper that ignores the context.
func TestASlowReplyEndsWithTheContext(t *testing.T) {
	t.Parallel()
	drip := func(w io.Writer, done <-chan struct{}) {
		for {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		flusher, _ := w.(http.Flusher)
		drip(flushingWriter{w, flusher}, r.Context().Done())
	}))
	t.Cleanup(srv.Close)
	deaf := roundTrip(func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		out, in := io.Pipe()
		done := make(chan struct{})
		t.Cleanup(func() { close(done) })
		go drip(in, done)
		return &http.Response{StatusCode: http.StatusOK, Body: out, Request: r}, nil
	})
	for name, opt := range map[string]runcommand.Option{
		"over a network": runcommand.WithEndpoint(srv.URL),
		"by a RoundTripper that ignores its context": runcommand.WithHTTPClient(&http.Client{Transport: deaf}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := runcommand.NewClient("cn-hangzhou", opt, runcommand.WithStaticCredential("id", "secret", ""), retryQuickly(3))
			require.NoError(t, err)
			defer client.CloseIdleConnections()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			err = runLongScript(ctx, client)
			deadline, _ := ctx.Deadline()
			assert.LessOrEqual(t, time.Since(deadline), maxOverdue)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.True(t, errors.MayHaveRun(err))
		})
	}
}

type flushingWriter struct {
	io.Writer
	flusher http.Flusher
}

func (w flushingWriter) Write(p []byte) (int, error) {
	defer w.flusher.Flush()
	return w.Writer.Write(p)
}
