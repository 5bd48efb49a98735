package frequency

import (
	"slices"
	"strings"
)

// knownZone is a zone with the other words that people use for it: abbreviations, countries and
// cities that have no zone of their own. The words are in small letters and without blanks.
type knownZone struct{ zone, words string }

// knownZones lists the zones that people call by other words.
var knownZones = []knownZone{
	{"UTC", "utc gmt z zulu universal 世界标准时间 协调世界时 格林威治时间 格林尼治时间"},
	{"Asia/Shanghai", "cst prc china chinastandardtime bjt beijing peking hangzhou shenzhen guangzhou chengdu nanjing wuhan qingdao zhangjiakou hohhot ulanqab heyuan fuzhou tianjin xian suzhou zhengzhou xiamen dalian 北京 上海 杭州 深圳 广州 成都 中国 东八区 中国标准"},
	{"Asia/Hong_Kong", "hkt hongkong 香港"},
	{"Asia/Taipei", "taiwan 台北"},
	{"Asia/Macau", "澳门"},
	{"Asia/Tokyo", "japan jst osaka kyoto tokyostandardtime 东京 日本"},
	{"Asia/Seoul", "korea kst 首尔 busan"},
	{"Asia/Singapore", "sgt singapore singaporestandardtime 新加坡"},
	{"Asia/Kolkata", "ist india indiastandardtime mumbai delhi newdelhi bangalore bengaluru chennai hyderabad 孟买"},
	{"Asia/Ho_Chi_Minh", "hanoi hochiminhcity saigon"},
	{"Asia/Dubai", "abudhabi 迪拜"},
	{"Asia/Karachi", "islamabad"},
	{"Asia/Jakarta", "雅加达"},
	{"Asia/Bangkok", "曼谷"},
	{"Asia/Kuala_Lumpur", "吉隆坡"},
	{"Asia/Manila", "马尼拉"},
	{"Asia/Jerusalem", "telaviv"},
	{"America/New_York", "est edt et eastern easternstandardtime boston miami atlanta washington washingtondc philadelphia virginia ashburn nyc newyorkcity 纽约 弗吉尼亚"},
	{"America/Chicago", "cdt houston dallas austin centralstandardtime"},
	{"America/Denver", "mdt mst mountainstandardtime"},
	{"America/Los_Angeles", "pst pdt pt pacificstandardtime sanfrancisco seattle sanjose siliconvalley lasvegas portland california 硅谷 洛杉矶 旧金山"},
	{"America/Toronto", "montreal ottawa"},
	{"America/Sao_Paulo", "brasilia riodejaneiro rio 圣保罗"},
	{"Europe/Berlin", "cet cest germany frankfurt munich hamburg 法兰克福 柏林"},
	{"Europe/Paris", "巴黎 lyon france"},
	{"Europe/London", "伦敦 bst gb uk england edinburgh manchester gmtstandardtime"},
	{"Europe/Moscow", "莫斯科 msk saintpetersburg stpetersburg"},
	{"Europe/Rome", "milan"},
	{"Europe/Madrid", "barcelona"},
	{"Europe/Zurich", "geneva"},
	{"Europe/Kyiv", "kyiv"},
	{"Europe/Istanbul", "turkey ankara"},
	{"Australia/Sydney", "aest aedt canberra 悉尼"},
	{"Australia/Melbourne", "墨尔本"},
	{"Australia/Perth", "awst"},
	{"Pacific/Auckland", "nzst nzdt wellington"},
	{"Pacific/Honolulu", "hst hawaii"},
	{"Africa/Cairo", "egypt"},
	{"Africa/Johannesburg", "capetown"},
	{"Asia/Riyadh", "riyadh 利雅得"},
}

// zoneOfWord returns the zone that a word means.
func zoneOfWord(word string) (string, bool) {
	if word == "" {
		return "", false
	}
	for _, known := range knownZones {
		if slices.Contains(strings.Fields(known.words), word) {
			return known.zone, true
		}
	}
	return "", false
}
