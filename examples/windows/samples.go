package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ecs-runcommand/runcommand-go/examples/internal/program"
	"github.com/ecs-runcommand/runcommand-go/runcommand"
	"github.com/ecs-runcommand/runcommand-go/runcommand/runcommandtest"
)

const localInstance = "i-windows1"

// samples are scripts, and what a Chinese Windows prints for them.
var samples = []struct {
	kind, script, encoding, output string
}{
	{
		"powershell", "Get-Service Spooler | Select-Object -Expand DisplayName", "GBK",
		"\xb4\xf2\xd3\xa1\xba\xf3\xcc\xa8\xb3\xcc\xd0\xf2\r\n",
	},
	{
		"bat", "dir C:\\none", "GBK",
		" \xc7\xfd\xb6\xaf\xc6\xf7 C \xd6\xd0\xb5\xc4\xbe\xed\xc3\xbb\xd3\xd0\xb1\xea\xc7\xa9\xa1\xa3\r\n\xd5\xd2\xb2\xbb\xb5\xbd\xce\xc4\xbc\xfe\r\n",
	},
	{
		"powershell", "wsl --status", "UTF-16",
		inUTF16("默认版本: 2\r\n"),
	},
	{
		"powershell", "[Console]::OutputEncoding = [Text.Encoding]::UTF8; hostname", "UTF-8",
		"网站一号\r\n",
	},
}

// inUTF16 returns a text in UTF-16, the lower byte first, without a mark. It takes no
// characters above U+FFFF.
func inUTF16(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// localService returns a local service with a Windows instance. It prints the outputs of
// the samples, and any other script as it is.
func localService() *runcommandtest.Server {
	server := runcommandtest.NewServer()
	server.AddInstance(runcommandtest.Instance{ID: localInstance, OS: runcommandtest.Windows})
	server.Handle(func(_ context.Context, x runcommandtest.Exec) runcommandtest.Outcome {
		for _, s := range samples {
			if s.script == string(x.Script) {
				return runcommandtest.Outcome{Output: []byte(s.output)}
			}
		}
		return runcommandtest.Outcome{Output: fmt.Appendf(nil, "%s would run: %s\r\n", x.Type, x.Script)}
	})
	return server
}

// runSamples runs the samples, and prints the bytes that the instance sent beside the text.
func (o *options) runSamples(ctx context.Context, client *runcommand.Client, stdout io.Writer) error {
	rows := [][]string{{"TYPE", "SCRIPT", "ENCODING", "FIRST BYTES", "TEXT"}}
	for _, s := range samples {
		result, err := client.RunOn(ctx, localInstance, builders[s.kind](s.script).Name("windows"))
		if err != nil {
			return err
		}
		rows = append(rows, []string{
			s.kind, program.Wrap(s.script, 40), s.encoding,
			fmt.Sprintf("% x", result.Output[:8]),
			strings.TrimSpace(strings.ReplaceAll(result.Text(), "\r\n", "\n")),
		})
	}
	program.PrintTable(stdout, rows)
	fmt.Fprintln(stdout, "\nResult.Text decodes each of these, and Result.Output has the bytes. A script itself must be\nUTF-8. Notepad's \"Unicode\" and the > of Windows PowerShell write UTF-16. Request.Warnings:")
	req, err := runcommand.PowerShell(inUTF16("Get-Date\r\n")).Instances(localInstance).Build()
	if err != nil {
		return err
	}
	for _, warning := range req.Warnings(time.Now()) {
		fmt.Fprintf(stdout, "  %v\n", warning)
	}
	return nil
}
