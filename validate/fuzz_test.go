package validate_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/ecs-runcommand/runcommand-go/errors"
	"github.com/ecs-runcommand/runcommand-go/validate"
)

// FuzzContainer compares the checks of container ids and names with regular expressions. An accepted
// id must also be accepted in its other spellings.
func FuzzContainer(f *testing.F) {
	f.Add(fullID, "web")
	f.Add("docker://"+fullID, "/web.1")
	f.Add("DOCKER://"+fullID, "-web")
	f.Add(fullID[:12], "a/b")
	f.Add("cri-o://"+strings.ToUpper(fullID), "中")
	id := regexp.MustCompile(`\A((docker|containerd|cri-o)://)?[0-9a-fA-F]{64}\z`)
	name := regexp.MustCompile(`\A/?[A-Za-z0-9][A-Za-z0-9_.-]*\z`)
	f.Fuzz(func(t *testing.T, containerID, containerName string) {
		check := func(containerID, containerName string) []string {
			c := byID()
			c.ContainerID, c.ContainerName = containerID, containerName
			return found(validate.Limits{}.Check(c))
		}
		list := check(containerID, containerName)
		assert.Equal(t, containerID != "" && !id.MatchString(containerID), contains(list, "ContainerId"))
		legal := name.MatchString(containerName) && len(strings.TrimPrefix(containerName, "/")) <= 255
		assert.Equal(t, containerName != "" && !legal, contains(list, "ContainerName"))
		if containerID != "" && !contains(list, "ContainerId") {
			digits := containerID[len(containerID)-64:]
			assert.Empty(t, check(strings.ToUpper(digits), ""), "round trip")
			assert.Empty(t, check("containerd://"+digits, ""), "round trip")
		}
	})
}

// FuzzTags compares the rules of tags with a second implementation. An accepted tag must also be
// accepted beside another tag and as a resource tag.
func FuzzTags(f *testing.F) {
	f.Add("key", "value")
	f.Add("", "http://")
	f.Add("aliyun", "acs:")
	f.Add("acs:x", strings.Repeat("中", 129))
	f.Add(strings.Repeat("🦉", 64), "https:/")
	f.Add("\xff", "\xff")
	bad := regexp.MustCompile(`https?://`)
	f.Fuzz(func(t *testing.T, key, value string) {
		check := func(tags, resourceTags []validate.Tag) []string {
			c := byID()
			c.Tags = tags
			if resourceTags != nil {
				c.InstanceIDs, c.ResourceTags = nil, resourceTags
			}
			return found(validate.Limits{}.Check(c))
		}
		var want []string
		switch {
		case key == "":
			want = append(want, "Tag.1.Key "+string(errors.MissingParameterTagKey))
		case utf8.RuneCountInString(key) > 64, strings.HasPrefix(key, "aliyun"), strings.HasPrefix(key, "acs:"), bad.MatchString(key):
			want = append(want, "Tag.1.Key "+string(errors.InvalidTagKeyMalformed))
		}
		if utf8.RuneCountInString(value) > 128 || bad.MatchString(value) {
			want = append(want, "Tag.1.Value "+string(errors.InvalidTagValueMalformed))
		}
		if !utf8.ValidString(key) {
			want = append(want, "Tag.1.Key "+string(errors.InvalidTagKeyMalformed))
		}
		if !utf8.ValidString(value) {
			want = append(want, "Tag.1.Value "+string(errors.InvalidTagValueMalformed))
		}
		tag := validate.Tag{Key: key, Value: value}
		assert.ElementsMatch(t, want, check([]validate.Tag{tag}, nil))
		if len(want) > 0 {
			return
		}
		other := validate.Tag{Key: "k" + string('0'+rune(len(key)%10))} // this key is rarely equal to the parameter key
		if other.Key == key {
			return
		}
		assert.Empty(t, check([]validate.Tag{other, tag}, nil), "round trip")
		assert.Empty(t, check(nil, []validate.Tag{tag}), "round trip as a resource tag")
		assert.Equal(t, []string{"Tag.2.Key " + string(errors.DuplicateTagKey)}, check([]validate.Tag{tag, tag}, nil))
	})
}

// contains reports whether list has an entry "Field Code" for this field.
func contains(list []string, field string) bool {
	for _, entry := range list {
		if strings.HasPrefix(entry, field+" ") {
			return true
		}
	}
	return false
}
