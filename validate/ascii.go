package validate

// The functions of this file recognise classes of ASCII characters. Regions, container
// names and parameter names consist of such characters. Package unicode would also accept
// letters and digits of other scripts, which the service refuses.

func isLower(b byte) bool  { return 'a' <= b && b <= 'z' }
func isUpper(b byte) bool  { return 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return isLower(b) || isUpper(b) }
