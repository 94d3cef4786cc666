using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace AuthzSim.Requests;

/// <summary>
/// What an HTTP request asks for, read off its method and URL alone (upstream:
/// <c>k8s.io/apiserver/pkg/endpoints/request/requestinfo.go</c>). An absent text is <c>""</c>. Whether group, version or
/// resource exist plays no part.
/// </summary>
public sealed class RequestInfo
{
    private RequestInfo()
    {
    }

    /// <summary>True for a request on an API resource; false for every other path, discovery included.</summary>
    public bool IsResourceRequest { get; private init; }

    /// <summary>The decoded URL path, not cleaned in any way.</summary>
    public string Path { get; private init; } = "";

    /// <summary>
    /// The verb to authorize: <c>list</c>, <c>watch</c>, <c>deletecollection</c>, … For a non-resource request it is the
    /// lower-case method; for a method that has no verb it is <c>""</c>, which only <c>*</c> allows.
    /// </summary>
    public string Verb { get; private init; } = "";

    /// <summary><c>api</c> or <c>apis</c>.</summary>
    public string ApiPrefix { get; private init; } = "";

    /// <summary>The API group; <c>""</c> is the core group.</summary>
    public string ApiGroup { get; private init; } = "";

    /// <summary>The API version.</summary>
    public string ApiVersion { get; private init; } = "";

    /// <summary>The namespace; a single namespace object is in itself.</summary>
    public string Namespace { get; private init; } = "";

    /// <summary>The plural resource.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>The subresource.</summary>
    public string Subresource { get; private init; } = "";

    /// <summary>The object's name, from the path or from <c>fieldSelector=metadata.name=NAME</c> of a list or watch.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The path's segments from the resource on; empty for a non-resource request and after an error.</summary>
    public ImmutableArray<string> Parts { get; private init; } = [];

    /// <summary>The unparsed field selector of a list, watch or deletecollection.</summary>
    public string FieldSelector { get; private init; } = "";

    /// <summary>The unparsed label selector of a list, watch or deletecollection.</summary>
    public string LabelSelector { get; private init; } = "";

    /// <summary>
    /// Why the request cannot be understood, in the server's words, else null. What was found before is filled in. The server
    /// answers 500 to such a request before it authenticates anybody, or 400 when <see cref="IsMalformedTarget"/>.
    /// </summary>
    public string? Error { get; private init; }

    /// <summary>True when the target is no URL at all (Go's HTTP server answers 400 Bad Request).</summary>
    public bool IsMalformedTarget { get; private init; }

    /// <summary>Reads a request as kube-apiserver does. Never throws for odd text: see <see cref="Error"/>.</summary>
    /// <param name="method">The method as sent; <c>get</c> is not <c>GET</c>.</param>
    /// <param name="requestTarget">The target as sent: the path, still percent-encoded, and the query.</param>
    public static RequestInfo FromHttp(string method, string requestTarget)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(requestTarget);
        var lowerMethod = method.ToLowerInvariant();
        if (RequestTarget.Parse(requestTarget, out var parseError) is not { } target)
        {
            return new RequestInfo { Path = requestTarget, Verb = lowerMethod, Error = parseError, IsMalformedTarget = true };
        }

        var path = RequestPath.Of(target.Path);
        if (!path.IsResourceRequest || path.IsCutOff)
        {
            return new RequestInfo
            {
                IsResourceRequest = path.IsResourceRequest,
                Path = target.Path,
                Verb = lowerMethod,
                ApiPrefix = path[path.ApiPrefix].ToString(),
                ApiGroup = path[path.ApiGroup].ToString(),
                ApiVersion = path[path.ApiVersion].ToString(),
                Error = path.IsCutOff ? $"unable to determine kind and namespace from url, {target.Text}" : null,
            };
        }

        var isVerbViaPath = !path[path.Verb].IsEmpty;
        var query = new UrlQuery(target.RawQuery);
        var (verb, name) = (isVerbViaPath ? path[path.Verb].ToString() : VerbOf(method), path[path.Name].ToString());
        (verb, name) = name.Length > 0 ? (verb, name) : OnCollection(verb, query);
        var hasSelectors = !isVerbViaPath && verb is ("list" or "watch" or "deletecollection");
        return new RequestInfo
        {
            IsResourceRequest = true,
            Path = target.Path,
            Verb = verb,
            ApiPrefix = path[path.ApiPrefix].ToString(),
            ApiGroup = path[path.ApiGroup].ToString(),
            ApiVersion = path[path.ApiVersion].ToString(),
            Namespace = path[path.Namespace].ToString(),
            Resource = path[path.Resource].ToString(),
            Name = name,
            Subresource = path[path.Subresource].ToString(),
            Parts = ImmutableCollectionsMarshal.AsImmutableArray(target.Path[path.Parts].Split('/')),
            FieldSelector = hasSelectors ? query.First("fieldSelector") ?? "" : "",
            LabelSelector = hasSelectors ? query.First("labelSelector") ?? "" : "",
        };
    }

    /// <summary>
    /// What an authorizer is asked for this request (upstream: <c>GetAuthorizerAttributes</c> of
    /// <c>k8s.io/apiserver/pkg/endpoints/filters/authorization.go</c>).
    /// </summary>
    /// <param name="user">Who asks.</param>
    public RequestAttributes ToAttributes(UserInfo user) => new()
    {
        User = user,
        Verb = Verb,
        Namespace = Namespace,
        ApiGroup = ApiGroup,
        ApiVersion = ApiVersion,
        Resource = Resource,
        Subresource = Subresource,
        Name = Name,
        Path = Path,
        IsResourceRequest = IsResourceRequest,
    };

    private static string VerbOf(string method) => method switch
    {
        "POST" => "create",
        "GET" or "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    };

    /// <summary>The verb, and the name a field selector gives, of a request whose path names no object.</summary>
    private static (string Verb, string Name) OnCollection(string verb, UrlQuery query)
    {
        if (verb == "delete")
        {
            return ("deletecollection", "");
        }

        if (verb != "get")
        {
            return (verb, "");
        }

        var options = ListOptions.Read(query);
        var name = FieldSelectorSyntax.RequiredExactMatch(options.FieldSelector, "metadata.name");
        return (options.Watch ? "watch" : "list", name is not null && IsPathSegmentName(name) ? name : "");
    }

    private static bool IsPathSegmentName(string name) => name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '%');
}
