package frequency

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryZoneThatIsSuggestedExists(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, z := range zoneCities {
		for city := range strings.FieldsSeq(z.cities) {
			names[z.area+"/"+city] = true
		}
	}
	for _, z := range knownZones {
		names[z.zone] = true
	}
	for name := range names {
		z, reason := findZone(name)
		assert.NotNil(t, z, "%s: %s", name, reason.en)
	}
	assert.Greater(t, len(names), 400)
}
