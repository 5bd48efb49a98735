package runcommand_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

func TestAClientTellsItsSettings(t *testing.T) {
	t.Parallel()
	documented := validate.Limits{}.WithDefaults()
	raised := documented
	raised.Instances = 300
	most := documented
	most.Instances = 500
	logger := slog.New(slog.DiscardHandler)
	srv := runcommandtest.Start(t)
	for name, c := range map[string]struct {
		client *runcommand.Client
		region string
		limits validate.Limits
		logger *slog.Logger
	}{
		"nil":                   {nil, "", documented, nil},
		"zero":                  {new(runcommand.Client), "", documented, nil},
		"without options":       {srv.Client(), runcommandtest.Region, documented, nil},
		"with a raised quota":   {srv.Client(runcommand.WithLimits(limitsOf(300))), runcommandtest.Region, raised, nil},
		"with too high a quota": {srv.Client(runcommand.WithLimits(limitsOf(9000))), runcommandtest.Region, most, nil},
		"with a logger":         {srv.Client(runcommand.WithLogger(logger)), runcommandtest.Region, documented, logger},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.region, c.client.Region())
			assert.Equal(t, c.limits, c.client.Limits())
			assert.Same(t, c.logger, c.client.Logger())
		})
	}
}
