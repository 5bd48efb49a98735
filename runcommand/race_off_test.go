//go:build !race

package runcommand_test

// raceDetector says that tests run several times slower.
const raceDetector = false
