package runcommandtest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

func TestOperationsOfECSThatAreNotServedAreNamed(t *testing.T) {
	t.Parallel()
	_, c := newService(t, config{})
	for _, action := range []string{"CreateCommand", "ListTagResources", "RebootInstance", "runcommand"} {
		a := c.call(action, params{"RegionId": "cn-hangzhou"})
		assert.Equal(t, errors.InvalidActionNotFound, a.code())
		assert.Equal(t, http.StatusNotFound, a.status)
		assert.Contains(t, a.text("Message"), fmt.Sprintf("%q is not served by the local service", action))
	}
	assert.Equal(t, errors.Code("MissingAction"), c.call("", params{"RegionId": "cn-hangzhou"}).code())
}
