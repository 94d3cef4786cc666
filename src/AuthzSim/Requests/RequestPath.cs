namespace AuthzSim.Requests;

/// <summary>Where in a URL's path what it asks for stands (upstream: <c>requestinfo.go</c>). Nothing is copied.</summary>
internal readonly ref struct RequestPath
{
    // Prefix, group, version, verb, "namespaces", namespace, resource, name, subresource, and the rest.
    private const int MostSegments = 10;

    private readonly ReadOnlySpan<char> _path;

    private RequestPath(ReadOnlySpan<char> path) => _path = path;

    /// <summary>True for a path on an API resource.</summary>
    public bool IsResourceRequest { get; private init; }

    /// <summary>True when the verb in the path has nothing to go with, which is an error.</summary>
    public bool IsCutOff { get; private init; }

    /// <summary><c>api</c> or <c>apis</c>; empty for all other paths.</summary>
    public Range ApiPrefix { get; private init; }

    /// <summary>The API group; empty for the core group.</summary>
    public Range ApiGroup { get; private init; }

    /// <summary>The API version.</summary>
    public Range ApiVersion { get; private init; }

    /// <summary><c>proxy</c> or <c>watch</c> where the path has the verb, else empty.</summary>
    public Range Verb { get; private init; }

    /// <summary>The namespace.</summary>
    public Range Namespace { get; private init; }

    /// <summary>The resource.</summary>
    public Range Resource { get; private init; }

    /// <summary>The object's name.</summary>
    public Range Name { get; private init; }

    /// <summary>The subresource.</summary>
    public Range Subresource { get; private init; }

    /// <summary>All from the resource on.</summary>
    public Range Parts { get; private init; }

    /// <summary>What stands in a range.</summary>
    public ReadOnlySpan<char> this[Range range] => _path[range];

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path, decoded.</param>
    public static RequestPath Of(ReadOnlySpan<char> path)
    {
        var start = path.IndexOfAnyExcept('/');
        var none = new RequestPath(path);
        if (start < 0)
        {
            return none;
        }

        var end = path.LastIndexOfAnyExcept('/') + 1;
        Span<Range> segments = stackalloc Range[MostSegments];
        segments = segments[..path[start..end].Split(segments, '/')];
        foreach (ref var segment in segments)
        {
            segment = new Range(start + segment.Start.Value, start + segment.End.Value);
        }

        // Everything but the core group has one more segment: its name.
        var hasGroup = path[segments[0]] is "apis";
        if (segments.Length < 3 || !(hasGroup || path[segments[0]] is "api"))
        {
            return none;
        }

        if (hasGroup && segments.Length < 4)
        {
            return new RequestPath(path) { ApiPrefix = segments[0] };
        }

        var rest = segments[(hasGroup ? 3 : 2)..];
        var hasVerb = path[rest[0]] is "proxy" or "watch";
        var parts = hasVerb ? rest[1..] : rest;
        if (parts.IsEmpty)
        {
            return new RequestPath(path)
            {
                IsResourceRequest = true,
                IsCutOff = true,
                ApiPrefix = segments[0],
                ApiGroup = hasGroup ? segments[1] : default,
                ApiVersion = segments[hasGroup ? 2 : 1],
            };
        }

        Range @namespace = default;
        if (parts.Length > 1 && path[parts[0]] is "namespaces")
        {
            @namespace = parts[1];
            parts = parts.Length > 2 && path[parts[2]] is not ("status" or "finalize") ? parts[2..] : parts;
        }

        return new RequestPath(path)
        {
            IsResourceRequest = true,
            ApiPrefix = segments[0],
            ApiGroup = hasGroup ? segments[1] : default,
            ApiVersion = segments[hasGroup ? 2 : 1],
            Verb = hasVerb ? rest[0] : default,
            Namespace = @namespace,
            Resource = parts[0],
            Name = parts.Length > 1 ? parts[1] : default,
            Subresource = parts.Length > 2 && !(hasVerb && path[rest[0]] is "proxy") ? parts[2] : default,
            Parts = new Range(parts[0].Start, end),
        };
    }
}
