package shell

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// A launcher is a parsed Launcher parameter: the program that is started in
// place of the default shell, with its arguments.
//
//	launcher = word { blank word }
//
// Blanks separate words unless they are quoted with ' or "; quotes may begin
// and end inside a word and there is no escape character. One word may hold, at
// most once in the whole launcher, the placeholder
//
//	{{ACS::ScriptFileName}}    or    {{ACS::ScriptFileName|Ext(.py)}}
//
// in upper or lower case, with the extension quoted or not. It is replaced by the path
// of the script file. The name of that file then ends in that extension. Without the
// placeholder the path is the last argument. A program written @name is a plugin of the
// Cloud Assistant agent; @@name is a program whose name begins with @.
//
// Sources: ECS API reference, RunCommand (Launcher), and the open-source Cloud
// Assistant agent where the reference is silent. A plugin cannot run locally and is
// refused.
type launcher struct {
	words []string // the program first; scriptMark is replaced by the path of the script
	ext   string   // extension, such as ".py"; empty when the launcher has none
}

// scriptMark marks the place of the script's path in a parsed word. It is a NUL byte,
// because no argument of a process can contain one.
const scriptMark = "\x00"

var (
	placeholder = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	scriptName  = regexp.MustCompile(`^\{\{\s*([A-Za-z]+)\s*::\s*([A-Za-z]+)` +
		`\s*(?:\|\s*([A-Za-z]+)\s*\(\s*(?:"(` + extension + `)"|'(` + extension + `)'|(` + extension + `))\s*\)\s*)?\}\}$`)
)

// extension matches an allowed extension. It allows only few characters. The extension
// becomes part of a file name, and the name must not lead to another directory.
const extension = `\.[A-Za-z0-9][A-Za-z0-9._-]{0,31}`

// parseLauncher reads text by the grammar of [launcher]. Every error says what is wrong
// and wraps [errors.ExecutionException]: the service checks only the length of a
// launcher, and the agent finds all other mistakes.
func parseLauncher(text string) (launcher, error) {
	if strings.Contains(text, scriptMark) {
		return launcher{}, launcherError("it holds a NUL byte")
	}
	var l launcher
	var refused error
	found := 0
	marked := placeholder.ReplaceAllStringFunc(text, func(s string) string {
		m := scriptName.FindStringSubmatch(s)
		if m == nil || !strings.EqualFold(m[1], "ACS") || !strings.EqualFold(m[2], "ScriptFileName") || m[3] != "" && !strings.EqualFold(m[3], "Ext") {
			refused = launcherError(fmt.Sprintf("%.64q is not {{ACS::ScriptFileName}}", s))
			return s
		}
		found++
		l.ext = m[4] + m[5] + m[6]
		return scriptMark
	})
	if refused != nil {
		return launcher{}, refused
	}
	if found > 1 {
		return launcher{}, launcherError("it names the script file more than once")
	}
	words, closed := splitWords(marked)
	switch {
	case !closed:
		return launcher{}, launcherError("a quote is not closed")
	case len(words) == 0 || words[0] == "":
		return launcher{}, launcherError("it names no program")
	}
	if program, at := strings.CutPrefix(words[0], "@"); at {
		if !strings.HasPrefix(program, "@") {
			return launcher{}, launcherError(fmt.Sprintf("there is no plugin %.64q", program))
		}
		words[0] = program
	}
	if found == 0 {
		words = append(words, scriptMark)
	}
	l.words = words
	return l, nil
}

// command returns the program and its arguments for a script saved at path.
func (l launcher) command(path string) []string {
	argv := make([]string, len(l.words))
	for i, word := range l.words {
		argv[i] = strings.ReplaceAll(word, scriptMark, path)
	}
	return argv
}

// splitWords splits text at blanks outside quotes and removes the quotes. It reports
// false when a quote is not closed.
func splitWords(text string) (words []string, closed bool) {
	var word []byte
	var quote byte
	begun := false // true once a word has begun; a pair of quotes is a word even when it is empty
	for i := range len(text) {
		c := text[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word = append(word, c)
		case c == '"' || c == '\'':
			quote, begun = c, true
		case strings.IndexByte(" \t\r\n", c) < 0:
			word = append(word, c)
			begun = true
		case begun:
			words = append(words, string(word))
			word, begun = word[:0], false
		}
	}
	if begun {
		words = append(words, string(word))
	}
	return words, quote == 0
}

func launcherError(reason string) error {
	return fmt.Errorf("launcher: %s: %w", reason, errors.ExecutionException)
}
