package runcommandtest

import (
	"path"
	"slices"
	"strings"
)

// home returns the directory in which a command of a user runs by default. An empty name
// is the default user: root, or System on Windows.
func (i *Instance) home(username string) string {
	switch {
	case i.OS == Windows && (username == "" || strings.EqualFold(username, "System")):
		return `C:\Windows\System32`
	case i.OS == Windows:
		return `C:\Users\` + username
	case username == "" || username == "root":
		return "/root"
	}
	return "/home/" + username
}

// hasDirectory reports whether a command of a user can run in a directory. The default
// directories always exist: that of this user, of the default user, and of each user in
// Users.
func (i *Instance) hasDirectory(dir, username string) bool {
	same := func(known string) bool { return i.sameDirectory(known, dir) }
	return i.Directories == nil || slices.ContainsFunc(i.Directories, same) || same(i.home("")) || same(i.home(username)) ||
		slices.ContainsFunc(i.Users, func(name string) bool { return same(i.home(name)) })
}

// sameDirectory reports whether a and b are two spellings of one directory.
func (i *Instance) sameDirectory(a, b string) bool {
	if i.OS != Windows {
		return path.Clean(a) == path.Clean(b)
	}
	slashes := strings.NewReplacer(`\`, "/")
	return strings.EqualFold(path.Clean(slashes.Replace(a)), path.Clean(slashes.Replace(b)))
}
