using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Requests;
using AuthzSim.Server.Requests;

namespace AuthzSim.Server.WhatIf;

/// <summary>The parameters of a question: each known by name, and given as often as it may be.</summary>
internal sealed class QuestionParameters
{
    private readonly Dictionary<string, ImmutableArray<string>> _values = new(StringComparer.Ordinal);
    private readonly ApiRequest _request;

    /// <summary>Reads them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="once">Those that may be given once.</param>
    /// <param name="repeated">Those that may be given more often.</param>
    /// <exception cref="WhatIfException">One has another name or is given twice.</exception>
    public QuestionParameters(ApiRequest request, ReadOnlySpan<string> once, ReadOnlySpan<string> repeated = default)
    {
        _request = request;
        foreach (var (name, values) in request.Http.Request.Query)
        {
            if (!once.Contains(name) && !repeated.Contains(name))
            {
                throw new WhatIfException($"parameter {name}: there is none of this name; there are {string.Join(", ", [.. once, .. repeated])}");
            }

            if (once.Contains(name) && values.Count > 1)
            {
                throw new WhatIfException($"parameter {name}: it is given {values.Count} times");
            }

            _values[name] = [.. values.Select(v => v ?? "")];
        }
    }

    /// <summary>A value; <c>""</c> when it is not given.</summary>
    public string this[string name] => _values.TryGetValue(name, out var values) ? values[0] : "";

    public bool Has(string name) => _values.ContainsKey(name);

    public ImmutableArray<string> All(string name) => _values.GetValueOrDefault(name, []);

    /// <summary>All values, and those between the commas of one.</summary>
    public string[] Split(string name) =>
        [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public bool IsTrue(string name) => Has(name) && this[name] switch
    {
        "" or "true" or "1" => true,
        "false" or "0" => false,
        var other => throw new WhatIfException($"parameter {name}: expected true or false, not {other}"),
    };

    /// <summary>A value that must be given.</summary>
    public string Required(string name) => this[name] is { Length: > 0 } value ? value : throw new WhatIfException($"parameter {name}: it is required");

    /// <summary>
    /// The request that <c>verb</c> with <c>resource</c>, <c>apiGroup</c>, <c>namespace</c>, <c>name</c> and <c>subresource</c>, or
    /// with <c>path</c>, stands for. Without an API group the resource is a word that people type, as to kubectl.
    /// </summary>
    /// <param name="mapper">Knows the types.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="groupName">What the parameter of the API group is called.</param>
    public (RequestAttributes Request, ApiResource? Type) Action(RestMapper mapper, UserInfo user, string groupName)
    {
        var verb = Required("verb");
        if (Has("path"))
        {
            foreach (var name in new[] { "resource", groupName, "namespace", "name", "subresource" })
            {
                if (Has(name))
                {
                    throw new WhatIfException($"parameter {name}: a path has none");
                }
            }

            return this["path"].StartsWith('/')
                ? (RequestAttributes.ForPath(user, verb, this["path"]), null)
                : throw new WhatIfException("parameter path: it must begin with /");
        }

        if (!Has("resource"))
        {
            throw new WhatIfException("parameter resource: it is required, or path");
        }

        var (group, resource, type) = Resource(mapper, groupName);
        return (RequestAttributes.ForResource(user, verb, resource, group, this["namespace"], this["subresource"], this["name"]), type);
    }

    public void Warn(string warning) => Warnings.Add(_request.Http.Response, warning.Trim());

    private (string Group, string Resource, ApiResource? Type) Resource(RestMapper mapper, string groupName)
    {
        var typed = Required("resource");
        if (Has(groupName))
        {
            var known = mapper.Discovery.Resources.FirstOrDefault(r => r.Group == this[groupName] && r.Name == typed);
            return (this[groupName], typed, known);
        }

        var resolved = ResourceArgument.Resolve(typed, mapper);
        foreach (var warning in resolved.Warnings)
        {
            Warn(warning);
        }

        return (resolved.Resource.Group, resolved.Resource.Resource, resolved.ApiResource);
    }
}
