package runcommandtest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ecs-runcommand/runcommand-go/errors"
)

// rpc sends a call with the old signature. Its reply is XML unless p has a Format.
func (c *caller) rpc(action string, p params) answer {
	c.tb.Helper()
	old := *c
	edit := c.edit
	old.edit = func(r *http.Request) {
		r.Header = http.Header{}
		if edit != nil {
			edit(r)
		}
	}
	return old.call("", signV1(c.method, p.with("Action", action, "Version", "2014-05-26"), c.key, c.secret, c.clock()))
}

// golden returns the reply with a fixed RequestId.
func (a answer) golden() string {
	return strings.ReplaceAll(a.raw, a.header.Get("X-Acs-Request-Id"), "REQUEST")
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>`

func TestRepliesInXMLHaveTheElementsThatOldSDKsRead(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{clock: noon, handler: exited("a <&> b\n", 0)})
	region := params{"RegionId": "cn-hangzhou"}
	a := c.rpc("RunCommand", echo("i-1", "i-2").with("Name", `<"&'>`, "Tag.1.Key", "k", "Tag.1.Value", "v", "Tag.2.Key", "l", "Tag.2.Value", ""))
	assert.Equal(t, xmlHead+`<RunCommandResponse><RequestId>REQUEST</RequestId>`+
		`<CommandId>c-hz0000000000000001</CommandId><InvokeId>t-hz0000000000000001</InvokeId></RunCommandResponse>`, a.golden())
	assert.Equal(t, "text/xml;charset=utf-8", a.header.Get("Content-Type"))
	s.Advance(time.Minute)

	instance := func(id string) string {
		return `<InvokeInstance><InstanceId>` + id + `</InstanceId><InvocationStatus>Success</InvocationStatus>` +
			`<InstanceInvokeStatus>Finished</InstanceInvokeStatus><CreationTime>2026-06-01T12:00:00Z</CreationTime>` +
			`<UpdateTime>2026-06-01T12:00:02Z</UpdateTime><StartTime>2026-06-01T12:00:00Z</StartTime>` +
			`<FinishTime>2026-06-01T12:00:02Z</FinishTime><StopTime></StopTime><ExitCode>0</ExitCode><Repeats>1</Repeats><Timed>false</Timed>` +
			`<Output></Output><Dropped>0</Dropped><ErrorCode></ErrorCode><ErrorInfo></ErrorInfo><OssOutputStatus></OssOutputStatus>` +
			`<OssOutputUri></OssOutputUri><OssOutputErrorCode></OssOutputErrorCode><OssOutputErrorInfo></OssOutputErrorInfo></InvokeInstance>`
	}
	a = c.rpc("DescribeInvocations", region.with("ContentEncoding", "PlainText"))
	assert.Equal(t, xmlHead+`<DescribeInvocationsResponse><RequestId>REQUEST</RequestId><TotalCount>1</TotalCount><PageNumber>1</PageNumber>`+
		`<PageSize>10</PageSize><NextToken></NextToken><Invocations><Invocation><InvokeId>t-hz0000000000000001</InvokeId>`+
		`<CommandId>c-hz0000000000000001</CommandId><CommandName>&lt;&#34;&amp;&#39;&gt;</CommandName><CommandDescription></CommandDescription>`+
		`<CommandType>RunShellScript</CommandType><CommandContent>echo hello</CommandContent><Parameters>{}</Parameters>`+
		`<CreationTime>2026-06-01T12:00:00Z</CreationTime><Frequency></Frequency><RepeatMode>Once</RepeatMode><Timed>false</Timed>`+
		`<Timeout>60</Timeout><WorkingDir></WorkingDir><Username></Username><ContainerId></ContainerId><ContainerName></ContainerName>`+
		`<Launcher></Launcher><TerminationMode>Process</TerminationMode><OssOutputDelivery></OssOutputDelivery>`+
		`<InvocationStatus>Success</InvocationStatus><InvokeStatus>Finished</InvokeStatus>`+
		`<Tags><Tag><TagKey>k</TagKey><TagValue>v</TagValue></Tag><Tag><TagKey>l</TagKey><TagValue></TagValue></Tag></Tags>`+
		`<InvokeInstances>`+instance("i-1")+instance("i-2")+`</InvokeInstances></Invocation></Invocations></DescribeInvocationsResponse>`, a.golden())

	a = c.rpc("DescribeInvocationResults", region.with("ContentEncoding", "PlainText", "InstanceId", "i-2"))
	assert.Equal(t, xmlHead+`<DescribeInvocationResultsResponse><RequestId>REQUEST</RequestId><Invocation><TotalCount>1</TotalCount>`+
		`<PageNumber>1</PageNumber><PageSize>10</PageSize><NextToken></NextToken><InvocationResults><InvocationResult>`+
		`<InvokeId>t-hz0000000000000001</InvokeId><CommandId>c-hz0000000000000001</CommandId><InstanceId>i-2</InstanceId>`+
		`<InvocationStatus>Success</InvocationStatus><InvokeRecordStatus>Finished</InvokeRecordStatus><StartTime>2026-06-01T12:00:00Z</StartTime>`+
		`<FinishedTime>2026-06-01T12:00:02Z</FinishedTime><StopTime></StopTime><ExitCode>0</ExitCode><Repeats>1</Repeats>`+
		`<Output>a &lt;&amp;&gt; b&#xA;</Output><Dropped>0</Dropped><ErrorCode></ErrorCode><ErrorInfo></ErrorInfo><Username></Username>`+
		`<ContainerId></ContainerId><ContainerName></ContainerName><Launcher></Launcher><TerminationMode>Process</TerminationMode>`+
		`<OssOutputDelivery></OssOutputDelivery><OssOutputStatus></OssOutputStatus><OssOutputUri></OssOutputUri>`+
		`<OssOutputErrorCode></OssOutputErrorCode><OssOutputErrorInfo></OssOutputErrorInfo>`+
		`<Tags><Tag><TagKey>k</TagKey><TagValue>v</TagValue></Tag><Tag><TagKey>l</TagKey><TagValue></TagValue></Tag></Tags>`+
		`</InvocationResult></InvocationResults></Invocation></DescribeInvocationResultsResponse>`, a.golden())

	a = c.rpc("DescribeCloudAssistantStatus", region.to("i-1"))
	assert.Equal(t, xmlHead+`<DescribeCloudAssistantStatusResponse><RequestId>REQUEST</RequestId><TotalCount>1</TotalCount>`+
		`<PageNumber>1</PageNumber><PageSize>10</PageSize><NextToken></NextToken><InstanceCloudAssistantStatusSet><InstanceCloudAssistantStatus>`+
		`<InstanceId>i-1</InstanceId><OSType>Linux</OSType><CloudAssistantStatus>true</CloudAssistantStatus>`+
		`<CloudAssistantVersion>2.2.3.857</CloudAssistantVersion><LastHeartbeatTime>2026-06-01T12:01:00Z</LastHeartbeatTime>`+
		`<LastInvokedTime>2026-06-01T12:00:00Z</LastInvokedTime><InvocationCount>1</InvocationCount><ActiveTaskCount>0</ActiveTaskCount>`+
		`<SupportSessionManager>true</SupportSessionManager></InstanceCloudAssistantStatus></InstanceCloudAssistantStatusSet>`+
		`</DescribeCloudAssistantStatusResponse>`, a.golden())

	a = c.rpc("StopInvocation", region.with("InvokeId", "t-hz0000000000000001"))
	assert.Equal(t, xmlHead+`<StopInvocationResponse><RequestId>REQUEST</RequestId></StopInvocationResponse>`, a.golden())

	a = c.rpc("DescribeInvocations", region.with("InvokeId", "t-none"))
	assert.Equal(t, xmlHead+`<DescribeInvocationsResponse><RequestId>REQUEST</RequestId><TotalCount>0</TotalCount><PageNumber>1</PageNumber>`+
		`<PageSize>10</PageSize><NextToken></NextToken><Invocations></Invocations></DescribeInvocationsResponse>`, a.golden())
}

func TestRefusalsInXMLHaveTheElementsThatOldSDKsRead(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	a := c.rpc("StopInvocation", params{"RegionId": "cn-hangzhou", "InvokeId": "t-<none>"})
	assert.Equal(t, xmlHead+`<Error><RequestId>REQUEST</RequestId><HostId>`+testHost+`</HostId><Code>InvalidInvokeId.NotFound</Code>`+
		`<Message>the invocation &#34;t-&lt;none&gt;&#34; does not exist</Message>`+
		`<Recommend>https://api.alibabacloud.com/troubleshoot?product=Ecs&amp;q=InvalidInvokeId.NotFound&amp;requestId=REQUEST</Recommend></Error>`,
		a.golden())
	assert.Equal(t, http.StatusNotFound, a.status)
	assert.Equal(t, "text/xml;charset=utf-8", a.header.Get("Content-Type"))

	s.Inject(Fault{Kind: FaultPermission, Action: "StopInvocation"})
	a = c.rpc("StopInvocation", params{"RegionId": "cn-hangzhou"})
	assert.Contains(t, a.raw, `<AccessDeniedDetail><AuthAction>ecs:StopInvocation</AuthAction><AuthPrincipalType>SubUser</AuthPrincipalType>`)
	assert.Equal(t, http.StatusForbidden, a.status)
}

func TestEveryReplyOfTheServiceIsInTheFormatOfTheCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*Server, *caller)
		code    errors.Code
	}{
		"a wrong signature":           {func(_ *Server, c *caller) { c.secret = "wrong" }, errors.SignatureDoesNotMatch},
		"an unknown key":              {func(_ *Server, c *caller) { c.key = "unknown" }, errors.InvalidAccessKeyIdNotFound},
		"a parameter that is cut off": {func(_ *Server, c *caller) { c.edit = func(r *http.Request) { r.URL.RawQuery += "&A=%z" } }, errors.InvalidParameterFormat},
		"a throttled call":            {func(s *Server, _ *caller) { s.Inject(Fault{Kind: FaultThrottled}) }, errors.ThrottlingUser},
		"a failure after acceptance":  {func(s *Server, _ *caller) { s.Inject(Fault{Kind: FaultLostInternalError}) }, errors.InternalError},
		"a refusal by a control function": {
			func(s *Server, _ *caller) {
				s.Control("", func(Call) Verdict { return Refuse(errors.CmdNameExceedLimit) })
			},
			errors.CmdNameExceedLimit,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := newService(t, config{})
			test.prepare(s, c)
			a := c.rpc("RunCommand", echo("i-1"))
			assert.Contains(t, a.raw, "<Error><RequestId>")
			assert.Contains(t, a.raw, "<Code>"+string(test.code)+"</Code>")
			assert.Equal(t, "text/xml;charset=utf-8", a.header.Get("Content-Type"))
		})
	}
}

func TestTheFormatOfAReply(t *testing.T) {
	t.Parallel()
	accept := func(media string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Accept", media) }
	}
	for name, test := range map[string]struct {
		old    bool // the V1 signature
		format string
		edit   func(*http.Request)
		xml    bool
	}{
		"old style":                                    {old: true, format: "-", xml: true},
		"old style, any media type":                    {old: true, format: "-", edit: accept("*/*"), xml: true},
		"old style, JSON":                              {old: true, format: "JSON"},
		"old style, json in lower case":                {old: true, format: "json"},
		"old style, XML":                               {old: true, format: "XML", xml: true},
		"old style, xml in lower case":                 {old: true, format: "xml", xml: true},
		"old style, an empty Format":                   {old: true, format: "", xml: true},
		"old style, JSON in the Accept header":         {old: true, format: "-", edit: accept("application/json"), xml: false},
		"old style, JSON by Format, XML by Accept":     {old: true, format: "JSON", edit: accept("application/xml")},
		"new style":                                    {format: "-"},
		"new style, any media type":                    {format: "-", edit: accept("*/*")},
		"new style, JSON in the Accept header":         {format: "-", edit: accept("application/json")},
		"new style, XML in the Accept header":          {format: "-", edit: accept("application/xml"), xml: true},
		"new style, Format=XML":                        {format: "XML", xml: true},
		"new style, Format=XML beside a JSON SDK":      {format: "XML", edit: accept("application/json"), xml: true},
		"old style with some headers of the new style": {old: true, format: "-", edit: func(r *http.Request) { r.Header.Set("X-Acs-Action", "x") }, xml: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := newService(t, config{})
			c.edit = test.edit
			call := c.call
			if test.old {
				call = c.rpc
			}
			a := call("RunCommand", echo("i-1").with("Format", test.format))
			require.Equal(t, http.StatusOK, a.status, a.raw)
			want := "application/json;charset=utf-8"
			if test.xml {
				want = "text/xml;charset=utf-8"
			}
			assert.Equal(t, want, a.header.Get("Content-Type"))
			assert.Equal(t, test.xml, strings.HasPrefix(a.raw, "<?xml"), a.raw)
		})
	}
}

func TestAFormatThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	assert.Equal(t, errors.InvalidParameterFormat, c.call("RunCommand", echo("i-1").with("Format", "YAML")).code())
	assert.Contains(t, c.rpc("RunCommand", echo("i-1").with("Format", "YAML")).raw, "<Code>InvalidParameter.Format</Code>")
	assert.Zero(t, s.Executions("i-1"))
}

func TestACallWithoutAnySignatureIsOfTheOldStyle(t *testing.T) {
	t.Parallel()
	s, _ := newService(t, config{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+testHost+"/?Action=RunCommand", nil)
	require.NoError(t, err)
	a, err := send(t, s.Transport(), r)
	require.NoError(t, err)
	assert.Contains(t, a.raw, "<Code>MissingAccessKeyId</Code>")
}

// pop-core writes the action beside the signed parameter also in a header, with a small
// first letter when the program does so.
func TestInTheOldStyleTheSignedActionCounts(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	c.edit = func(r *http.Request) {
		r.Header.Set("X-Acs-Action", "stopInvocation")
		r.Header.Set("X-Acs-Version", "1999-01-01")
	}
	a := c.rpc("RunCommand", echo("i-1"))
	assert.Equal(t, http.StatusOK, a.status, a.raw)
	assert.Len(t, s.Calls("RunCommand"), 1)
}

// An element is an XML element that has been read.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

// FuzzXML describes commands with arbitrary texts in both formats. The XML must be well
// formed and have the same content as the JSON.
func FuzzXML(f *testing.F) {
	f.Add("RunShellScript", "echo <hi>", "]]>&amp;", "out\x00put\r\n\t\xff", "k", "v", "XML")
	f.Add("RunBatScript", "\u2028", "</CommandName>", "\ufffe\U0001F600", "", "<!--", "")
	f.Add("RunPythonScript", "", "\x1b[31m", "", "acs:", "?>", "YAML")
	f.Fuzz(func(t *testing.T, kind, content, name, output, key, value, format string) {
		s, c := newService(t, config{clock: noon, handler: exited(output, 1)})
		s.AddInstance(Instance{ID: "i-w", OS: Windows, Name: name, HostName: value, Tags: map[string]string{key: value}})
		target := "i-1"
		if kind != "RunShellScript" {
			target = "i-w"
		}
		wireSame(t, c.rpc("RunCommand", echo(target).with("Type", kind, "CommandContent", content, "Name", name,
			"Tag.1.Key", key, "Tag.1.Value", value, "Format", format)), nil)
		s.Advance(time.Minute)
		for _, action := range []string{"DescribeInvocations", "DescribeInvocationResults", "DescribeInstances", "DescribeCloudAssistantStatus", name} {
			p := params{"RegionId": "cn-hangzhou", "ContentEncoding": "PlainText", "IncludeOutput": "true", "InstanceId": target}
			wireSame(t, c.rpc(action, p), c.rpc(action, p.with("Format", "JSON")).json)
		}
	})
}

// wireSame checks that a reply is well-formed, and has the same content as a JSON reply,
// if there is one.
func wireSame(t *testing.T, a answer, want map[string]any) {
	t.Helper()
	if strings.HasPrefix(a.raw, "{") {
		require.True(t, json.Valid([]byte(a.raw)), a.raw)
		return
	}
	var root element
	require.NoError(t, xml.Unmarshal([]byte(a.raw), &root), a.raw)
	if want != nil {
		delete(want, "RequestId")
		delete(want, "Recommend") // contains the RequestId
		root.Children = without(root.Children, "RequestId", "Recommend")
		wireSameElement(t, root, want)
	}
}

func without(elements []element, names ...string) []element {
	var rest []element
	for _, e := range elements {
		if e.XMLName.Local != names[0] && e.XMLName.Local != names[1] {
			rest = append(rest, e)
		}
	}
	return rest
}

func wireSameElement(t *testing.T, have element, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		count := 0
		for name, value := range want {
			values, isList := value.([]any)
			if !isList {
				values = []any{value}
			}
			var found []element
			for _, child := range have.Children {
				if child.XMLName.Local == name {
					found = append(found, child)
				}
			}
			require.Len(t, found, len(values), name)
			for i := range found {
				wireSameElement(t, found[i], values[i])
			}
			count += len(found)
		}
		require.Len(t, have.Children, count)
	case string:
		require.Equal(t, xmlText(want), have.Text)
	default:
		require.Equal(t, fmt.Sprint(want), have.Text)
	}
}

// xmlText replaces the characters that XML cannot express.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 {
			return r
		}
		return utf8.RuneError
	}, s)
}

func TestAForeignReplyKeepsItsOwnFormat(t *testing.T) {
	t.Parallel()
	s, c := newService(t, config{})
	for _, kind := range []FaultKind{FaultForeignReply, FaultStrangerAfterAccept} {
		s.Inject(Fault{Kind: kind})
		a := c.rpc("RunCommand", echo("i-1"))
		assert.Equal(t, "application/json;charset=utf-8", a.header.Get("Content-Type"), kind)
		assert.NotEmpty(t, a.json, kind)
	}
}
