package runcommand_test

import (
	"testing"
	"time"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// BenchmarkBuildTypical builds and checks the request of the README.
func BenchmarkBuildTypical(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := runcommand.Shell("df -h {{dir}}").
			Name("disk-usage").
			Parameter("dir", "/var").
			Timeout(30*time.Second).
			Instances("i-bp185dy2o3o6neg0001", "i-bp185dy2o3o6neg0002").
			Build()
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkValidateTypical checks a request that is already built, the same request as in
// BenchmarkBuildTypical.
func BenchmarkValidateTypical(b *testing.B) {
	req, err := runcommand.Shell("df -h {{dir}}").Name("disk-usage").Parameter("dir", "/var").
		Instances("i-bp185dy2o3o6neg0001", "i-bp185dy2o3o6neg0002").Build()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := req.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}
