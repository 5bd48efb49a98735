package programtest

import (
	"fmt"
	"strings"
)

// words divides the arguments of a command as sh does. It knows blanks and single quotes.
func words(line string) (args []string, err error) {
	var word strings.Builder
	quoted, begun := false, false
	for _, r := range line {
		switch {
		case r == '\'':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			if begun {
				args = append(args, word.String())
			}
			word.Reset()
			begun = false
		case !quoted && strings.ContainsRune("\"\\$`|;&<>*?()#~", r):
			return nil, fmt.Errorf("the command has %q outside of single quotes", r)
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote in %s does not end", line)
	}
	if begun {
		args = append(args, word.String())
	}
	return args, nil
}
