package runcommandtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAnExplicitDefaultDirectoryExists(t *testing.T) {
	t.Parallel()
	linux := Instance{ID: "i-1", Users: []string{"alice"}, Directories: []string{"/srv"}}
	anyone := Instance{ID: "i-1", Directories: []string{}}
	freeBSD := Instance{ID: "i-1", OS: FreeBSD, Directories: []string{}}
	windows := Instance{ID: "i-1", OS: Windows, Users: []string{"Alice"}, Directories: []string{`D:\Data`}}
	for name, test := range map[string]struct {
		instance  Instance
		user, dir string
		exists    bool
	}{
		"the home of root":                           {linux, "", "/root", true},
		"the home of root by name":                   {linux, "root", "/root", true},
		"the home of root with a slash":              {linux, "", "/root/", true},
		"the home of root for somebody else":         {linux, "alice", "/root", true},
		"below the home of root":                     {linux, "", "/root/work", false},
		"the home of root in other letters":          {linux, "", "/Root", false},
		"the user's home":                            {linux, "alice", "/home/alice", true},
		"the home of a user for root":                {linux, "", "/home/alice", true},
		"the home of nobody":                         {linux, "", "/home/bob", false},
		"the parent of all homes":                    {linux, "alice", "/home", false},
		"a listed directory":                         {linux, "", "/srv", true},
		"a listed directory in another spelling":     {linux, "", "/opt/..//srv/", true},
		"a directory that is not listed":             {linux, "", "/opt", false},
		"a home of Windows on Linux":                 {linux, "", `C:\Windows\System32`, false},
		"the user's home where any user exists":      {anyone, "bob", "/home/bob", true},
		"somebody else's home where any user exists": {anyone, "bob", "/home/carol", false},
		"the home of root on FreeBSD":                {freeBSD, "", "/root", true},
		"the directory of System":                    {windows, "", `C:\Windows\System32`, true},
		"the directory of System in small letters":   {windows, "system", `c:\windows\system32`, true},
		"the directory of System with a backslash":   {windows, "System", `C:\Windows\system32\`, true},
		"the directory of System with slashes":       {windows, "", `C:/Windows/system32`, true},
		"the directory of a Windows user":            {windows, "Alice", `C:\Users\alice`, true},
		"the directory of no Windows user":           {windows, "", `C:\Users\bob`, false},
		"a listed directory of Windows":              {windows, "", `d:\data`, true},
		"a home of Linux on Windows":                 {windows, "", "/root", false},
	} {
		s, c := newService(t, config{})
		s.AddInstance(test.instance)
		p := echo("i-1").with("WorkingDir", test.dir)
		if test.user != "" {
			p = p.with("Username", test.user)
		}
		if test.instance.OS == Windows {
			p = p.with("Type", "RunBatScript", "WindowsPasswordName", "password")
		}
		want := "Invalid DirectoryNotExists"
		if test.exists {
			want = "Success"
		}
		assert.Equal(t, want, c.status(c.run(p)), name)
	}
}

func TestAnExplicitDefaultDirectoryThatThisMachineLacksIsTheScratchDirectory(t *testing.T) {
	t.Parallel()
	inst := Instance{ID: "i-1", Users: []string{"no-such-user"}}.normal()
	present := t.TempDir()
	for name, test := range map[string]struct{ user, dir, want string }{
		"no directory":                  {"", "", ""},
		"a directory of this machine":   {"", present, present},
		"a home that is not there":      {"no-such-user", "/home/no-such-user", ""},
		"a home in another spelling":    {"no-such-user", "/home//no-such-user/", ""},
		"the home of another user":      {"", "/home/no-such-user", "/home/no-such-user"},
		"another directory that is not": {"no-such-user", "/no-such-directory", "/no-such-directory"},
	} {
		assert.Equal(t, test.want, workingDir(Exec{Username: test.user, WorkingDir: test.dir}, inst), name)
	}
}
