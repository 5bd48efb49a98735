package otelruncommand

import (
	"context"
	"net"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// rpcSystem is the attribute for the API of Alibaba Cloud. The semantic conventions have no
// name for it.
var rpcSystem = semconv.RPCSystemNameKey.String("alibaba_cloud")

// beginAttempt begins the span of an attempt.
func (t *telemetry) beginAttempt(ctx context.Context, a runcommand.AttemptStart) (context.Context, func(runcommand.Attempt)) {
	method := "Ecs/" + a.Action
	call := callAttributes(a, method)
	attrs := append(call[:len(call):len(call)], semconv.CloudProviderAlibabaCloud, keyAttemptNumber.Int(a.Number))
	attrs = appendSeconds(attrs, keyLimiterWait, a.LimiterWait.Seconds())
	attrs = appendSeconds(attrs, keyRetryWait, (a.Wait - a.LimiterWait).Seconds())
	ctx, span := t.tracer.Start(ctx, method, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	return ctx, func(a runcommand.Attempt) {
		defer span.End()
		t.instruments.attempt(ctx, call, a)
		if span.IsRecording() {
			span.SetAttributes(replyAttributes(a)...)
			fail(span, a.Err)
		}
	}
}

// callAttributes returns the attributes that spans and metrics of an attempt have.
func callAttributes(a runcommand.AttemptStart, method string) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 5)
	attrs = append(attrs, rpcSystem, semconv.RPCMethod(method), semconv.CloudRegion(a.Region))
	host, port, err := net.SplitHostPort(a.Host)
	if err != nil {
		return append(attrs, semconv.ServerAddress(strings.Trim(a.Host, "[]"))) // there is no port
	}
	attrs = append(attrs, semconv.ServerAddress(host))
	if number, err := strconv.Atoi(port); err == nil {
		attrs = append(attrs, semconv.ServerPort(number))
	}
	return attrs
}

// replyAttributes returns the attributes of an attempt that has ended.
func replyAttributes(a runcommand.Attempt) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	attrs = appendText(attrs, keyRequestID, a.RequestID)
	if refusal, ok := errors.AsType[*errors.APIError](a.Err); ok {
		attrs = appendText(attrs, semconv.RPCResponseStatusCodeKey, string(refusal.Code))
		attrs = appendNumber(attrs, semconv.HTTPResponseStatusCodeKey, refusal.HTTPStatus)
	} else if failed, ok := errors.AsType[*errors.TransportError](a.Err); ok {
		attrs = appendNumber(attrs, semconv.HTTPResponseStatusCodeKey, failed.HTTPStatus)
	}
	return attrs
}

// appendSeconds appends an attribute, unless the time is shorter than a millisecond.
func appendSeconds(attrs []attribute.KeyValue, key attribute.Key, seconds float64) []attribute.KeyValue {
	if seconds < 0.001 {
		return attrs
	}
	return append(attrs, key.Float64(seconds))
}
