package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// secretVariable is the environment variable that can hold the secret. It is not the
// variable of the SDKs, because that one may hold the secret of a real account.
const secretVariable = "RUNCOMMAND_EMULATOR_SECRET"

// maxSecret is the length of the longest secret, in bytes.
const maxSecret = 1024

// chooseSecret sets the secret: that of the flag -secret, of the file of -secret-file, of the environment
// variable, or a new one. Every user of a machine can read the arguments of its programs. So a secret of a
// team belongs into a file or into the environment.
func (o *options) chooseSecret(flags *flag.FlagSet) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case given["secret"] && given["secret-file"]:
		return errors.New("-secret and -secret-file are both given; use one of them")
	case given["secret-file"]:
		secret, err := readSecret(o.secretFile)
		file := o.secretFile
		if absolute, err := filepath.Abs(file); err == nil {
			file = absolute // the line may be pasted in another directory
		}
		o.secret, o.secretShown = secret, `"$(tr -d '\r\n' <`+quote(file)+`)"`
		return err
	case given["secret"] && o.secret != "":
		if !needsNoQuotes(o.secret) {
			return errors.New("-secret may have letters, digits and . _ - only, so that its line can be pasted")
		}
	case !given["secret"] && os.Getenv(secretVariable) != "":
		o.secret, o.secretShown = os.Getenv(secretVariable), `"$`+secretVariable+`"`
		return checkSecret(secretVariable, o.secret)
	default:
		o.secret = rand.Text()
	}
	o.secretShown = o.secret
	return nil
}

// readSecret returns the content of a file without the line break at its end.
func readSecret(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("-secret-file: %w", err)
	}
	defer func() { _ = f.Close() }() // the error is ignored: the file was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+3))
	if err != nil {
		return "", fmt.Errorf("-secret-file: %w", err)
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	return secret, checkSecret("-secret-file "+name, secret)
}

// checkSecret checks a secret that the program does not print. The parameter source says where it is from.
func checkSecret(source, secret string) error {
	switch {
	case secret == "":
		return fmt.Errorf("%s holds no secret", source)
	case len(secret) > maxSecret:
		return fmt.Errorf("%s holds more than the %d bytes that a secret may have", source, maxSecret)
	case strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }):
		return fmt.Errorf("%s holds a secret with blanks, line breaks, or characters outside of ASCII", source)
	}
	return nil
}

// quote returns s in quotes of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
