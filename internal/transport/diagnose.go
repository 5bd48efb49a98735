package transport

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// The functions below say why a source of the default chain has no credential. The error texts of
// the library hold addresses and replies. So the functions read the environment and the files
// themselves. They use an error text only to recognize a message, a status or a documented code
// of the library.

const (
	envID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	envSecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET" //nolint:gosec // the name of a variable
)

func explainEnvironment(error) string {
	switch {
	case envSet(envID) && !envSet(envSecret):
		return "environment: " + envID + " is set but " + envSecret + " is not"
	case envSet(envSecret) && !envSet(envID):
		return "environment: " + envSecret + " is set but " + envID + " is not"
	}
	return ""
}

func explainOIDC(err error) string {
	file := "ALIBABA_CLOUD_OIDC_TOKEN_FILE"
	if envSet("ALIBABA_CLOUD_OIDC_TOKEN") {
		file = "ALIBABA_CLOUD_OIDC_TOKEN"
	}
	var missing []string
	for _, variable := range []string{"ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", file} {
		if !envSet(variable) {
			missing = append(missing, variable)
		}
	}
	switch {
	case !envSet("ALIBABA_CLOUD_OIDC_PROVIDER_ARN") && !envSet(file):
		return "" // the ARN of a role alone does not mean that OIDC is configured
	case len(missing) > 0:
		return "OIDC: " + strings.Join(missing, " and ") + " is not set"
	}
	if _, ok := asType[*fs.PathError](err); ok {
		return "OIDC: the file of " + file + " " + fileProblem(err)
	}
	return "OIDC: " + describeLibraryError(err)
}

func explainCLIProfile(err error) string {
	if strings.EqualFold(os.Getenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED"), "true") {
		return ""
	}
	file, path := profileFile("ALIBABA_CLOUD_CONFIG_FILE", ".aliyun", "config.json")
	text, failed := readFile(path)
	name := os.Getenv("ALIBABA_CLOUD_PROFILE")
	if failed != nil {
		if is(failed, fs.ErrNotExist) && name == "" && !envSet("ALIBABA_CLOUD_CONFIG_FILE") {
			return ""
		}
		if name != "" {
			file = profilePrefix(name) + file
		}
		return file + " " + fileProblem(failed)
	}
	var content struct {
		Current  string
		Profiles []struct{ Name, Mode string }
	}
	if json.Unmarshal(text, &content) != nil {
		return file + " is not a configuration in JSON"
	}
	if name == "" {
		name = content.Current
	}
	modes := map[string]string{}
	for _, p := range slices.Backward(content.Profiles) {
		modes[p.Name] = p.Mode
	}
	mode, found := modes[name]
	switch known := slices.Contains(cliModes, mode); {
	case !found:
		return profilePrefix(name) + file + ": not found"
	case !known:
		return profilePrefix(name) + file + ": its mode is unknown"
	default:
		return profilePrefix(name) + file + " (" + mode + "): " + describeLibraryError(err)
	}
}

// cliModes are the modes of profiles of the command line tool.
var cliModes = []string{"AK", "StsToken", "RamRoleArn", "EcsRamRole", "OIDC", "ChainableRamRoleArn", "CloudSSO", "OAuth", "External"}

func explainSDKProfile(err error) string {
	file, path := profileFile("ALIBABA_CLOUD_CREDENTIALS_FILE", ".alibabacloud", "credentials")
	if _, failed := readFile(path); failed != nil {
		if is(failed, fs.ErrNotExist) && !envSet("ALIBABA_CLOUD_CREDENTIALS_FILE") {
			return ""
		}
		return file + " " + fileProblem(failed)
	}
	name := os.Getenv("ALIBABA_CLOUD_PROFILE")
	if name == "" {
		name = "default"
	}
	return profilePrefix(name) + file + ": " + describeLibraryError(err)
}

func explainRAMRole(err error) string {
	if strings.EqualFold(os.Getenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED"), "true") {
		return ""
	}
	return "RAM role: " + describeLibraryError(err)
}

func explainURI(err error) string {
	if !envSet("ALIBABA_CLOUD_CREDENTIALS_URI") {
		return ""
	}
	return "credentials URI: " + describeLibraryError(err)
}

// profilePrefix is the beginning of a reason that names a profile.
func profilePrefix(name string) string {
	if name == "" {
		return "the current profile of "
	}
	if len(name) > 64 {
		name = bounded(name, 64) + "..."
	}
	return "profile " + strconv.Quote(name) + " of "
}

// profileFile returns the path of a file of profiles, and a name of the file for messages. The
// path is the value of the variable. When the variable is empty, it is a file in the home
// directory.
func profileFile(variable string, inHome ...string) (name, path string) {
	if path = os.Getenv(variable); path != "" {
		return "the file of " + variable, path
	}
	home, _ := os.UserHomeDir() // the error is ignored, because reading the file then fails, too
	return "~/" + strings.Join(inHome, "/"), filepath.Join(append([]string{home}, inHome...)...)
}

// readFile reads a file, up to 1 MiB.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the library reads the same file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, 1<<20))
}

func fileProblem(err error) string {
	switch {
	case is(err, fs.ErrNotExist):
		return "does not exist"
	case is(err, fs.ErrPermission):
		return "may not be read"
	}
	return "cannot be read"
}

// libraryMessages maps parts of error texts of the library, and of net/http, to reasons. When
// several parts match, the first one decides.
var libraryMessages = []struct{ part, means string }{
	{"Can not open file", "it cannot be parsed"},
	{"Can not load section", "not found"},
	{"Can not find credential type", "it has no type"},
	{"Failed to get credential", "its type is unknown"},
	{"Failed to get value", "it lacks a key"},
	{"Value can't be empty", "one of its keys is empty"},
	{"get source profile failed", "its source profile is not usable"},
	{"invalid site type", "its site type is neither CN nor INTL"},
	{"CloudSSO access token is empty or expired", "the login has expired, log in again with the command line tool"},
	{"process_command", "it has no command"},
	{"command process timed out", "its command took too long"},
	{"external command", "its command failed"},
	{"invalid credential response", "its command printed no credential"},
	{"invalid StsToken", "its command printed no credential"},
	{"is empty", "it lacks a key"},
	{"session duration", "the duration of the session is out of range"},
	{"Client.Timeout", "not reachable in time"},
	{"i/o timeout", "not reachable in time"},
	{"context deadline exceeded", "not reachable in time"},
	{"TLS handshake timeout", "not reachable in time"},
	{"connection refused", "not reachable"},
	{"no such host", "not reachable"},
	{"network is unreachable", "not reachable"},
	{"no route to host", "not reachable"},
	{"connection reset", "not reachable"},
	{"dial tcp", "not reachable"},
	{"failed to verify certificate", "its certificate is not trusted"},
	{": EOF", "the connection broke off"},
	{"nmarshal fail", "the answer is not JSON"},
	{"Code is not Success", "the answer reports a failure"},
	{"fail to get credentials", "the answer lacks a part of a credential"},
	{"refresh credentials from", "the answer lacks a part of a credential"},
	{"the provider panicked", "the answer lacks a part of a credential"},
	{"parsing time", "the answer has no readable end of validity"},
}

var statusPattern = regexp.MustCompile(`(?:httpStatus: |get role name failed: GET \S+ |status code: )([1-5][0-9][0-9])\b`)

var codePattern = regexp.MustCompile(`"Code"\s*:\s*"([A-Za-z0-9.]{1,64})"`)

// refusalMessages are parts of error texts of the library. An error text with such a part means that
// a server refused to give a credential. The text also holds the reply of that server.
var refusalMessages = []string{"get session token failed", "refresh session token failed", "session token from", "get credentials from", "refresh token"}

// describeLibraryError returns the reason for an error of the library, in words of this package.
func describeLibraryError(err error) string {
	text := bounded(textOf(err), maxMasked)
	if status := statusPattern.FindStringSubmatch(text); status != nil {
		if status[1] == "404" {
			return "the metadata service does not know the role (HTTP 404); check that a role is attached to the instance"
		}
		return "the metadata service answered with HTTP " + status[1]
	}
	if failed, ok := asType[*url.Error](err); ok && !isEndless(failed) && callForeign(failed.Timeout) {
		return "not reachable in time"
	}
	for _, s := range libraryMessages {
		if strings.Contains(text, s.part) {
			return s.means
		}
	}
	for _, part := range refusalMessages {
		if !strings.Contains(text, part) {
			continue
		}
		// A documented code is safe to show.
		if code := codePattern.FindStringSubmatch(text); code != nil && errors.Code(code[1]).Known() {
			return fmt.Sprintf("refused with %s", code[1])
		}
		return "refused"
	}
	return "the source returned no credential"
}
