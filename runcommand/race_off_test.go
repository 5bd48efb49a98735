//go:build !race

package runcommand_test

// raceDetector is true when the race detector makes tests several times slower.
const raceDetector = false
