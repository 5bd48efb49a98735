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

// This file lists, for each type, the parts that the packages fmt and log/slog print.
// They print no other parts. JSON holds all data, except for Credential and for the token
// of an Invocation. Every Format method has a value receiver. With a pointer receiver,
// fmt would not call Format for a value that is not a pointer, and would print all its
// fields.

// printable collects the parts of a value that are printed, in their order.
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

// text adds a short value that is no secret. It quotes a value that has blanks or
// characters outside of ASCII.
func (s *printable) text(name, value string) {
	if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
		value = strconv.Quote(value)
	}
	if value != "" {
		s.part(name, value)
	}
}

// quoted adds a free text that is no secret, in quotes.
func (s *printable) quoted(name, value string) {
	if value != "" {
		s.part(name, strconv.Quote(value))
	}
}

// size adds only the size of a part: a number with its unit. The part itself is not
// shown.
func (s *printable) size(name string, n int, unit string) {
	if n > 0 {
		s.part(name, count(n, unit))
	}
}

// count adds a number, unless it is 0.
func (s *printable) count(name string, n int64) {
	if n != 0 {
		s.part(name, strconv.FormatInt(n, 10))
	}
}

// time adds a time in UTC, unless it is zero.
func (s *printable) time(name string, t time.Time) {
	if !t.IsZero() {
		s.part(name, t.UTC().Format(time.RFC3339))
	}
}

// set adds the word "set" for a secret that is not empty. It does not add the secret.
func (s *printable) set(name, secret string) {
	if secret != "" {
		s.part(name, "set")
	}
}

func (s *printable) end() string {
	s.WriteByte('}')
	return s.String()
}

// writeState writes the text of a Format method. It ignores the error, because writing to
// a fmt.State cannot fail.
func writeState(f fmt.State, text string) { _, _ = io.WriteString(f, text) }

func (r Request) printed() string {
	s := printableOf("Request")
	s.text("Region", r.RegionID)
	s.text("Type", string(r.Type))
	s.quoted("Name", r.Name)
	s.size("Content", len(r.Content), "byte")
	s.size("Parameters", len(r.Parameters), "value")
	s.text("RepeatMode", string(r.RepeatMode))
	s.quoted("Frequency", r.Frequency.String())
	if r.Timeout != 0 {
		s.text("Timeout", r.Timeout.String())
	}
	s.size("Instances", len(r.InstanceIDs), "id")
	s.size("ResourceTags", len(r.ResourceTags), "tag")
	s.size("Tags", len(r.Tags), "tag")
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
	s.size("Tags", len(v.Tags), "tag")
	s.size("Instances", len(v.Instances), "instance")
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
	s.size("Tags", len(f.Tags), "tag")
	return s.end()
}

func (a AgentStatus) printed() string {
	s := printableOf("AgentStatus")
	s.text("Instance", a.InstanceID)
	s.text("OS", string(a.OS))
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
	s.size("Output", len(r.Output), "byte")
	s.size("Dropped", r.Dropped, "byte")
	return s.end()
}

func (g Group) printed() string {
	s := printableOf("Group")
	s.count("Instances", int64(len(g.InstanceIDs)))
	s.text("Status", string(g.Status))
	if g.Exited {
		s.part("ExitCode", strconv.Itoa(g.ExitCode))
	}
	s.text("ErrorCode", string(g.ErrorCode))
	s.size("Output", len(g.Output), "byte")
	s.size("Dropped", g.Dropped, "byte")
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

// Format prints names and sizes, for every verb. It does not print content, parameter
// values, the password name or the token.
func (r Request) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue returns the text that Format prints.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format prints what [Request.Format] prints for the request, for every verb.
func (b Builder) Format(f fmt.State, _ rune) { writeState(f, b.printed()) }

// LogValue returns the text that Format prints.
func (b Builder) LogValue() slog.Value { return slog.StringValue(b.printed()) }

// Format prints which parts are set, for every verb. It prints no value.
func (c Credential) Format(f fmt.State, _ rune) { writeState(f, c.printed()) }

// LogValue returns the text that Format prints.
func (c Credential) LogValue() slog.Value { return slog.StringValue(c.printed()) }

// MarshalJSON writes the text that Format prints. So JSON never holds a credential.
func (c Credential) MarshalJSON() ([]byte, error) { return json.Marshal(c.printed()) }

// Format prints region and endpoint, for every verb.
func (c Client) Format(f fmt.State, _ rune) { writeState(f, c.printed()) }

// LogValue returns the text that Format prints.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.printed()) }

// Format prints the ids and not the token, for every verb.
func (i Invocation) Format(f fmt.State, _ rune) { writeState(f, i.printed()) }

// LogValue returns the text that Format prints.
func (i Invocation) LogValue() slog.Value { return slog.StringValue(i.printed()) }

// Format prints the outcome and the size of the output, for every verb. It does not print
// the output, since scripts may print secrets. [Result.Text] returns the output.
func (r Result) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue returns the text that Format prints.
func (r Result) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format prints the size of the output and not the output, for every verb.
func (g Group) Format(f fmt.State, _ rune) { writeState(f, g.printed()) }

// LogValue returns the text that Format prints.
func (g Group) LogValue() slog.Value { return slog.StringValue(g.printed()) }

// Format prints every result as [Result.Format] does, for every verb.
func (r Report) Format(f fmt.State, _ rune) { writeState(f, r.printed()) }

// LogValue returns the text that Format prints.
func (r Report) LogValue() slog.Value { return slog.StringValue(r.printed()) }

// Format prints ids, name, status and schedule, and the number of tags and instances, for
// every verb.
func (v Summary) Format(f fmt.State, _ rune) { writeState(f, v.printed()) }

// LogValue returns the text that Format prints.
func (v Summary) LogValue() slog.Value { return slog.StringValue(v.printed()) }

// Format prints the fields and the number of tags, for every verb.
func (f Filter) Format(s fmt.State, _ rune) { writeState(s, f.printed()) }

// LogValue returns the text that Format prints.
func (f Filter) LogValue() slog.Value { return slog.StringValue(f.printed()) }

// Format prints the fields that are set, for every verb.
func (a AgentStatus) Format(f fmt.State, _ rune) { writeState(f, a.printed()) }

// LogValue returns the text that Format prints.
func (a AgentStatus) LogValue() slog.Value { return slog.StringValue(a.printed()) }
