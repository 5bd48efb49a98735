package validate

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// warnCodePage warns of characters in a Windows script that GBK lacks. On a Chinese Windows, an
// agent converts the script from UTF-8 to GBK. It ignores the error and runs an empty script.
// Agents convert with the same library.
func (c *Command) warnCodePage(warn warner) {
	if !c.windows() {
		return
	}
	const effect = "a Chinese Windows converts the script to GBK and then runs an empty one, which succeeds"
	script := bytes.TrimPrefix(c.Content, mark) // another warning is about the mark
	if at := firstOutsideGBK(string(script)); at >= 0 {
		r, size := utf8.DecodeRune(script[at:])
		if r == utf8.RuneError && size == 1 {
			warn("CommandContent", "is not UTF-8 from line %d; %s; save the script as UTF-8", lineOf(script, at), effect)
		} else {
			remedy := "remove it"
			if c.Type == "RunPowerShellScript" {
				remedy = fmt.Sprintf("write [char]::ConvertFromUtf32(0x%04X)", r)
			}
			warn("CommandContent", "has the character %U in line %d, which GBK lacks; %s; %s", r, lineOf(script, at), effect, remedy)
		}
	}
	if !c.EnableParameter {
		return
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(c.Parameters)) {
		if firstOutsideGBK(c.Parameters[name]) >= 0 {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		warn("Parameters", "has a character that GBK lacks in the value of %s; %s; remove it", nameList(names), effect)
	}
}

// firstOutsideGBK returns the offset of the first character of text that GBK lacks, or -1. Bytes
// that are not UTF-8 count as such a character.
func firstOutsideGBK(text string) int {
	if _, err := simplifiedchinese.GBK.NewEncoder().String(text); err == nil && utf8.ValidString(text) {
		return -1
	}
	encoder := simplifiedchinese.GBK.NewEncoder()
	for at, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		if _, err := encoder.String(string(r)); err != nil || r == utf8.RuneError {
			return at
		}
	}
	return -1
}
