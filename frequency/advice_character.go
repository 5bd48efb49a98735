package frequency

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// characterKind is a group of characters that look like those of the grammar or cannot be seen.
// They come from input methods, word processors and web pages.
type characterKind struct {
	runes string  // the characters of this kind
	ascii string  // what each of them is replaced by; one byte for all, or one byte for each
	name  message // what they are
}

// foreignCharacters lists the kinds. Full-width forms of ASCII and digits of other scripts are not
// in the list, since they are computed.
var foreignCharacters = []characterKind{
	{"\u3000", " ", message{"a full-width blank", "全角空格"}},
	{"\u00a0\u202f\u2007", " ", message{"a no-break blank", "不间断空格"}},
	{"\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f", " ", message{"a typographic blank", "排版空格"}},
	{"\u0085\u2028\u2029", " ", message{"a line separator", "行分隔符"}},
	{"\u200b\u200c\u200d\u2060\u180e", "", message{"a zero-width character", "零宽字符"}},
	{"\ufeff", "", message{"a byte-order mark", "字节顺序标记（BOM）"}},
	{"\u00ad", "", message{"a soft hyphen", "软连字符"}},
	{"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "", message{"a mark of the writing direction", "书写方向标记"}},
	{"\ufe0e\ufe0f\u20e3", "", message{"a variation mark", "变体选择符"}},
	{"\u2010\u2011\u2043\ufe63", "-", message{"a typographic hyphen", "排版连字符"}},
	{"\u2012\u2013\u2014\u2015\u2500\u2e3a\ufe58\u30fc\uff70", "-", message{"a dash", "破折号"}},
	{"\u2212\u2796", "-", message{"a mathematical minus", "数学减号"}},
	{"\uff5e\u301c\u223c\u2025\u2026\u22ef", "-", message{"a sign that ranges do not have", "范围不使用的符号"}},
	{"\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d\u300e\u300f\u300a\u300b\u3008\u3009\u2033\uff02", "\"", message{"a typographic quote", "排版引号"}},
	{"\u2018\u2019\u201b\u2039\u203a\u2032\u02bc\u00b4\uff07", "'", message{"a typographic quote", "排版引号"}},
	{"\u3001\ufe51\uff64", ",", message{"a Chinese enumeration comma", "顿号"}},
	{"\u060c\ufe50\u201a", ",", message{"a character that only looks like a comma", "形似逗号的字符"}},
	{"\u3002\uff61\ufe52", ".", message{"a Chinese full stop", "句号"}},
	{"\u2217\u204e\u2731\u2736\u066d\u22c6\u2605\u2606\u2022\u00d7\u00b7\u25cf\ufe61", "*", message{"a character that only looks like *", "形似 * 的字符"}},
	{"\u2044\u2215\u29f8\u00f7\u2571", "/", message{"a character that only looks like /", "形似 / 的字符"}},
	{"\ufe56\u2753\u061f", "?", message{"a character that only looks like ?", "形似 ? 的字符"}},
	{"\ufe5f\u266f", "#", message{"a character that only looks like #", "形似 # 的字符"}},
	{"\u2236\ufe55\ua789\u02d0", ":", message{"a character that only looks like :", "形似 : 的字符"}},
	{"\ufe62\u2795", "+", message{"a character that only looks like +", "形似 + 的字符"}},
	{"\u3010\u3014\ufe5d\u2772", "[", message{"a foreign bracket", "非半角括号"}},
	{"\u3011\u3015\ufe5e\u2773", "]", message{"a foreign bracket", "非半角括号"}},
	{"\ufe59\u207d", "(", message{"a foreign parenthesis", "非半角括号"}},
	{"\ufe5a\u207e", ")", message{"a foreign parenthesis", "非半角括号"}},
	{"\ufe54\u061b", ";", message{"a foreign semicolon", "非半角分号"}},
	{"АВСЕНКМОРТХІЅЈЅасеорхуіѕј", "ABCEHKMOPTXISJSaceopxyisj", message{"a Cyrillic letter", "西里尔字母"}},
	{"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", message{"a Greek letter", "希腊字母"}},
}

// asciiOf returns what a character of another writing stands for, and what the character is. The
// result ok is false for a character that stands for nothing in the grammar.
func asciiOf(r rune) (ascii string, name message, ok bool) {
	switch {
	case r >= '\uff01' && r <= '\uff5d':
		return string(r - 0xfee0), message{"a full-width character", "全角字符"}, true
	case r < ' ' && !isSpace(byte(r)) || r == 0x7f:
		return "", message{"a control character", "控制字符"}, true
	case r < utf8.RuneSelf:
		return "", message{}, false
	case unicode.Is(unicode.Nd, r):
		digit := rune(0)
		for unicode.Is(unicode.Nd, r-digit-1) {
			digit++
		}
		return string('0' + digit%10), message{"a digit of another script", "其他文字的数字"}, true
	}
	for _, c := range foreignCharacters {
		at := 0
		for _, known := range c.runes {
			switch {
			case known != r:
				at++
			case len(c.ascii) > 1:
				return c.ascii[at : at+1], c.name, true
			default:
				return c.ascii, c.name, true
			}
		}
	}
	return "", message{}, false
}

// characters replaces all characters that only look like those of the grammar. It names the first.
//
//	０ 0 9 * * ?       0 0 9 * * ?
//	0 0 9 * * ？       0 0 9 * * ?
//	0 0 9 ? * 1–5      0 0 9 ? * 1-5
//	0 0 9，18 * * ?    0 0 9,18 * * ?
func (a *adviser) characters(text string, err *ParseError) (correction, bool) {
	var b strings.Builder
	c := correction{at: -1}
	begins := false // the first such character can begin a field
	for i, r := range text {
		ascii, name, ok := asciiOf(r)
		if !ok {
			b.WriteString(text[i : i+runeLength(text[i:])])
			continue
		}
		if c.at < 0 {
			c.at = i
			begins = ascii != "" && isFieldStart(ascii)
			c.why, c.hint = nameCharacter(r, name, ascii)
		}
		b.WriteString(ascii)
	}
	if c.at < 0 {
		return c, false
	}
	c.text = b.String()
	if c.at == err.Offset && (c.at > 0 || begins) {
		c.field = err.Field
	}
	return c, true
}

// runeLength returns the number of bytes of the first character, which may be invalid.
func runeLength(s string) int {
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// nameCharacter says which character is wrong, and what to write for it.
func nameCharacter(r rune, name message, ascii string) (why, hint message) {
	code := fmt.Sprintf("U+%04X", r)
	if unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) {
		why = message{fmt.Sprintf("\"%c\" (%s) is %s", r, code, name.en), fmt.Sprintf("“%c”（%s）是%s", r, code, name.zh)}
	} else {
		why = message{code + " is " + name.en, code + " 是" + name.zh}
	}
	switch ascii {
	case "":
		hint = message{"; remove it", "；请删除"}
	case " ":
		hint = message{"; write an ordinary blank", "；请改为半角空格"}
	default:
		hint = format("; write %s", "；请写 %s", ascii)
	}
	return why, hint
}

// encoding reads text that is not UTF-8: full-width characters in the encoding GBK.
func (a *adviser) encoding(text string, err *ParseError) (correction, bool) {
	if utf8.ValidString(text) {
		return correction{}, false
	}
	at := 0
	for at < len(text) && (text[at] < utf8.RuneSelf || runeLength(text[at:]) > 1) {
		at++
	}
	c := correction{
		at:   at,
		why:  message{"the expression is not UTF-8 text", "表达式不是 UTF-8 文本"},
		hint: message{"; write it in ASCII characters", "；请只使用半角的 ASCII 字符"},
	}
	var b []byte
	for i := 0; i < len(text); i++ {
		switch {
		case i+1 < len(text) && text[i] == 0xa3 && text[i+1] > 0xa0:
			b = append(b, text[i+1]-0x80)
			i++
		case i+1 < len(text) && text[i] == 0xa1 && text[i+1] == 0xa1:
			b = append(b, ' ')
			i++
		default:
			b = append(b, text[i])
		}
	}
	if at == err.Offset {
		c.field = err.Field
	}
	if utf8.Valid(b) {
		c.text = string(b)
	}
	return c, true
}
