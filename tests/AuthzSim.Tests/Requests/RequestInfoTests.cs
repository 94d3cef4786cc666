using AuthzSim.Requests;

namespace AuthzSim.Tests.Requests;

/// <summary>Upstream's TestGetAPIRequestInfo and TestGetNonAPIRequestInfo, and the corners around them.</summary>
public sealed class RequestInfoTests
{
    [Theory]
    [InlineData("GET /api/v1/pods", "list||pods||")]
    [InlineData("HEAD /api/v1/pods", "list||pods||")]
    [InlineData("GET /api/v1/pods?watch", "watch||pods||")]
    [InlineData("GET /api/v1/pods?watch=", "watch||pods||")]
    [InlineData("GET /api/v1/pods?watch=False", "list||pods||")]
    [InlineData("GET /api/v1/pods?watch=0&watch=1", "list||pods||")]
    [InlineData("GET /api/v1/pods?watch=maybe", "watch||pods||")]
    [InlineData("GET /api/v1/pods?%77atch=1", "watch||pods||")]
    [InlineData("GET /api/v1/pods?watch=1;x=2", "list||pods||")]
    [InlineData("GET /api/v1/pods?watch=%zz", "list||pods||")]
    [InlineData("GET /api/v1/namespaces/a/pods/p?watch=true", "get|a|pods|p|")]
    [InlineData("POST /api/v1/namespaces/a/pods", "create|a|pods||")]
    [InlineData("POST /api/v1/namespaces/a/pods/p/eviction", "create|a|pods|p|eviction")]
    [InlineData("PUT /api/v1/namespaces/a/pods/p", "update|a|pods|p|")]
    [InlineData("PATCH /api/v1/namespaces/a/pods", "patch|a|pods||")]
    [InlineData("DELETE /api/v1/namespaces/a/pods/p", "delete|a|pods|p|")]
    [InlineData("DELETE /api/v1/namespaces/a/pods", "deletecollection|a|pods||")]
    [InlineData("OPTIONS /api/v1/pods", "||pods||")]
    [InlineData("get /api/v1/pods", "||pods||")]
    [InlineData("LIST /api/v1/pods?watch=true", "||pods||")]
    [InlineData("GET /api/v1/services/https:s:80/proxy/", "get||services|https:s:80|proxy")]
    [InlineData("GET /api/v1/namespaces/a/pods/p/proxy/x/y", "get|a|pods|p|proxy")]
    [InlineData("GET /api/v1/watch/namespaces/a/pods/p", "watch|a|pods|p|")]
    [InlineData("PATCH /api/v1/watch/pods", "watch||pods||")]
    [InlineData("GET /api/v1/watch/namespaces", "watch||namespaces||")]
    [InlineData("GET /api/v1/proxy/nodes/n/x", "proxy||nodes|n|")]
    [InlineData("DELETE /api/v1/proxy/namespaces/a/pods/p/log", "proxy|a|pods|p|")]
    [InlineData("GET /api/v1/redirect/pods", "get||redirect|pods|")]
    [InlineData("GET /api/v1/namespaces", "list||namespaces||")]
    [InlineData("GET /api/v1/namespaces/a/", "get|a|namespaces|a|")]
    [InlineData("POST /api/v1/namespaces/a", "create|a|namespaces|a|")]
    [InlineData("DELETE /api/v1/namespaces", "deletecollection||namespaces||")]
    [InlineData("PUT /api/v1/namespaces/a/finalize", "update|a|namespaces|a|finalize")]
    [InlineData("GET /api/v1/namespaces/a/finalize/x/y", "get|a|namespaces|a|finalize")]
    [InlineData("GET /api/v1/namespaces/a/namespaces", "list|a|namespaces||")]
    [InlineData("GET /api/v1//pods", "get|||pods|")]
    [InlineData("GET /api/v1/namespaces/a//pods", "get|a||pods|")]
    [InlineData("GET /api/v1/namespaces//pods", "list||pods||")]
    [InlineData("GET /api/v1/pods//", "list||pods||")]
    [InlineData("GET /api/namespaces/ns1/pods", "get||ns1|pods|")]
    [InlineData("GET /api/v1/pods/a%2Fb", "get||pods|a|b")]
    [InlineData("GET /api/v1/pods/a+b%20c%C3%A9", "get||pods|a+b cé|")]
    [InlineData("GET http://host:1/api/v1/pods?watch", "watch||pods||")]
    public void A_resource_request_is_read_as(string request, string expected)
    {
        var info = Info(request);

        Assert.Null(info.Error);
        Assert.True(info.IsResourceRequest);
        Assert.Equal(expected, $"{info.Verb}|{info.Namespace}|{info.Resource}|{info.Name}|{info.Subresource}");
    }

    [Theory]
    [InlineData("fieldSelector=metadata.name=foo", "list foo")]
    [InlineData("fieldSelector=metadata.name%3D%3Dfoo&watch", "watch foo")]
    [InlineData("fieldSelector=spec.x=y,metadata.name=foo", "list foo")]
    [InlineData("fieldSelector=metadata.name=b,metadata.name=a", "list a")]
    [InlineData("fieldSelector=metadata.name!=foo", "list ")]
    [InlineData("fieldSelector=metadata.name=", "list ")]
    [InlineData("fieldSelector=metadata.name=..", "list ")]
    [InlineData("fieldSelector=metadata.name=a/b", "list ")]
    [InlineData("fieldSelector=metadata.name=a%2525", "list ")]
    [InlineData("fieldSelector=metadata.name=a&fieldSelector=bad", "list a")]
    [InlineData("fieldSelector=metadata.name=p&watch&limit=x", "watch ")]
    [InlineData("fieldSelector=metadata.name=p&limit=", "list ")]
    [InlineData("fieldSelector=metadata.name=p&limit=%2B5&timeoutSeconds=-9223372036854775808", "list p")]
    [InlineData("fieldSelector=metadata.name=p&limit=9223372036854775808", "list ")]
    [InlineData("fieldSelector=metadata.name=p&labelSelector=((", "list ")]
    [InlineData("fieldSelector=metadata.name=p&labelSelector=a+in+(b,c)", "list p")]
    [InlineData("fieldSelector=bad&watch=1", "watch ")]
    public void A_list_takes_verb_and_name_from_its_options(string query, string expected)
    {
        var info = Info($"GET /api/v1/pods?{query}");

        Assert.Equal(expected, $"{info.Verb} {info.Name}");
    }

    [Theory]
    [InlineData("GET /api/v1/pods", "f l")]
    [InlineData("DELETE /api/v1/pods", "f l")]
    [InlineData("GET /api/v1/pods/p", " ")]
    [InlineData("POST /api/v1/pods", " ")]
    [InlineData("GET /api/v1/watch/pods", " ")]
    public void Selectors_are_kept_raw_for_collections_only(string request, string expected)
    {
        var info = Info(request + "?fieldSelector=f&labelSelector=l&labelSelector=m");

        Assert.Equal(expected, $"{info.FieldSelector} {info.LabelSelector}");
    }

    [Theory]
    [InlineData("GET /", "get /")]
    [InlineData("HEAD /healthz", "head /healthz")]
    [InlineData("GET //api/v1/", "get //api/v1/")]
    [InlineData("GET //pods/api/v1", "get //pods/api/v1")]
    [InlineData("GET /api/v1", "get /api/v1")]
    [InlineData("GET /apis/apps/v1", "get /apis/apps/v1")]
    [InlineData("GET /API/v1/pods", "get /API/v1/pods")]
    [InlineData("PURGE /a/../b/%2e?x=y", "purge /a/../b/.")]
    [InlineData("GET http://host", "get ")]
    public void A_non_resource_request_is_read_as(string request, string expected)
    {
        var info = Info(request);

        Assert.Null(info.Error);
        Assert.False(info.IsResourceRequest);
        Assert.Equal(expected, $"{info.Verb} {info.Path}");
    }

    [Theory]
    [InlineData("GET /api/v1/watch", "/api/v1/watch")]
    [InlineData("GET /apis/apps/v1/proxy?", "/apis/apps/v1/proxy?")]
    [InlineData("GET /api/v1/watch?a=%zz&<>", "/api/v1/watch?a=%zz&<>")]
    [InlineData("GET /api/%28(/watch", "/api/%28(/watch")]
    [InlineData("GET /api/\"é\"/watch", "/api/%22%C3%A9%22/watch")]
    [InlineData("GET /api/#(/watch", "/api/%23%28/watch")]
    public void A_verb_in_the_path_without_a_resource_is_an_error_that_prints_the_url(string request, string url)
    {
        var info = Info(request);

        Assert.Equal($"unable to determine kind and namespace from url, {url}", info.Error);
        Assert.False(info.IsMalformedTarget);
        Assert.True(info.IsResourceRequest);
        Assert.Equal("get", info.Verb);
        Assert.Empty(info.Parts);
    }

    [Theory]
    [InlineData("", "parse \"\": empty url")]
    [InlineData("pods", "parse \"pods\": invalid URI for request")]
    [InlineData("?watch", "parse \"?watch\": invalid URI for request")]
    [InlineData("/a%zz", "parse \"/a%zz\": invalid URL escape \"%zz\"")]
    [InlineData("/a%4", "parse \"/a%4\": invalid URL escape \"%4\"")]
    [InlineData("/a\nb", "parse \"/a\\nb\": net/url: invalid control character in URL")]
    public void A_target_that_is_no_url_is_malformed(string target, string error)
    {
        var info = RequestInfo.FromHttp("GET", target);

        Assert.True(info.IsMalformedTarget);
        Assert.Equal(error, info.Error);
        Assert.False(info.IsResourceRequest);
    }

    [Fact]
    public void Attributes_carry_everything_an_authorizer_reads()
    {
        var user = UserInfo.Of("alice", "devs");

        var attributes = Info("PATCH /apis/apps/v1/namespaces/a/deployments/d/scale").ToAttributes(user);

        Assert.Equal(
            RequestAttributes.ForResource(user, "patch", "deployments", "apps", "a", "scale", "d") with
            {
                ApiVersion = "v1",
                Path = "/apis/apps/v1/namespaces/a/deployments/d/scale",
            },
            attributes);
        Assert.Equal(RequestAttributes.ForPath(user, "get", "/healthz"), Info("GET /healthz?x").ToAttributes(user));
    }

    private static RequestInfo Info(string request)
    {
        var space = request.IndexOf(' ', StringComparison.Ordinal);
        return RequestInfo.FromHttp(request[..space], request[(space + 1)..]);
    }
}
