package otelruncommand

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// The attributes that the semantic conventions do not define.
const (
	keyInvocation      = attribute.Key("runcommand.invocation.id")
	keyInstances       = attribute.Key("runcommand.instances")
	keyInstancesDone   = attribute.Key("runcommand.instances.done")
	keyInstancesFailed = attribute.Key("runcommand.instances.failed")
	keyInstancesTotal  = attribute.Key("runcommand.instances.total")
	keyAttempts        = attribute.Key("runcommand.attempts")
	keyFleet           = attribute.Key("runcommand.fleet.id")
	keyWave            = attribute.Key("runcommand.fleet.wave")
	keyAttemptNumber   = attribute.Key("runcommand.attempt.number")
	keyLimiterWait     = attribute.Key("runcommand.attempt.limiter_wait")
	keyRetryWait       = attribute.Key("runcommand.attempt.retry_wait")
	keyOperation       = attribute.Key("runcommand.operation")
	keyStatus          = attribute.Key("runcommand.status")
	keyRequestID       = attribute.Key("alibaba_cloud.request_id")
)

// begin begins the span of an operation.
func (t *telemetry) begin(ctx context.Context, op runcommand.Operation) (context.Context, func(runcommand.Ended)) {
	began := time.Now()
	ctx, span := t.tracer.Start(ctx, "runcommand."+op.Name, trace.WithAttributes(operationAttributes(op)...))
	return ctx, func(e runcommand.Ended) {
		defer span.End()
		t.instruments.operation(ctx, op, e, time.Since(began))
		if span.IsRecording() {
			span.SetAttributes(endedAttributes(e)...)
			fail(span, e.Err)
		}
	}
}

// operationAttributes returns the attributes of an operation that begins.
func operationAttributes(op runcommand.Operation) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 6)
	attrs = append(attrs, semconv.CloudProviderAlibabaCloud, semconv.CloudRegion(op.Region))
	attrs = appendText(attrs, keyInvocation, op.InvocationID)
	attrs = appendNumber(attrs, keyInstances, op.Instances)
	attrs = appendText(attrs, keyFleet, op.FleetID)
	return appendNumber(attrs, keyWave, op.Wave)
}

// endedAttributes returns the attributes of an operation that has ended.
func endedAttributes(e runcommand.Ended) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	attrs = appendText(attrs, keyInvocation, e.InvocationID)
	attrs = appendText(attrs, keyRequestID, e.RequestID)
	attrs = appendNumber(attrs, keyAttempts, e.Attempts)
	if e.Total > 0 {
		attrs = append(attrs, keyInstancesDone.Int(e.Done), keyInstancesFailed.Int(e.Failed), keyInstancesTotal.Int(e.Total))
	}
	return attrs
}

// appendText appends an attribute, unless the text is empty.
func appendText(attrs []attribute.KeyValue, key attribute.Key, text string) []attribute.KeyValue {
	if text == "" {
		return attrs
	}
	return append(attrs, key.String(text))
}

// appendNumber appends an attribute, unless the number is 0.
func appendNumber(attrs []attribute.KeyValue, key attribute.Key, n int) []attribute.KeyValue {
	if n == 0 {
		return attrs
	}
	return append(attrs, key.Int(n))
}
