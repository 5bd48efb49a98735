package validate

import (
	"bytes"
	"path"
	"strings"
)

// A language says how a script is read: how it quotes, and what ends its lines.
type language uint8

// The languages. Values of parameters can be quoted for shellLanguage and powerShell only.
const (
	otherLanguage language = iota // Python, Perl, fish, an unknown program
	shellLanguage                 // sh and its relatives, with the quotes of POSIX
	powerShell
	batch
)

// shells are the programs that quote as POSIX says. The programs fish, csh and tcsh do not.
var shells = map[string]bool{
	"sh": true, "bash": true, "dash": true, "ash": true, "ksh": true, "mksh": true, "lksh": true, "pdksh": true, "oksh": true,
	"rbash": true, "rksh": true, "zsh": true, "yash": true, "posh": true,
}

// powerShells are the programs that read PowerShell: that of Windows, and the one for all systems.
var powerShells = map[string]bool{"powershell": true, "pwsh": true}

// language returns the language of the program that reads the script. The launcher, the type or
// the first line of the script names that program.
func (c *Command) language() language {
	switch {
	case c.Launcher != "":
		return languageOf(c.Launcher)
	case c.Type == "RunPowerShellScript":
		return powerShell
	case c.Type == "RunBatScript":
		return batch
	case c.inContainer(): // /bin/sh runs the script whatever its first line says
		return shellLanguage
	}
	if line, ok := interpreterLine(c.Content); ok && strings.TrimSpace(line) != "" {
		return languageOf(line)
	}
	return shellLanguage
}

// languageOf returns the language of the program that a command line starts, such as
// "/usr/bin/env -S bash -e" or "sudo -u app python3". The first word that names a shell decides.
func languageOf(line string) language {
	for word := range strings.FieldsSeq(strings.NewReplacer(`"`, " ", "'", " ", `\`, "/").Replace(line)) {
		name := strings.ToLower(path.Base(word))
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".exe"), "-static")
		switch name = strings.TrimRight(name, "-.0123456789"); { // bash5, ksh93, zsh-5.9
		case shells[name]:
			return shellLanguage
		case powerShells[name]:
			return powerShell
		}
	}
	return otherLanguage
}

// interpreterLine returns what the first line of a script has after "#!", without a CR at its end.
// The result is false when the script does not begin with "#!".
func interpreterLine(script []byte) (string, bool) {
	line, _, _ := bytes.Cut(script, []byte("\n"))
	interpreter, ok := bytes.CutPrefix(line, []byte("#!"))
	return string(bytes.TrimRight(interpreter, "\r")), ok
}
