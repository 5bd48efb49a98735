package runcommand_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/ecs-runcommand/runcommand-go/runcommand"
)

// textEncoded returns text in another encoding.
func textEncoded(tb testing.TB, e encoding.Encoding, text string) string {
	tb.Helper()
	encoded, err := e.NewEncoder().String(text)
	require.NoError(tb, err, "%q", text)
	return encoded
}

// textOf returns the text of an output. Text must not depend on Dropped.
func textOf(tb testing.TB, output string) string {
	tb.Helper()
	text := runcommand.Result{Output: []byte(output)}.Text()
	assert.Equal(tb, text, runcommand.Result{Output: []byte(output), Dropped: 9}.Text(), "Dropped does not matter")
	assert.True(tb, utf8.ValidString(text))
	return text
}

var textUTF16 = map[string]encoding.Encoding{
	"little endian":             unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"big endian":                unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"little endian with a mark": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"big endian with a mark":    unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
}

func TestEachLineIsDecodedByItself(t *testing.T) {
	t.Parallel()
	gbk := func(text string) string { return textEncoded(t, simplifiedchinese.GBK, text) }
	const chinese = "磁盘空间不足，正在清理\n"
	for _, tt := range []struct{ name, output, want string }{
		{"one broken byte in a line of ASCII", chinese + "a\xffb\n" + chinese, chinese + "a�b\n" + chinese},
		{"one broken byte in a line of Chinese", chinese + "磁盘\xff空间\n" + chinese, chinese + "磁盘�空间\n" + chinese},
		{"a binary file in a log", chinese + "\x7fELF\xf8\x01\x02\xf0\xfa\n" + chinese, chinese + "\x7fELF�\x01\x02�\n" + chinese},
		{"one line in GBK among UTF-8", chinese + gbk("拒绝访问。\r\n") + chinese, chinese + "拒绝访问。\r\n" + chinese},
		{"one line in UTF-8 among GBK", gbk(chinese) + chinese + gbk(chinese), chinese + chinese + chinese},
		{"a line in GBK that is UTF-8 by chance", gbk("磁盘空间不足\n目录\n"), "磁盘空间不足\nĿ¼\n"},
		{"one line in GBK among ASCII", "one\n" + gbk("拒绝访问。\n") + "two\n", "one\n拒绝访问。\ntwo\n"},
		{"a line in Korean among UTF-8", chinese + textEncoded(t, korean.EUCKR, "액세스가 거부되었습니다.\n"), chinese + "�׼��� �źεǾ���ϴ�.\n"},
		{"a cut at the end", chinese + "磁盘\xe7\xa9", chinese + "磁盘�"},
		{"a cut at the end of GBK", gbk("磁盘空间不足") + "\xd5", "磁盘空间不足�"},
		{"a cut in the middle", "磁盘\xe7\xa9\xe4\xb8\x8d足\n" + chinese, "磁盘�不足\n" + chinese},
		{"a cut in the middle of GBK", gbk("无法打开文件") + "\xca" + "\n" + gbk(chinese), "无法打开文件�\n" + chinese},
		{"an emoji", "\xff 🙂\n", "� 🙂\n"},
		{"a euro sign of code page 936", gbk("价格：") + "\x80" + gbk("一百\n"), "价格：€一百\n"},
		{"four bytes of GB18030", textEncoded(t, simplifiedchinese.GB18030, "错误：找不到文件 🙂\n"), "错误：找不到文件 🙂\n"},
		{"U+FFFD as a character", "a\ufffd\n\xff\n", "a\ufffd\n�\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := textOf(t, tt.output)
			if tt.name == "a line in Korean among UTF-8" {
				assert.Equal(t, strings.ToValidUTF8(tt.output, "�"), got)
				return
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestOutputsOfChineseWindowsAreDecoded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"卷", "错误", "成功", "文件", "拒绝访问。", "驱动器 C 中的卷没有标签。", "卷的序列号是 1234-ABCD", "C:\\用户\\张三\\桌面", "名称: 打印机",
		"'foo' 不是内部或外部命令，也不是可运行的程序\r\n或批处理文件。\r\n", "系统找不到指定的文件。", "命令成功完成。", "发生系统错误 5。",
		"服务名无效。\r\n\r\n请键入 NET HELPMSG 2185 以获得更多的帮助。\r\n", "正在 Ping 10.0.0.1 具有 32 字节的数据:\r\n请求超时。\r\n",
		"√ 通过", "├─docs\r\n│  a.txt\r\n└─src\r\n", "ａｂｃ", "－－－", "进程 1234 已终止", "空间：100%", "  12 个文件  1,024 字节\r\n   3 个目录 99 可用字节\r\n",
		"以太网适配器 本地连接:\r\n   子网掩码  . . : 255.255.255.0\r\n   默认网关. . . : 10.0.0.1\r\n", "系統找不到指定的檔案。", "用户 李鑫淼 已登录，上次登录 徐婧\r\n",
	} {
		assert.Equal(t, text, textOf(t, textEncoded(t, simplifiedchinese.GB18030, text)))
	}
}

func TestEncodingsThatCannotBeKnownStayAsTheyAre(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		encoding encoding.Encoding
		lines    []string
	}{
		"EUC-KR":        {korean.EUCKR, []string{"오류", "액세스가 거부되었습니다.", "파일을 찾을 수 없습니다", "디스크 공간이 부족합니다", "성공", "완료", "지정된 파일을 찾을 수 없습니다.", "한국어", "서비스", "네트워크 경로", "로그"}},
		"Shift_JIS":     {japanese.ShiftJIS, []string{"エラー", "アクセスが拒否されました。", "指定されたファイルが見つかりません。", "日本語", "成功", "ﾃｽﾄ", "ドライブ C のボリューム", "環境変数", "です"}},
		"EUC-JP":        {japanese.EUCJP, []string{"エラー", "アクセスが拒否されました。", "指定されたファイルが見つかりません。", "日本語", "成功しました"}},
		"Big5":          {traditionalchinese.Big5, []string{"系統找不到指定的檔案。", "存取被拒。", "磁碟", "錯誤", "目錄", "磁碟空間不足"}},
		"Windows-1252":  {charmap.Windows1252, []string{"für", "Größe", "été", "Zugriff verweigert – Größe der Datei ändern", "café", "naïve", "±5 °C", "créé à Paris", "£100", "Ärger über Öl", "Accès refusé.", "São João", "ßß", "ééé"}},
		"Windows-1251":  {charmap.Windows1251, []string{"Файл", "Отказано в доступе.", "не", "да", "Не удается найти указанный файл", "Ошибка", "диск"}},
		"code page 866": {charmap.CodePage866, []string{"Файл", "Отказано в доступе.", "Не удается найти указанный файл", "Ошибка"}},
		"code page 850": {charmap.CodePage850, []string{"für", "Größe", "Accès refusé"}},
		"Thai":          {charmap.Windows874, []string{"ไม่พบไฟล์", "การเข้าถึงถูกปฏิเสธ"}},
		"Greek":         {charmap.Windows1253, []string{"Δεν επιτρέπεται η πρόσβαση", "σφάλμα"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range append(tt.lines, strings.Join(tt.lines, "\r\n")) {
				output := textEncoded(t, tt.encoding, text+" ok\n")
				assert.Equal(t, strings.ToValidUTF8(output, "�"), textOf(t, output), text)
			}
		})
	}
}

// textLogs are outputs that are cut at every byte.
var textLogs = []string{
	"磁盘空间不足\n正在清理 /var/log\n完成，共释放 12 GB\n",
	"2026-01-02 错误: 连接超时\n2026-01-02 重试 1/3\nok\n",
	"error: 无法打开文件 /etc/x\nplain line\n用户 admin 登录失败\n",
	"你好，世界。这是一个比较长的句子，用来测试在任意字节处截断的日志是否还能读懂。\n后面还有一行中文。\nend\n",
	"café é à 10 °C\nnaïve\n", "Файл не найден\nготово\n", "エラーが発生しました\n完了\n", "파일이 없습니다\n완료\n", "🙂🙂 ok\n🎉\n",
}

func TestALogInUTF8CutAtAnyByteStaysReadable(t *testing.T) {
	t.Parallel()
	cuts := 0
	for _, log := range textLogs {
		for at := range len(log) {
			for _, part := range []string{log[at:], log[:at]} {
				assert.Equal(t, strings.ToValidUTF8(part, "�"), textOf(t, part), "%q", part)
				cuts++
			}
		}
	}
	t.Logf("%d cuts", cuts)
}

func TestALogInGBKCutAtAnyByteStaysReadableByLines(t *testing.T) {
	t.Parallel()
	for _, log := range textLogs[:4] {
		output := textEncoded(t, simplifiedchinese.GBK, log)
		_, outputRest, _ := strings.Cut(output, "\n")
		for at := range len(output) - len(outputRest) - 1 {
			first, rest, _ := strings.Cut(textOf(t, output[at:]), "\n")
			_, want, _ := strings.Cut(log, "\n")
			assert.Equal(t, want, rest, "the lines after the cut")
			if shown, cut := strings.CutPrefix(first, "�"); at < 8 { // some characters are left
				assert.Contains(t, log, shown, "%q", first)
				inside := true // whether the cut was within a character
				for text := log; text != ""; {
					inside = inside && len(textEncoded(t, simplifiedchinese.GBK, log[:len(log)-len(text)])) != at
					_, size := utf8.DecodeRuneInString(text)
					text = text[size:]
				}
				assert.Equal(t, inside, cut, "a cut within a character is visible: %q", first)
			}
		}
		for at := strings.IndexByte(output, '\n') + 1; at < len(output); at++ {
			text := textOf(t, output[:at])
			assert.True(t, strings.HasPrefix(text, log[:strings.IndexByte(log, '\n')+1]), "%q", text)
		}
	}
}

func TestUTF16IsRead(t *testing.T) {
	t.Parallel()
	const prompt = "C:\\>type 文件.txt\r\n"
	for name, e := range textUTF16 {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range append(textLogs, "OK\r\n", "Name  Value\r\n----  -----\r\n", "名称   状态\r\n上海   正在运行\r\n", "─┐ 完成\r\n") {
				output := textEncoded(t, e, text)
				assert.Equal(t, text, textOf(t, output))
				assert.Equal(t, prompt+text+prompt, textOf(t, prompt+output+prompt), "within other output")
				assert.Equal(t, prompt+text, textOf(t, textEncoded(t, simplifiedchinese.GBK, prompt)+output), "after GBK")
			}
			for _, log := range textLogs[:4] { // cut at any byte
				output := textEncoded(t, e, log)
				_, rest, _ := strings.Cut(log, "\n")
				for at := range len(output) - 2*len([]rune(rest)) - 8 {
					_, shown, _ := strings.Cut(textOf(t, output[at:]), "\n")
					assert.Equal(t, rest, shown, "%q from byte %d", log, at)
				}
			}
		})
	}
}

// textASCIIHanzi are outputs of Windows with Chinese characters. In UTF-16 nearly all of these
// characters have two bytes of ASCII, so that the whole output may be ASCII.
var textASCIIHanzi = []string{
	"Name State\r\nPath : C:\\用户\r\n",
	"Name  Value\r\n----  -----\r\n状态  是\r\n",
	"Name State\r\n服 值\r\n",
	"Status   Name               DisplayName\r\n------   ----               -----------\r\nRunning  Dhcp               用户服\r\n",
	"\r\n    Directory: C:\\用户\r\n\r\nMode          LastWriteTime   Length Name\r\n-a----  2026/1/2     3:04         12 值.txt\r\n",
	" Volume in drive C is 用户\r\n\r\n2026/01/02  03:04    <DIR>          用户\r\n2026/01/02  03:04                12 a.txt\r\n",
	"是\r\nName : 用户\r\n值 : 1\r\n",
	"a : 上上\r\nb : 上海上\r\n",
}

func TestChineseWithTwoBytesOfASCIIIsReadAsUTF16(t *testing.T) {
	t.Parallel()
	for name, e := range textUTF16 {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range textASCIIHanzi {
				output := textEncoded(t, e, text)
				assert.Equal(t, text, textOf(t, output))
				for _, other := range []string{"ok\r\n", "C:\\>type file.txt\r\n", "Next\n", "/f /q\n", "用户\n"} {
					assert.Equal(t, other+text, textOf(t, other+output), "after %q", other)
					assert.Equal(t, text+other, textOf(t, output+other), "before %q", other)
					assert.Equal(t, other+text+other, textOf(t, other+output+other), "within %q", other)
				}
				for _, other := range []string{"ok", "0", "\n", "C:\\>"} {
					assert.Equal(t, text+other, textOf(t, output+other), "before %q without a line end", other)
				}
			}
		})
	}
	for _, word := range []string{"用", "用户", "值", "是", "服", "上"} {
		for name, e := range textUTF16 {
			text := "Name : " + word + "\r\nState : " + word + word + "\r\n"
			assert.Equal(t, text, textOf(t, textEncoded(t, e, text)), name)
			text = word + " : Name\nOK\n"
			assert.Equal(t, text, textOf(t, textEncoded(t, e, text)), "%s, line ends of one character", name)
		}
	}
}

func TestUTF16CutAtAnyByteShowsHalfACharacterAsUnknown(t *testing.T) {
	t.Parallel()
	for name, e := range textUTF16 {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range textASCIIHanzi[:len(textASCIIHanzi)-1] { // one half of 上 is "\n"
				output, runes := textEncoded(t, e, text), []rune(text)
				mark := len(output) - 2*len(runes)
				firstLine := len([]rune(text[:strings.Index(text[4:], "\n")+5]))
				for at := mark + 1; at < len(output)-24; at++ {
					i := (at - mark) / 2
					want := []string{string(runes[i:])}
					if (at-mark)%2 == 1 {
						want[0] = "�" + string(runes[i+1:])
						if runes[i] < utf8.RuneSelf { // the lost byte was zero
							want = append(want, string(runes[i:]))
						}
						if strings.HasPrefix(output[at+1:], "\x00\r") { // may be the other byte order
							want = append(want, output[at:at+1]+string(runes[i+1:]))
						}
					}
					assert.Contains(t, want, textOf(t, output[at:]), "%q from byte %d", text, at)
				}
				for at := mark + 2*max(firstLine, 10); at < len(output); at++ {
					i := (at - mark) / 2
					want := []string{string(runes[:i])}
					if (at-mark)%2 == 1 {
						want[0] += "�"
						if runes[i-1] == '\n' || output[at-1] == '\n' { // may be a line of one character
							want = append(want, string(runes[:i])+output[at-1:at], "�"+string(runes[:i]))
						}
					}
					assert.Contains(t, want, textOf(t, output[:at]), "%q to byte %d", text, at)
				}
			}
		})
	}
}

func TestZeroBytesAreNotAlwaysUTF16(t *testing.T) {
	t.Parallel()
	for name, output := range map[string]string{
		"names with zeros between":  "./a/file.txt\x00./b/other file.txt\x00./中文.txt\x00",
		"short names":               "a\x00b\x00",
		"names of three letters":    "名称.txt\x00" + strings.Repeat("abc\x00", 40),
		"an environment":            "HOME=/root\x00PATH=/usr/bin:/bin\x00LANG=zh_CN.UTF-8\x00",
		"a command line":            "java\x00-jar\x00app.jar\x00",
		"zeros alone":               strings.Repeat("\x00", 40),
		"numbers of 32 bits":        "\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\n",
		"one zero in a line":        "abc\x00def\nghi\n",
		"a mark before other bytes": "\ufeffabc\n",
	} {
		assert.Equal(t, output, textOf(t, output), name)
	}
	up := textEncoded(t, textUTF16["little endian"], strings.Repeat("上上上\r\n", 9))
	assert.Equal(t, up, textOf(t, up), "ASCII is not lengthened, even when it may be Chinese")
	assert.Equal(t, "�abc\ndef\n", textOf(t, "\xff\xfeabc\ndef\n"), "a mark without UTF-16 after it")
}

// FuzzText checks what Text promises for every output.
func FuzzText(f *testing.F) {
	for _, log := range textLogs {
		f.Add([]byte(log), 3)
		f.Add([]byte(textEncoded(f, simplifiedchinese.GB18030, log)), 0)
		for _, e := range textUTF16 {
			f.Add([]byte(textEncoded(f, e, log)), 1)
		}
	}
	f.Add([]byte("a\x00b\x00c\x00\n\x00"), 0)
	f.Add([]byte{0xff, 0xfe, 0xd8, 0xdc, 0x00, 0x0a}, 0)
	f.Add([]byte("\x81\x30\x81\x30\x80\xff"), 0)
	f.Fuzz(func(t *testing.T, output []byte, dropped int) {
		before := string(output)
		text := runcommand.Result{Output: output, Dropped: dropped}.Text()
		assert.Equal(t, before, string(output), "the output is not changed")
		assert.True(t, utf8.ValidString(text))
		if strings.IndexFunc(before, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
			assert.LessOrEqual(t, len(text), len(output), "ASCII is not lengthened")
		}
		if strings.Contains(before, "\x00") || strings.Contains(before, "\xff\xfe") || strings.Contains(before, "\xfe\xff") {
			return // may be UTF-16
		}
		lines, shown := strings.SplitAfter(before, "\n"), strings.SplitAfter(text, "\n")
		if assert.Len(t, shown, len(lines)) {
			for i, line := range lines {
				if utf8.ValidString(line) {
					assert.Equal(t, line, shown[i])
				}
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	line := "2026-01-02 03:04:05 错误: 无法打开文件 /etc/nginx/nginx.conf\n"
	for name, output := range map[string]string{
		"UTF-8":     line,
		"UTF-8 cut": "\x98" + line,
		"GBK":       textEncoded(b, simplifiedchinese.GBK, line),
		"UTF-16":    textEncoded(b, textUTF16["little endian"], line),
	} {
		whole := []byte(strings.Repeat(output, 24<<10/len(output)))
		b.Run(fmt.Sprintf("24 KB of %s", name), func(b *testing.B) {
			b.SetBytes(int64(len(whole)))
			b.ReportAllocs()
			for b.Loop() {
				_ = runcommand.Result{Output: whole}.Text()
			}
		})
	}
}
