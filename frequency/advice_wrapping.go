package frequency

import (
	"net/url"
	"strings"
)

// wrapping removes what stands around an expression in the file or page that it was copied from:
// quotes, brackets, a key, markup, a final full stop.
//
//	cron: "0 0 9 * * ?"             0 0 9 * * ?
//	<code>0 0 9 * * ?</code>        0 0 9 * * ?
//	[0 0 9 * * ?]                   0 0 9 * * ?
//	0 0 9 * * ?.                    0 0 9 * * ?
//	cron.schedule("0 0 9 * * ?")    0 0 9 * * ?
func (a *adviser) wrapping(text string, _ *ParseError) (correction, bool) {
	for _, unwrap := range [...]func(string) (string, int, message){
		unescape, cutMarkup, cutKey, cutQuotes, cutBrackets, cutEnd, cutCall,
	} {
		if inner, at, why := unwrap(text); inner != text {
			return correction{at: at, why: why, text: inner}, true
		}
	}
	return a.severalExpressions(text)
}

// htmlEscapes and backslashes undo the escapes that occur in expressions.
var (
	htmlEscapes = strings.NewReplacer("&nbsp;", " ", "&ast;", "*", "&#42;", "*", "&#x2a;", "*", "&#x2A;", "*", "&#63;", "?", "&#x3F;", "?",
		"&quest;", "?", "&#44;", ",", "&comma;", ",", "&sol;", "/", "&#47;", "/", "&num;", "#", "&#35;", "#", "&quot;", "\"", "&#34;", "\"",
		"&#39;", "'", "&apos;", "'", "&lpar;", "(", "&rpar;", ")", "&#40;", "(", "&#41;", ")", "&#160;", " ", "&ensp;", " ", "&emsp;", " ",
		"&thinsp;", " ", "&ndash;", "-", "&mdash;", "-", "&minus;", "-", "&hyphen;", "-", "&colon;", ":", "&#58;", ":", "&zwnj;", "", "&shy;", "")
	backslashes = strings.NewReplacer("\\*", "*", "\\?", "?", "\\-", "-", "\\_", "_", "\\#", "#", "\\/", "/", "\\,", ",", "\\(", "(", "\\)", ")",
		"\\\"", "\"", "\\'", "'", "\\n", " ", "\\t", " ", "\\r", " ")
)

// unescape undoes the escapes of HTML, Markdown and URLs.
//
//	0 0 9 \* \* ?      0 0 9 * * ?
//	0 0 9 &#42; * ?    0 0 9 * * ?
//	0+0+9+*+*+?        0 0 9 * * ?
func unescape(text string) (string, int, message) {
	if plain := htmlEscapes.Replace(text); plain != text {
		return plain, strings.IndexByte(text, '&'), message{"an expression has no HTML escapes", "表达式中不能有 HTML 转义"}
	}
	if i := strings.IndexByte(text, '\\'); i >= 0 {
		if plain := backslashes.Replace(text); plain != text {
			return plain, i, message{"an expression has no backslashes", "表达式中不能有反斜线"}
		}
		if i > 0 && i+1 < len(text) && isDigit(text[i+1]) && !isLetter(text[i-1]) {
			return strings.ReplaceAll(text, "\\", "/"), i, message{"a step has a slash, not a backslash", "步长应使用斜线，不能使用反斜线"}
		}
	}
	if strings.Contains(text, " ") {
		return text, 0, message{}
	}
	if i := strings.IndexAny(text, "%+"); i >= 0 && (strings.Count(text, "+") > 3 || strings.Contains(text, "%2")) {
		if plain, err := url.QueryUnescape(text); err == nil {
			return plain, i, message{"an expression has no URL escapes", "表达式中不能有 URL 转义"}
		}
	}
	return text, 0, message{}
}

// cutMarkup removes the tags of HTML that stand around the expression.
func cutMarkup(text string) (string, int, message) {
	if len(text) < 3 || text[0] != '<' || !isLetter(text[1]) {
		return text, 0, message{}
	}
	open := strings.IndexByte(text, '>')
	if open < 0 {
		return text, 0, message{}
	}
	inner := text[open+1:]
	if end := strings.LastIndex(inner, "</"); end >= 0 {
		inner = inner[:end]
	}
	if inner == "" {
		return text, 0, message{}
	}
	return inner, 0, message{"an expression has no markup around it", "表达式两侧不能有标记"}
}

// quotes are the quotes that stand around expressions in files.
const quotes = "\"'`"

// cutQuotes removes quotes at both ends or at one end.
func cutQuotes(text string) (string, int, message) {
	inner := strings.Trim(text, quotes)
	if inner == text || inner == "" {
		return text, 0, message{}
	}
	at := 0
	if strings.IndexByte(quotes, text[0]) < 0 {
		at = len(inner)
	}
	return inner, at, message{"an expression has no quotes around it", "表达式两侧不能有引号"}
}

// cutBrackets removes a pair of brackets.
func cutBrackets(text string) (string, int, message) {
	for _, pair := range [...]string{"()", "[]", "{}", "<>"} {
		if len(text) > 2 && text[0] == pair[0] && text[len(text)-1] == pair[1] {
			return text[1 : len(text)-1], 0, message{"an expression has no brackets around it", "表达式两侧不能有括号"}
		}
	}
	return text, 0, message{}
}

// cutEnd removes a punctuation mark at the end.
func cutEnd(text string) (string, int, message) {
	inner := strings.TrimRight(text, ";.,!")
	if inner == text || inner == "" {
		return text, 0, message{}
	}
	return inner, len(inner), format("nothing may follow the expression, not even %q", "表达式之后不能有任何内容，也不能有 %q", text[len(inner)])
}

// cutKey removes the key of a configuration file, as in cron: or --schedule=.
func cutKey(text string) (string, int, message) {
	end := 0
	for end < len(text) && (isLetter(text[end]) || strings.IndexByte("-_.\"'@ ", text[end]) >= 0) {
		end++
	}
	if end == 0 || end >= len(text) {
		return text, 0, message{}
	}
	key := strings.ToLower(strings.Trim(text[:end], " -\"'@"))
	rest := strings.Trim(text[end+1:], blanks)
	switch {
	case key == "" || rest == "" || strings.HasSuffix(key, "tz") || strings.HasSuffix(key, "timezone"):
		return text, 0, message{}
	case text[end] == '=' || text[end] == ':' && !strings.Contains(key, " "):
		if text[end] == '=' && rest[0] == '=' {
			rest = rest[1:]
		}
		return rest, 0, message{"an expression has no key in front", "表达式前面不能有键名"}
	}
	if first, inner, _ := strings.Cut(text, " "); isKeyword(first) && inner != "" {
		return inner, 0, message{"an expression has no word in front", "表达式前面不能有其他单词"}
	}
	return text, 0, message{}
}

// isKeyword reports whether a word in front of an expression only says that a schedule follows.
func isKeyword(word string) bool {
	switch strings.ToLower(strings.Trim(word, ":-")) {
	case "cron", "crontab", "schedule", "frequency", "oncalendar", "expression", "cronexpression", "run", "execute":
		return true
	}
	return false
}

// cutCall removes the call that stands around an expression in a program, as in @Scheduled(...).
func cutCall(text string) (string, int, message) {
	open := strings.IndexByte(text, '(')
	if open < 1 || text[len(text)-1] != ')' {
		return text, 0, message{}
	}
	name := strings.ToLower(strings.Trim(text[:open], " @"))
	if name == "rate" || name == "at" || name == "cron" || name == "h" {
		return text, 0, message{}
	}
	for i := range len(name) {
		if !isLetter(name[i]) && name[i] != '.' && name[i] != ' ' && name[i] != '_' {
			return text, 0, message{}
		}
	}
	inner := strings.Trim(text[open+1:len(text)-1], blanks)
	if inner == "" {
		return text, 0, message{}
	}
	if end := strings.Index(inner, "\","); end > 0 { // further arguments, such as a zone
		inner = inner[:end+1] + strings.Replace(inner[end+2:], "zone", "TZ", 1)
		if before, zone, found := strings.Cut(inner, "TZ"); found {
			inner = "TZ=" + strings.Trim(zone, " =\"") + " " + strings.Trim(before[strings.IndexByte(before, '"')+1:], " \"")
		}
	}
	return inner, 0, message{"an expression has no call around it", "表达式外面不能有函数调用"}
}

// cutForm returns what stands in the parentheses of name(...) and what follows them. The result ok
// is false for a text of another form.
func cutForm(text, name string) (inner, after string, ok bool) {
	p := parser{expr: text, end: len(text)}
	if !p.opens(name) {
		return "", "", false
	}
	inner = text[strings.IndexByte(text, '(')+1:]
	if end := strings.LastIndexByte(inner, ')'); end >= 0 {
		inner, after = inner[:end], strings.Trim(inner[end+1:], " ;.,)")
	}
	return inner, after, true
}

// severalExpressions refuses two or more expressions at once.
func (a *adviser) severalExpressions(text string) (correction, bool) {
	for _, separator := range [...]string{"\n", ";", "||", "|", "&&"} {
		first, second, found := strings.Cut(text, separator)
		if found && a.complete(strings.Trim(first, blanks)) != "" && a.complete(strings.Trim(second, blanks)) != "" {
			return correction{
				at:  len(first),
				why: message{"a schedule is a single expression; send one command for each", "每个定时任务只能有一个表达式；请为每个表达式各执行一次命令"},
			}, true
		}
	}
	return correction{}, false
}
