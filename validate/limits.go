package validate

import "time"

// Limits are the sizes that the service allows. A field that is zero or negative means
// the documented default: Limits{} fits most accounts, and Limits{Instances: 300} fits
// an account with a raised quota.
//
// Fields are named after the field of the request that they limit. The length of a text
// is its number of Unicode code points. A value that is equal to its limit is allowed. Sources: ECS
// API reference, RunCommand, and the quotas of Cloud Assistant.
//
// Raise a limit only when the account has a raised quota or the documents have changed: the service
// applies its own limits in any case. A lower limit makes a rule of your own, such as at most 10
// instances for one command. A client uses the limits of its option WithLimits of package
// runcommand. Limits is a plain value: copy it and share it between goroutines.
type Limits struct {
	Instances int // instances of one call: 100; a quota can raise it to 500 at most

	Content     int // bytes of the script in Base64: 24,576 (18,432 bytes of script)
	KeptContent int // the limit instead of Content when KeepCommand is set: 18,432 (13,824 bytes of script)

	Name                int // 128 characters
	Description         int // 512 characters
	WorkingDir          int // 200 characters
	Username            int // 255 characters
	WindowsPasswordName int // 255 characters
	Launcher            int // 1,024 characters
	ContainerName       int // 255 characters, without a leading slash
	ClientToken         int // 64 characters

	Tags         int // 20 labels of the command
	ResourceTags int // 20 tags that choose the instances
	TagKey       int // 64 characters, for Tags and ResourceTags
	TagValue     int // 128 characters, for Tags and ResourceTags

	ParameterNames int // different custom parameters in the script: 20
	Parameters     int // entries of Parameters: 20; some documents say 10, so more than 10 give a warning
	ParameterName  int // 64 characters

	RateMin     time.Duration // shortest interval of a rate schedule: 60 s
	RateMax     time.Duration // longest interval of a rate schedule: 7 days
	MinInterval time.Duration // shortest gap between two firings of a cron schedule: 10 s
}

// maxInstances is the largest number of instances in one call. No quota can raise it: the metadata
// of the API allows 500 elements of InstanceId.
const maxInstances = 500

// WithDefaults returns l with the documented default in every field that was not set, that is, in
// every field that is zero or negative. In the result Instances is at most 500. Use it to show the
// limits that apply, for example the length of a text field in a form. Check and Warnings call it
// themselves.
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

// or returns limit, or fallback when limit is not set.
func or[T int | time.Duration](limit, fallback T) T {
	if limit > 0 {
		return limit
	}
	return fallback
}
