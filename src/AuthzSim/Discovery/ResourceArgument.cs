using System.Collections.Immutable;

namespace AuthzSim.Discovery;

/// <summary>
/// The TYPE of a question, resolved (upstream: <c>resourceFor</c> of <c>kubectl/pkg/cmd/auth/cani.go</c>). A type nobody
/// knows is asked about as it was typed, in the core group.
/// </summary>
/// <param name="Resource">Group, version and plural name to ask about; the version serves look-ups only.</param>
/// <param name="ApiResource">What discovery says of it; null for <c>*</c> and unknown types.</param>
/// <param name="Warnings">Warnings in kubectl's words, line feeds included as kubectl has them.</param>
public sealed record ResourceArgument(GroupVersionResource Resource, ApiResource? ApiResource, ImmutableArray<string> Warnings)
{
    /// <summary>The warning that the resource has no namespace although the question is about one; null when it has.</summary>
    public string? ScopeWarning => ApiResource switch
    {
        null or { IsNamespaced: true } => null,
        { Group: "" } => $"resource '{Resource.Resource}' is not namespace scoped\n",
        _ => $"resource '{Resource.Resource}' is not namespace scoped in group '{Resource.Group}'\n",
    };

    /// <summary>
    /// Resolves <c>resource</c>, <c>resource.group</c> or <c>resource.version.group</c>, where resource is a plural, singular
    /// or short name; <c>*</c> stands for itself.
    /// </summary>
    /// <param name="argument">The argument as typed.</param>
    /// <param name="mapper">The mapper to ask.</param>
    public static ResourceArgument Resolve(string argument, RestMapper mapper)
    {
        ArgumentNullException.ThrowIfNull(argument);
        ArgumentNullException.ThrowIfNull(mapper);
        var asTyped = new GroupVersionResource("", "", argument);
        if (argument == "*")
        {
            return new ResourceArgument(asTyped, null, []);
        }

        var warnings = ImmutableArray.CreateBuilder<string>();
        var lower = argument.ToLowerInvariant();
        var parts = lower.Split('.', 3);
        GroupVersionResource? found = null;
        if (parts.Length == 3)
        {
            found = mapper.ResourceFor(new GroupVersionResource(parts[2], parts[1], parts[0]), warnings.Add);
        }

        var (resource, group) = lower.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
            ? (lower[..dot], lower[(dot + 1)..])
            : (lower, "");
        found ??= mapper.ResourceFor(new GroupVersionResource(group, "", resource), warnings.Add);
        if (found is { } known)
        {
            return new ResourceArgument(known, mapper.Discovery.Find(known), warnings.ToImmutable());
        }

        if (group.Length > 0)
        {
            warnings.Add($"the server doesn't have a resource type '{resource}' in group '{group}'\n");
        }
        else if (resource is not ("users" or "groups"))
        {
            warnings.Add($"the server doesn't have a resource type '{resource}'\n");
        }

        return new ResourceArgument(asTyped, null, warnings.ToImmutable());
    }
}
