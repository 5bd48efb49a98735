package validate

import "github.com/ecs-runcommand/runcommand-go/errors"

// region lets an empty region pass, since the client supplies its own.
func (c *checker) region() {
	for i := range len(c.RegionID) {
		if !isLower(c.RegionID[i]) && !isDigit(c.RegionID[i]) && c.RegionID[i] != '-' {
			c.reportLocal("RegionId", errors.InvalidRegionIdNotFound,
				"has characters other than a-z, 0-9 and '-', byte %d of %d is the first", i+1, len(c.RegionID))
			return
		}
	}
}

func isLower(b byte) bool  { return 'a' <= b && b <= 'z' }
func isUpper(b byte) bool  { return 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return isLower(b) || isUpper(b) }
