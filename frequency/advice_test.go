package frequency_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/frequency"
)

func TestARangeThatGoesBackwardsSaysWhatToWrite(t *testing.T) {
	t.Parallel()
	const (
		backwards = "a range must not go backwards; "
		sunday    = "a range must not go backwards, and weekdays count 1 = Monday to 7 = Sunday; "
	)
	tests := []struct{ expr, field, reason, instead string }{
		{"0 5-1 * * * ?", "minute", backwards + "split it, as in 5-59,0-1", "0 5-59,0-1 * * * ?"},
		{"0 59-1 * * * ?", "minute", backwards + "split it, as in 59,0-1", "0 59,0-1 * * * ?"},
		{"0 5-4 * * * ?", "minute", backwards + "for every minute write *", "0 * * * * ?"},
		{"0 0 22-4/2 * * ?", "hour", backwards + "write two, one that ends at 23 and one that begins at 0, each with its step", "0 0 22-23/2,0-4/2 * * ?"},
		{"0 0 0 31-1 * ?", "day of month", backwards + "split it, as in 31,1", "0 0 0 31,1 * ?"},
		{"0 0 0 1 NOV-FEB ?", "month", backwards + "split it, as in 11-12,1-2", "0 0 0 1 11-12,1-2 ?"},
		{"0 0 0 ? * SUN-TUE", "day of week", sunday + "split it, as in 7,1-2", "0 0 0 ? * 7,1-2"},
		{"0 0 0 ? * SUN-MON", "day of week", sunday + "split it, as in 7,1", "0 0 0 ? * 7,1"},
		{"0 0 0 ? * SUN-SAT", "day of week", sunday + "for every day of week write *", "0 0 0 ? * *"},
		{"0 0 0 ? * FRI-MON", "day of week", backwards + "split it, as in 5,6,7,1", "0 0 0 ? * 5,6,7,1"},
		{"0 0 0 1 1 ? 2032-2030", "year", backwards + "put the earlier year first, as in 2030-2032", "0 0 0 1 1 ? 2030-2032"},
	}
	for _, tt := range tests {
		t.Run(tt.expr, func(t *testing.T) {
			t.Parallel()
			_, err := frequency.Parse(tt.expr)
			var pe *frequency.ParseError
			require.ErrorAs(t, err, &pe)
			assert.Equal(t, tt.field, pe.Field)
			assert.Equal(t, tt.reason, pe.Reason)
			s, err := frequency.Parse(tt.instead)
			require.NoError(t, err)
			for _, w := range s.Warnings(base) {
				assert.Contains(t, []frequency.WarningCode{frequency.WarnNoZone, frequency.WarnFar}, w.Code, "what is taught gives no warning of its own")
			}
		})
	}
}
