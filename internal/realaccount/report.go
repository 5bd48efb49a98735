package realaccount

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A Report compares the answers of the service with what is assumed.
type Report struct {
	Began    time.Time
	Region   string
	Endpoint string
	Answers  []Answer
	Codes    []CodeSeen
	Open     []string // invocations that could not be stopped
}

// An Answer is the result of one question.
type Answer struct {
	ID, Sources, Question, Documents, Assumed, Where string

	Verdict    Verdict
	Answer     string `json:",omitempty"`
	Detail     string `json:",omitempty"`
	Reason     string `json:",omitempty"` // why there is no answer
	Calls      int
	RequestIDs []string `json:",omitempty"`
}

// A Verdict compares an answer with the assumed one.
type Verdict string

// The verdicts.
const (
	AsAssumed   Verdict = "as assumed"
	Differs     Verdict = "differs"
	NotAnswered Verdict = "not answered"
)

// A CodeSeen is a code of a refusal that the documents of this repository do not have, or have with
// another HTTP status.
type CodeSeen struct {
	Action     string
	Code       string
	HTTPStatus int
	Documented int // the documented status; 0: the code is not in package errors, or has no status there
	Times      int
}

// A seenReply is one kind of refusal.
type seenReply struct {
	action, code string
	status       int
}

// codes returns the refusals that package errors does not describe.
func (s *session) codes() []CodeSeen {
	var list []CodeSeen
	for seen, times := range maps.All(s.seen) {
		code := errors.Code(seen.code)
		if !code.Known() || code.HTTPStatus() != seen.status {
			list = append(list, CodeSeen{seen.action, seen.code, seen.status, code.HTTPStatus(), times})
		}
	}
	slices.SortFunc(list, func(a, b CodeSeen) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Action, b.Action), a.HTTPStatus-b.HTTPStatus)
	})
	return list
}

// Count returns how many answers have the verdict.
func (r *Report) Count(v Verdict) int {
	n := 0
	for _, a := range r.Answers {
		if a.Verdict == v {
			n++
		}
	}
	return n
}

// WriteJSON writes the whole report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// WriteMarkdown writes the report for readers: a table of the answers, the questions without an answer,
// and the codes that are not documented.
func (r *Report) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Answers of the service\n\n%s, region %s, %s: %d as assumed, %d differ, %d not answered.\n",
		r.Began.UTC().Format(time.RFC3339), r.Region, r.Endpoint, r.Count(AsAssumed), r.Count(Differs), r.Count(NotAnswered))
	if len(r.Open) > 0 {
		fmt.Fprintf(&b, "\n**Stop these invocations by hand: %s.**\n", strings.Join(r.Open, ", "))
	}
	b.WriteString("\n## Answers\n\n| question | verdict | answer | assumed | assumed by | request ids |\n|---|---|---|---|---|---|\n")
	for _, a := range r.Answers {
		if a.Verdict == NotAnswered {
			continue
		}
		verdict := string(a.Verdict)
		if a.Verdict == Differs {
			verdict = "**differs: " + a.Answer + "**"
		}
		given := a.Answer
		if a.Detail != "" {
			given += " (" + a.Detail + ")"
		}
		writeRow(&b, "`"+a.ID+"` "+a.Question, verdict, given, a.Assumed, a.Where, strings.Join(a.RequestIDs, " "))
	}
	b.WriteString("\n## Not answered\n\n| question | why | assumed | the documents |\n|---|---|---|---|\n")
	for _, a := range r.Answers {
		if a.Verdict == NotAnswered {
			writeRow(&b, "`"+a.ID+"` "+a.Question, "not answered: "+a.Reason, a.Assumed, a.Sources+": "+a.Documents)
		}
	}
	b.WriteString("\n## Codes and statuses that package errors does not have\n\n")
	if len(r.Codes) == 0 {
		b.WriteString("None.\n")
	} else {
		b.WriteString("| action | code | HTTP status | documented | times |\n|---|---|---|---|---|\n")
	}
	for _, c := range r.Codes {
		documented := strconv.Itoa(c.Documented)
		if c.Documented == 0 {
			documented = "no"
		}
		writeRow(&b, c.Action, c.Code, strconv.Itoa(c.HTTPStatus), documented, strconv.Itoa(c.Times))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRow writes one row of a table.
func writeRow(b *strings.Builder, cells ...string) {
	for _, cell := range cells {
		cell = strings.NewReplacer("|", `\|`, "\r", " ", "\n", " ").Replace(cell)
		b.WriteString("| " + cell + " ")
	}
	b.WriteString("|\n")
}
