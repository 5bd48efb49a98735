package validate

// The classes of ASCII characters that regions, container names and parameter names
// are made of.

func isLower(b byte) bool  { return 'a' <= b && b <= 'z' }
func isUpper(b byte) bool  { return 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return isLower(b) || isUpper(b) }
