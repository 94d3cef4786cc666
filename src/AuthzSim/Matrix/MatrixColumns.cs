using System.Collections.Immutable;
using AuthzSim.Discovery;
using AuthzSim.Rbac;

namespace AuthzSim.Matrix;

/// <summary>The columns that somebody asks for in words.</summary>
public static class MatrixColumns
{
    /// <summary>How many columns a matrix has at most when none are asked for.</summary>
    public const int MostByThemselves = 80;

    /// <summary>
    /// The columns: types, <c>TYPE/SUBRESOURCE</c> and URL paths that are asked for, or those that granted rules mention.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="mapper">Knows the types.</param>
    /// <param name="asked">What is asked for; empty for what the policy suggests.</param>
    /// <param name="verbs">The only verbs to ask about; empty for those that each resource has.</param>
    /// <param name="includeDefaults">True to count default bindings as well.</param>
    /// <param name="warn">Told what is odd about the words.</param>
    public static ImmutableArray<MatrixResource> Of(
        PolicySet policy, RestMapper mapper, IReadOnlyCollection<string> asked, IReadOnlyCollection<string> verbs, bool includeDefaults, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(mapper);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(verbs);
        ArgumentNullException.ThrowIfNull(warn);
        var mentioned = MatrixSelection.ResourcesOf(policy, mapper.Discovery, includeDefaults || asked.Count > 0);
        if (asked.Count == 0 && mentioned.Length > MostByThemselves)
        {
            warn($"the {MostByThemselves} resources granted most of {mentioned.Length}: name others with --resource");
        }

        var resources = asked.Count > 0
            ? asked.Select(a => ResourceOf(a, mapper, mentioned, warn)).DistinctBy(r => r.Title, StringComparer.Ordinal)
            : mentioned.Take(MostByThemselves);
        return verbs.Count == 0 ? [.. resources] : [.. resources.Select(r => r with { Verbs = [.. verbs.Distinct(StringComparer.Ordinal)] })];
    }

    private static MatrixResource ResourceOf(string argument, RestMapper mapper, ImmutableArray<MatrixResource> mentioned, Action<string> warn)
    {
        if (argument.StartsWith('/'))
        {
            return MatrixResource.OfPath(argument);
        }

        var slash = argument.IndexOf('/', StringComparison.Ordinal);
        var resolved = ResourceArgument.Resolve(slash < 0 ? argument : argument[..slash], mapper);
        foreach (var warning in resolved.Warnings)
        {
            warn(warning);
        }

        var resource = MatrixResource.Of(
            resolved.Resource.Group, resolved.Resource.Resource, slash < 0 ? "" : argument[(slash + 1)..], mapper.Discovery);
        return mentioned.FirstOrDefault(m => m.Title == resource.Title) ?? resource;
    }
}
