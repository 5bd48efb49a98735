//go:build !race

package runcommand_test

// raceDetector says whether the tests run under the race detector. The race detector makes
// tests several times slower.
const raceDetector = false
