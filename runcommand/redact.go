package runcommand

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// This file lists, for each type, the parts that the packages fmt and log/slog print. They
// print no other parts. JSON holds all data, except for Credential and for the token of an
// Invocation. Every Format method has a value receiver: with a pointer receiver, fmt would
// print a dereferenced value with all its fields.

// printable collects the printable parts of a value, in order.
type printable struct{ strings.Builder }

func printableOf(kind string) *printable {
	s := &printable{}
	s.WriteString(kind)
	s.WriteByte('{')
	return s
}

func (s *printable) part(name, value string) {
	if s.String()[s.Len()-1] != '{' {
		s.WriteByte(' ')
	}
	s.WriteString(name)
	s.WriteByte(':')
	s.WriteString(value)
}

// text shows a short value that is no secret. It quotes a value with blanks or with
// characters outside of ASCII.
func (s *printable) text(name, value string) {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		value = strconv.Quote(value)
	}
	if value != "" {
		s.part(name, value)
	}
}

// quoted shows a value of free text that is no secret.
func (s *printable) quoted(name, value string) {
	if value != "" {
		s.part(name, strconv.Quote(value))
	}
}

// size shows the size of a part that is not shown itself: a number with its unit.
func (s *printable) size(name string, n int, unit string) {
	if n > 0 {
		s.part(name, strconv.Itoa(n)+" "+unit)
	}
}

// count shows a number other than 0.
func (s *printable) count(name string, n int64) {
	if n != 0 {
		s.part(name, strconv.FormatInt(n, 10))
	}
}

// time shows a moment in UTC, unless it is zero.
func (s *printable) time(name string, t time.Time) {
	if !t.IsZero() {
		s.part(name, t.UTC().Format(time.RFC3339))
	}
}

// set shows that a secret is set, and not its value.
func (s *printable) set(name, secret string) {
	if secret != "" {
		s.part(name, "set")
	}
}

func (s *printable) end() string {
	s.WriteByte('}')
	return s.String()
}

// writeState writes text to the state of a formatter. Writing to it cannot fail.
func writeState(f fmt.State, text string) { _, _ = io.WriteString(f, text) }

func (r Request) printed() string {
	s := printableOf("Request")
	s.text("Region", r.RegionID)
	s.text("Type", string(r.Type))
	s.quoted("Name", r.Name)
	s.size("Content", len(r.Content), "bytes")
	s.size("Parameters", len(r.Parameters), "values")
	s.text("RepeatMode", string(r.RepeatMode))
	s.quoted("Frequency", r.Frequency.String())
	if r.Timeout != 0 {
		s.text("Timeout", r.Timeout.String())
	}
	s.size("Instances", len(r.InstanceIDs), "ids")
	s.size("ResourceTags", len(r.ResourceTags), "tags")
	s.size("Tags", len(r.Tags), "tags")
	s.set("Username", r.Username)
	s.set("WindowsPasswordName", r.WindowsPasswordName)
	s.set("ClientToken", r.ClientToken)
	return s.end()
}

func (b Builder) printed() string {
	return "Builder{" + b.request.printed() + "}"
}

func (c Credential) printed() string {
	s := printableOf("Credential")
	s.set("AccessKeyID", c.AccessKeyID)
	s.set("AccessKeySecret", c.AccessKeySecret)
	s.set("SecurityToken", c.SecurityToken)
	s.set("BearerToken", c.BearerToken)
	return s.end()
}

func (v Summary) printed() string {
	s := printableOf("Summary")
	s.text("Invocation", v.InvocationID)
	s.text("Command", v.CommandID)
	s.quoted("Name", v.Name)
	s.text("Status", string(v.Status))
	s.text("RepeatMode", string(v.RepeatMode))
	s.quoted("Frequency", v.Frequency)
	s.size("Tags", len(v.Tags), "tags")
	s.size("Instances", len(v.Instances), "instances")
	return s.end()
}

func (f Filter) printed() string {
	s := printableOf("Filter")
	s.text("Invocation", f.InvocationID)
	s.text("Instance", f.InstanceID)
	s.text("Command", f.CommandID)
	s.quoted("Name", f.CommandName)
	s.text("ResourceGroup", f.ResourceGroupID)
	s.text("Type", string(f.Type))
	s.text("Status", string(f.Status))
	s.text("RepeatMode", string(f.RepeatMode))
	s.size("Tags", len(f.Tags), "tags")
	return s.end()
}

func (a AgentStatus) printed() string {
	s := printableOf("AgentStatus")
	s.text("Instance", a.InstanceID)
	s.text("OS", a.OS)
	s.text("Version", a.Version)
	s.text("Online", strconv.FormatBool(a.Online))
	s.time("LastHeartbeat", a.LastHeartbeat)
	s.time("LastInvoked", a.LastInvoked)
	s.count("Invocations", a.Invocations)
	s.count("ActiveTasks", a.ActiveTasks)
	return s.end()
}

func (c Client) printed() string {
	s := printableOf("Client")
	s.text("Region", c.region)
	s.text("Endpoint", c.endpoint)
	return s.end()
}

func (i Invocation) printed() string {
	s := printableOf("Invocation")
	s.text("ID", i.ID)
	s.text("CommandID", i.CommandID)
	s.text("RequestID", i.RequestID)
	return s.end()
}

func (r Result) printed() string {
	s := printableOf("Result")
	s.text("Instance", r.InstanceID)
	s.text("Status", string(r.Status))
	if r.Exited {
		s.text("ExitCode", strconv.Itoa(r.ExitCode))
	}
	s.text("ErrorCode", string(r.ErrorCode))
	if d := r.Duration(); d > 0 {
		s.text("Duration", d.String())
	}
	s.size("Output", len(r.Output), "bytes")
	s.size("Dropped", r.Dropped, "bytes")
	return s.end()
}

func (r Report) printed() string {
	s := printableOf("Report")
	s.text("Invocation", r.InvocationID)
	s.text("Status", string(r.Status))
	s.text("Complete", strconv.FormatBool(r.Complete))
	for _, result := range r.Results {
		s.part("Result", strings.TrimPrefix(result.printed(), "Result"))
	}
	return s.end()
}

// Format shows names and sizes, for every verb. It does not show content, parameter
// values, the password name or the token.
func (r Request) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue shows what Format shows.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format shows what [Request.Format] shows, for every verb.
func (b Builder) Format(f fmt.State, _ rune) { writeState(f, b.printed()) }

// LogValue shows what Format shows.
func (b Builder) LogValue() slog.Value { return slog.StringValue(b.printed()) }

// Format shows which parts are set, for every verb. It shows no value.
func (c Credential) Format(f fmt.State, _ rune) { writeState(f, c.printed()) }

// LogValue shows what Format shows.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.printed()) }

// MarshalJSON writes what Format shows, so that no file holds a credential.
func (c Credential) MarshalJSON() ([]byte, error) { return json.Marshal(c.printed()) }

// Format shows region and endpoint, for every verb.
func (c Client) Format(f fmt.State, _ rune) { writeState(f, c.printed()) }

// LogValue shows what Format shows.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.printed()) }

// Format shows the ids and not the token, for every verb.
func (i Invocation) Format(f fmt.State, _ rune) { writeState(f, i.printed()) }

// LogValue shows what Format shows.
func (i Invocation) LogValue() slog.Value { return slog.StringValue(i.printed()) }

// Format shows the outcome and the size of the output, for every verb. It does not show
// the output, since scripts may print secrets. [Result.Text] returns the output.
func (r Result) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue shows what Format shows.
func (r Result) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format shows every result as [Result.Format] does, for every verb.
func (r Report) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue shows what Format shows.
func (r Report) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format shows ids, name, status and schedule, and the number of tags and instances, for
// every verb.
func (v Summary) Format(f fmt.State, _ rune) { writeState(f, v.printed()) }

// LogValue shows what Format shows.
func (v Summary) LogValue() slog.Value { return slog.StringValue(v.printed()) }

// Format shows the fields and the number of tags, for every verb.
func (f Filter) Format(s fmt.State, _ rune) { writeState(s, f.printed()) }

// LogValue shows what Format shows.
func (f Filter) LogValue() slog.Value { return slog.StringValue(f.printed()) }

// Format shows the fields that are set, for every verb.
func (a AgentStatus) Format(f fmt.State, _ rune) { writeState(f, a.printed()) }

// LogValue shows what Format shows.
func (a AgentStatus) LogValue() slog.Value { return slog.StringValue(a.printed()) }
