package main

import "slices"

// find returns the cell of a contender in one scenario at one place.
func find(cells []*cell, place, scenario, contender string) *cell {
	i := slices.IndexFunc(cells, func(c *cell) bool {
		return c.place == place && c.scenario == scenario && c.contender == contender
	})
	if i < 0 {
		return nil
	}
	return cells[i]
}

// all returns the values of one figure, one value for each round.
func (c *cell) all(f figure) []float64 {
	values := make([]float64, len(c.samples))
	for i, s := range c.samples {
		values[i] = s[f]
	}
	return values
}

func (c *cell) median(f figure) float64 { return quantile(c.all(f), 0.5) }

// spread returns the distance between the quartiles of a figure, divided by its median.
func (c *cell) spread(f figure) float64 {
	all := c.all(f)
	return (quantile(all, 0.75) - quantile(all, 0.25)) / quantile(all, 0.5)
}

// A ratio compares two cells. The field medians is the ratio of their medians. A ratio is also
// computed for each round. The fields low and high are the quartiles of these ratios, and show
// how noisy the measurement is.
type ratio struct{ medians, low, high float64 }

func compare(c, with *cell, f figure) ratio {
	a, b := c.all(f), with.all(f)
	single := make([]float64, len(a))
	for i := range single {
		single[i] = a[i] / b[i]
	}
	return ratio{quantile(a, 0.5) / quantile(b, 0.5), quantile(single, 0.25), quantile(single, 0.75)}
}

// quantile returns the value below which the share q of the values lies. For example, q is 0.5 for
// the median. It interpolates between two neighboring values.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
