package otelruncommand

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// errorType returns the attribute error.type. It has few values, because metrics have it,
// too: the package comment lists them.
func errorType(err error) attribute.KeyValue {
	code, _ := errors.AsType[errors.Code](err)
	kind := errors.KindOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return semconv.ErrorTypeKey.String("context.Canceled")
	case errors.Is(err, context.DeadlineExceeded):
		return semconv.ErrorTypeKey.String("context.DeadlineExceeded")
	case code.Known():
		return semconv.ErrorTypeKey.String(string(code))
	case kind != 0:
		return semconv.ErrorTypeKey.String(strings.ReplaceAll(kind.Error(), " ", "_"))
	default:
		return semconv.ErrorTypeOther
	}
}

// fail gives a span the status Error with the text and the type of the error. It does
// nothing when err is nil.
func fail(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
		span.SetAttributes(errorType(err))
	}
}
