package validate

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// tagCodes are the codes of one sort of tags; the rules are the same for both.
type tagCodes struct {
	field                              string
	noKey, badKey, badValue, duplicate errors.Code
}

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

func (c *checker) tags() {
	c.tagList(c.ResourceTags, c.limits.ResourceTags, resourceTagCodes)
	c.tagList(c.Tags, c.limits.Tags, labelCodes)
}

// tagList checks each of the tags that the limit on their number allows. Those
// beyond it have to go anyway.
func (c *checker) tagList(tags []Tag, limit int, codes tagCodes) {
	seen := make(map[string]bool, min(len(tags), limit))
	for i, tag := range tags[:min(len(tags), limit)] {
		switch breach := c.tagKeyBreach(tag.Key); {
		case tag.Key == "":
			c.report(codes.entry(i, "Key"), codes.noKey, "is missing")
		case breach != "":
			c.report(codes.entry(i, "Key"), codes.badKey, "%s", breach)
		}
		if !utf8.ValidString(tag.Key) {
			c.encoding(codes.entry(i, "Key"), tag.Key, codes.badKey)
		}
		if breach := c.tagValueBreach(tag.Value); breach != "" {
			c.report(codes.entry(i, "Value"), codes.badValue, "%s", breach)
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

// entry is the wire name of a part of tag i, such as "Tag.3.Key".
func (t tagCodes) entry(i int, part string) string {
	return t.field + "." + strconv.Itoa(i+1) + "." + part
}

// tagKeyBreach says what is wrong with a key, and nothing when it is fine.
func (c *checker) tagKeyBreach(key string) string {
	switch {
	case longer(key, c.limits.TagKey):
		return tooLong(key, c.limits.TagKey)
	// The documents name the prefixes in lower case only; other cases may pass.
	case strings.HasPrefix(key, "aliyun"), strings.HasPrefix(key, "acs:"):
		return `begins with "aliyun" or "acs:", which are reserved`
	case holdsURL(key):
		return urlBreach
	}
	return ""
}

// tagValueBreach says what is wrong with a value, and nothing when it is fine.
func (c *checker) tagValueBreach(value string) string {
	switch {
	case longer(value, c.limits.TagValue):
		return tooLong(value, c.limits.TagValue)
	case holdsURL(value):
		return urlBreach
	}
	return ""
}

const urlBreach = `contains "http://" or "https://"`

func holdsURL(s string) bool {
	return strings.Contains(s, "http://") || strings.Contains(s, "https://")
}

func tooLong(s string, limit int) string {
	return "has " + strconv.Itoa(utf8.RuneCountInString(s)) + " characters, the limit is " + strconv.Itoa(limit)
}
