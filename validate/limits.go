package validate

import "time"

// Limits are the sizes that the service allows. A field that is zero (or
// negative) is the documented default, so that Limits{} is right for most
// accounts and Limits{Instances: 300} for one whose quota was raised.
//
// Lengths of text count Unicode code points. Sources: ECS API reference,
// RunCommand, and the quotas of Cloud Assistant.
type Limits struct {
	Instances int // instances of one call: 100, can be raised to 500 and never beyond

	Content     int // bytes of the script in Base64: 24,576 (18,432 bytes of script)
	KeptContent int // the same with KeepCommand: 18,432 (13,824 bytes of script)

	Name                int // 128
	Description         int // 512
	WorkingDir          int // 200
	Username            int // 255
	WindowsPasswordName int // 255
	Launcher            int // 1,024
	ContainerName       int // 255, without a leading slash
	ClientToken         int // 64

	Tags         int // 20
	ResourceTags int // 20
	TagKey       int // 64, for both sorts of tags
	TagValue     int // 128, for both sorts of tags

	ParameterNames int // distinct custom parameters in the script: 20
	Parameters     int // parameters given a value: 20; above 10 a warning, as the documents differ
	ParameterName  int // 64

	RateMin     time.Duration // shortest interval of a rate: 60 s
	RateMax     time.Duration // longest interval of a rate: 7 days
	MinInterval time.Duration // shortest gap between two firings of a cron schedule: 10 s
}

// maxInstances is the longest list of instances that the service can be sent,
// whatever the quota.
const maxInstances = 500

// WithDefaults returns l with every field set: those that were zero to the
// documented default, and Instances to at most 500.
func (l Limits) WithDefaults() Limits {
	return Limits{
		Instances: min(or(l.Instances, 100), maxInstances),

		Content:     or(l.Content, 24<<10),
		KeptContent: or(l.KeptContent, 18<<10),

		Name:                or(l.Name, 128),
		Description:         or(l.Description, 512),
		WorkingDir:          or(l.WorkingDir, 200),
		Username:            or(l.Username, 255),
		WindowsPasswordName: or(l.WindowsPasswordName, 255),
		Launcher:            or(l.Launcher, 1024),
		ContainerName:       or(l.ContainerName, 255),
		ClientToken:         or(l.ClientToken, 64),

		Tags:         or(l.Tags, 20),
		ResourceTags: or(l.ResourceTags, 20),
		TagKey:       or(l.TagKey, 64),
		TagValue:     or(l.TagValue, 128),

		ParameterNames: or(l.ParameterNames, 20),
		Parameters:     or(l.Parameters, 20),
		ParameterName:  or(l.ParameterName, 64),

		RateMin:     or(l.RateMin, 60*time.Second),
		RateMax:     or(l.RateMax, 7*24*time.Hour),
		MinInterval: or(l.MinInterval, 10*time.Second),
	}
}

// or returns limit, and fallback where limit was left unset.
func or[T int | time.Duration](limit, fallback T) T {
	if limit > 0 {
		return limit
	}
	return fallback
}
