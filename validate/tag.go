package validate

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// tagCodes holds the wire name and the error codes of labels or of resource tags. Labels and
// resource tags have the same rules.
type tagCodes struct {
	field                              string
	noKey, badKey, badValue, duplicate errors.Code
}

// The codes of the two lists of tags.
var (
	labelCodes = tagCodes{
		field:     "Tag",
		noKey:     errors.MissingParameterTagKey,
		badKey:    errors.InvalidTagKeyMalformed,
		badValue:  errors.InvalidTagValueMalformed,
		duplicate: errors.DuplicateTagKey,
	}
	resourceTagCodes = tagCodes{
		field:     "ResourceTag",
		noKey:     errors.MissingParameterResourceTagKey,
		badKey:    errors.InvalidResourceTagKeyMalformed,
		badValue:  errors.InvalidResourceTagValueMalformed,
		duplicate: errors.DuplicateResourceTagKey,
	}
)

// tags checks the resource tags and the labels. The numbers of both are checked by counts.
func (c *checker) tags() {
	c.tagList(c.ResourceTags, c.limits.ResourceTags, resourceTagCodes)
	c.tagList(c.Tags, c.limits.Tags, labelCodes)
}

// tagList checks the first tags, up to the limit on their number. The tags beyond the limit need no
// check: a command with too many tags is refused anyway.
func (c *checker) tagList(tags []Tag, limit int, codes tagCodes) {
	seen := make(map[string]bool, min(len(tags), limit))
	for i, tag := range tags[:min(len(tags), limit)] {
		switch message := c.tagKeyMessage(tag.Key); {
		case tag.Key == "":
			c.report(codes.entry(i, "Key"), codes.noKey, "is missing")
		case message != "":
			c.report(codes.entry(i, "Key"), codes.badKey, "%s", message)
		}
		if !utf8.ValidString(tag.Key) {
			c.encoding(codes.entry(i, "Key"), tag.Key, codes.badKey)
		}
		if message := c.tagValueMessage(tag.Value); message != "" {
			c.report(codes.entry(i, "Value"), codes.badValue, "%s", message)
		}
		if !utf8.ValidString(tag.Value) {
			c.encoding(codes.entry(i, "Value"), tag.Value, codes.badValue)
		}
		if tag.Key != "" && seen[tag.Key] {
			c.report(codes.entry(i, "Key"), codes.duplicate, "is the key of an earlier tag too")
		}
		seen[tag.Key] = true
	}
}

// entry returns the wire name of a part of tag i, such as "Tag.3.Key".
func (t tagCodes) entry(i int, part string) string {
	return t.field + "." + strconv.Itoa(i+1) + "." + part
}

// tagKeyMessage says which rule a key breaks. It returns "" when the key is valid.
func (c *checker) tagKeyMessage(key string) string {
	switch {
	case longer(key, c.limits.TagKey):
		return lengthMessage(key, c.limits.TagKey)
	// The documents name the prefixes only in lower case, so a prefix with a capital letter is
	// allowed.
	case strings.HasPrefix(key, "aliyun"), strings.HasPrefix(key, "acs:"):
		return `begins with "aliyun" or "acs:", which are reserved`
	case holdsURL(key):
		return urlMessage
	}
	return ""
}

// tagValueMessage says which rule a value breaks. It returns "" when the value is valid.
func (c *checker) tagValueMessage(value string) string {
	switch {
	case longer(value, c.limits.TagValue):
		return lengthMessage(value, c.limits.TagValue)
	case holdsURL(value):
		return urlMessage
	}
	return ""
}

// urlMessage is the message for a key or value with an address.
const urlMessage = `contains "http://" or "https://"`

// holdsURL reports whether s contains http:// or https://, which keys and values must not.
func holdsURL(s string) bool {
	return strings.Contains(s, "http://") || strings.Contains(s, "https://")
}
