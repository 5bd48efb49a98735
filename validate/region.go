package validate

import "github.com/ecs-runcommand/runcommand-go/errors"

// region checks the characters of the region. It accepts an empty region, since the client then
// sends its own region.
func (c *checker) region() {
	for i := range len(c.RegionID) {
		if !isLower(c.RegionID[i]) && !isDigit(c.RegionID[i]) && c.RegionID[i] != '-' {
			c.reportLocal("RegionId", errors.InvalidRegionIdNotFound,
				"has characters other than a-z, 0-9 and '-', byte %d of %d is the first", i+1, len(c.RegionID))
			return
		}
	}
}
