package main

import (
	"fmt"
	"io"
	"strings"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// shown are the attributes that the tree shows. The others are ids, times and the same for
// every span.
var shown = []string{"runcommand.attempt.number", "runcommand.instances.done", "error.type"}

// printTree prints each span below its parent. Spans of one parent have the order in which
// they ended. Polls in a row that succeeded are one line.
func printTree(w io.Writer, spans tracetest.SpanStubs) {
	children := map[trace.SpanID]tracetest.SpanStubs{}
	for _, s := range spans {
		children[s.Parent.SpanID()] = append(children[s.Parent.SpanID()], s)
	}
	var walk func(parent trace.SpanID, depth int)
	walk = func(parent trace.SpanID, depth int) {
		last := ""
		for _, s := range children[parent] {
			line := strings.Repeat("  ", depth) + describe(s)
			if line != last {
				fmt.Fprintln(w, line)
			}
			last = line
			walk(s.SpanContext.SpanID(), depth+1)
		}
	}
	walk(trace.SpanID{}, 0)
}

// describe returns the name of a span, what the tree shows of its attributes, and whether it
// failed.
func describe(s tracetest.SpanStub) string {
	words := []string{s.Name}
	for _, key := range shown {
		for _, kv := range s.Attributes {
			if string(kv.Key) == key {
				words = append(words, key+"="+kv.Value.String())
			}
		}
	}
	if s.Status.Code == codes.Error {
		words = append(words, "failed")
	}
	return strings.Join(words, " ")
}
