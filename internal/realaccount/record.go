package realaccount

import (
	"bytes"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// An Exchange is one call of the service with its reply: the content of one recorded file.
type Exchange struct {
	After   string // time from the beginning of the day to the end of the reply
	Request Request
	Reply   Reply

	body []byte // of the reply, as it came
}

// A Request is a sanitized request.
type Request struct {
	Method     string
	InURL      bool // the parameters were in the URL, not in the body
	Headers    map[string]string
	Parameters map[string]string
}

// A Reply is a sanitized reply.
type Reply struct {
	Status  int
	Headers map[string]string
	Body    json.RawMessage
}

// A day is the content of the file day.json: what the replay of a recorded day has to know.
type day struct {
	Began                   time.Time
	Region                  string
	Instances               []string
	Stopped, Grouped, Group string
	Only                    []string
	Long                    string
	Query                   bool
}

// A Recorder is a RoundTripper that passes requests on and keeps the last exchange. With a folder it
// writes every exchange into a file of its own: 0001.json, 0002.json and so on. It is for one caller
// at a time.
type Recorder struct {
	next   http.RoundTripper
	folder string // empty: nothing is written
	clean  *sanitizer
	clock  Clock
	began  time.Time
	count  int
	err    error // the first error of writing
	last   *Exchange
}

// newRecorder makes a recorder and writes the file day.json. The folder must not hold a day already.
func newRecorder(next http.RoundTripper, cfg Config, clock Clock, began time.Time) (*Recorder, error) {
	r := &Recorder{next: next, folder: cfg.Record, clean: newSanitizer(cfg), clock: clock, began: began}
	if r.folder == "" {
		return r, nil
	}
	if err := os.MkdirAll(r.folder, 0o750); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if old, err := filepath.Glob(filepath.Join(r.folder, "*.json")); err != nil || len(old) > 0 {
		return nil, stderrors.Join(err, fmt.Errorf("record: the folder %s holds %d JSON files already; give an empty one", r.folder, len(old)))
	}
	d := day{Began: began, Region: cfg.Region, Only: cfg.Only, Long: cfg.Long.String(), Query: cfg.Query}
	for _, id := range cfg.Instances {
		d.Instances = append(d.Instances, r.clean.placeholder(kindInstance, id))
	}
	d.Stopped, d.Grouped = r.clean.placeholder(kindInstance, cfg.Stopped), r.clean.placeholder(kindInstance, cfg.Grouped)
	d.Group = r.clean.placeholder(kindGroup, cfg.Group)
	return r, r.write("day.json", d)
}

// RoundTrip sends the request and records the exchange. A request without a reply is not recorded:
// a replay has no reply for it either, and the report says that the question was not answered.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	sent, err := readRequest(req)
	if err != nil {
		return nil, err
	}
	res, err := r.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	_ = res.Body.Close() // the error is ignored: the body has been read
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	x := &Exchange{
		After:   r.clock.Now().Sub(r.began).String(),
		Request: r.clean.request(sent),
		Reply:   Reply{Status: res.StatusCode, Headers: headers(res.Header, replyHeaders), Body: r.clean.reply(body)},
		body:    body,
	}
	r.last = x
	r.count++
	if r.folder != "" {
		r.err = stderrors.Join(r.err, r.write(fileName(r.count), x))
	}
	return res, nil
}

// maxReply is the largest reply that is read, in bytes.
const maxReply = 16 << 20

func fileName(number int) string { return fmt.Sprintf("%04d.json", number) }

func (r *Recorder) write(name string, content any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(content); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if err := os.WriteFile(filepath.Join(r.folder, name), text.Bytes(), 0o600); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// readRequest returns what a request says, and puts its body back.
func readRequest(req *http.Request) (Request, error) {
	sent := Request{Method: req.Method, Headers: headers(req.Header, requestHeaders), Parameters: map[string]string{}, InURL: req.URL.RawQuery != ""}
	form := req.URL.RawQuery
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		_ = req.Body.Close() // the error is ignored: the body has been read
		if err != nil {
			return sent, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		if !sent.InURL {
			form = string(body)
		}
	}
	values, err := url.ParseQuery(form)
	for name := range values {
		sent.Parameters[name] = values.Get(name)
	}
	return sent, err
}

// request returns a request without what belongs to an account.
func (s *sanitizer) request(sent Request) Request {
	clean := make(map[string]string, len(sent.Parameters))
	for _, name := range parameterOrder(sent.Parameters) {
		clean[name] = s.parameter(name, sent.Parameters[name])
	}
	sent.Parameters = clean
	return sent
}

// parameterOrder returns the names of parameters in a fixed order: placeholders are numbered in it.
func parameterOrder(parameters map[string]string) []string {
	return slices.Sorted(maps.Keys(parameters))
}
