package realaccount

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/internal/transport"
)

// A Replayer is a RoundTripper that answers with the recorded exchanges of a folder, in their order. A
// request that is not the recorded one fails. A Replayer is also a [Clock]: its time is that of the
// recorded day, and its Sleep does not wait. It is for one caller at a time.
type Replayer struct {
	folder string
	day    day
	clean  *sanitizer
	number int
	now    time.Time
}

// NewReplayer opens a folder that a [Recorder] has written.
func NewReplayer(folder string) (*Replayer, error) {
	r := &Replayer{folder: folder}
	if err := r.read("day.json", &r.day); err != nil {
		return nil, err
	}
	r.now = r.day.Began
	r.clean = newSanitizer(Config{Instances: r.day.Instances, Stopped: r.day.Stopped, Grouped: r.day.Grouped, Group: r.day.Group})
	return r, nil
}

// Config returns the configuration that asks the recorded questions again. It records nothing.
func (r *Replayer) Config() (Config, error) {
	long, err := time.ParseDuration(r.day.Long)
	if err != nil {
		return Config{}, fmt.Errorf("replay: day.json: Long: %w", err)
	}
	nobody := transport.Credential{AccessKeyID: "replay", AccessKeySecret: "replay"}
	return Config{
		Region: r.day.Region, Endpoint: "http://replay.invalid", Instances: r.day.Instances,
		Stopped: r.day.Stopped, Grouped: r.day.Grouped, Group: r.day.Group, Only: r.day.Only, Long: long, Query: r.day.Query,
		Credential: func(context.Context) (transport.Credential, error) { return nobody, nil },
		Transport:  r, Clock: r,
	}, nil
}

// Now returns the time at the end of the last reply.
func (r *Replayer) Now() time.Time { return r.now }

// Sleep does not wait: the next reply moves the clock.
func (r *Replayer) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// Left returns how many recorded exchanges have not been asked for.
func (r *Replayer) Left() int {
	files, _ := filepath.Glob(filepath.Join(r.folder, "[0-9]*.json")) // the pattern is valid
	return len(files) - r.number
}

// RoundTrip returns the next recorded reply.
func (r *Replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := readRequest(req)
	if err != nil {
		return nil, err
	}
	sent = r.clean.request(sent)
	x := Exchange{}
	if err := r.read(fileName(r.number+1), &x); err != nil {
		return nil, err
	}
	r.number++
	if got, want := describe(sent), describe(x.Request); got != want {
		return nil, fmt.Errorf("replay: exchange %d is the call %s; the program made the call %s", r.number, want, got)
	}
	after, err := time.ParseDuration(x.After)
	if err != nil {
		return nil, fmt.Errorf("replay: exchange %d: After: %w", r.number, err)
	}
	r.now = r.day.Began.Add(after)
	r.clean.reply(x.Reply.Body) // numbers the placeholders in the order in which they were recorded
	header := http.Header{"Content-Length": {strconv.Itoa(len(x.Reply.Body))}}
	for name, value := range x.Reply.Headers {
		header.Set(name, value)
	}
	return &http.Response{
		Status: strconv.Itoa(x.Reply.Status), StatusCode: x.Reply.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Request: req, ContentLength: int64(len(x.Reply.Body)), Body: io.NopCloser(bytes.NewReader(x.Reply.Body)),
	}, nil
}

// describe returns the text with which requests are compared.
func describe(r Request) string {
	var b strings.Builder
	b.WriteString(r.Headers["X-Acs-Action"])
	for _, name := range slices.Sorted(maps.Keys(r.Parameters)) {
		fmt.Fprintf(&b, " %s=%q", name, r.Parameters[name])
	}
	if r.InURL {
		b.WriteString(" in the URL")
	}
	return b.String()
}

func (r *Replayer) read(name string, into any) error {
	text, err := os.ReadFile(filepath.Join(r.folder, name))
	if err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("replay: %s: %w", name, err)
	}
	return nil
}
