package main

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"
)

// A form is a form body. Parameters are appended to it one after the other.
type form []byte

// add appends a parameter. It escapes the value by RFC 3986. Names of parameters need no escape.
func (f *form) add(name, value string) { addValue(f, name, value) }

// addValue appends a parameter. To save time, it copies each sequence of bytes that need no escape as a
// whole. A script in Base64 consists almost only of such sequences.
func addValue[V string | []byte](f *form, name string, value V) {
	const hex = "0123456789ABCDEF"
	b := *f
	if len(b) > 0 {
		b = append(b, '&')
	}
	b = append(append(b, name...), '=')
	copied := 0
	for i := range len(value) {
		if c := value[i]; !unreserved[c] {
			b = append(append(b, value[copied:i]...), '%', hex[c>>4], hex[c&15])
			copied = i + 1
		}
	}
	*f = append(b, value[copied:]...)
}

// unreserved marks the bytes that are not percent-escaped.
var unreserved = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") {
		set[c] = true
	}
	return set
}()

// form returns the parameters of a call as a form body. It writes them by hand, as a fast program without
// an SDK does. The server compares the requests of all contenders with this form.
func (s *scenario) form() form {
	f := make(form, 0, 1024+len(s.run.script)*3/2+len(s.run.instances)*40)
	f.add("RegionId", region)
	f.add("ContentEncoding", "Base64")
	if s.action == actionRun {
		s.run.write(&f)
	} else {
		f.add("InvokeId", invocationID)
		f.add("MaxResults", strconv.Itoa(pageSize))
	}
	return f
}

func (c *command) write(f *form) {
	f.add("Type", "RunShellScript")
	addValue(f, "CommandContent", base64.StdEncoding.AppendEncode(nil, c.script))
	f.add("Timeout", strconv.Itoa(int(c.timeout/time.Second)))
	f.add("ClientToken", c.token)
	for i, id := range c.instances {
		f.add("InstanceId."+strconv.Itoa(i+1), id)
	}
	d := c.details
	if d == nil {
		return
	}
	f.add("Name", d.name)
	f.add("Description", d.description)
	f.add("WorkingDir", d.workingDir)
	f.add("Username", d.username)
	f.add("ResourceGroupId", d.resourceGroup)
	f.add("Launcher", d.launcher)
	f.add("TerminationMode", "ProcessTree")
	f.add("Frequency", d.cron)
	f.add("EnableParameter", "true")
	values, _ := json.Marshal(d.parameters) // the error is ignored: a map of strings can always be encoded
	f.add("Parameters", string(values))
	for i, t := range d.tags {
		prefix := "Tag." + strconv.Itoa(i+1)
		f.add(prefix+".Key", t.Key)
		f.add(prefix+".Value", t.Value)
	}
}
