using System.Collections.Immutable;

namespace AuthzSim.Requests;

/// <summary>
/// Who asks: the effective user, after impersonation (upstream: <c>k8s.io/apiserver/pkg/authentication/user.Info</c>).
/// RBAC looks at the name and the groups only.
/// </summary>
public sealed record UserInfo
{
    /// <summary>The user name; service accounts are <c>system:serviceaccount:NAMESPACE:NAME</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>An identity that outlives the name; RBAC ignores it.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Groups in order, duplicates possible, exactly as the authenticator gave them.</summary>
    public ImmutableArray<string> Groups { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Further attributes of the user; RBAC ignores them.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Extra { get; init; } = NoExtra;

    /// <summary>No further attributes, with the ordinal order every map here has.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> NoExtra { get; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>A user with exactly this name and these groups; nothing is added.</summary>
    /// <param name="name">The user name.</param>
    /// <param name="groups">The groups.</param>
    public static UserInfo Of(string name, params ReadOnlySpan<string> groups) => new() { Name = name, Groups = [.. groups] };

    /// <summary>
    /// The user that <c>kubectl --as NAME --as-group GROUP</c> makes of a caller who may impersonate anyone
    /// (upstream: <c>endpoints/filters/impersonation</c>): a service account or node named without groups gets its own, and
    /// everybody but <c>system:anonymous</c> is in <c>system:authenticated</c>.
    /// </summary>
    /// <param name="name">The user name; must not be empty.</param>
    /// <param name="groups">The groups given; empty values count.</param>
    /// <param name="uid">The uid given, or <c>""</c>.</param>
    /// <param name="extra">The extra attributes given, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public static UserInfo Impersonated(
        string name,
        ImmutableArray<string> groups = default,
        string uid = "",
        ImmutableSortedDictionary<string, ImmutableArray<string>>? extra = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var result = groups.IsDefaultOrEmpty ? OwnGroups(name, nameOnly: uid.Length == 0 && extra is null or { Count: 0 }) : groups;
        if (name == WellKnownUsers.Anonymous)
        {
            result = result.Contains(WellKnownUsers.Unauthenticated) ? result : result.Add(WellKnownUsers.Unauthenticated);
        }
        else if (!result.Contains(WellKnownUsers.Authenticated) && !result.Contains(WellKnownUsers.Unauthenticated))
        {
            result = result.Add(WellKnownUsers.Authenticated);
        }

        return new UserInfo { Name = name, Uid = uid, Groups = result, Extra = extra ?? NoExtra };
    }

    /// <inheritdoc/>
    public bool Equals(UserInfo? other) =>
        other is not null && Name == other.Name && Uid == other.Uid
        && Groups.AsSpan().SequenceEqual(other.Groups.AsSpan())
        && Extra.Count == other.Extra.Count
        && Extra.Zip(other.Extra).All(p => p.First.Key == p.Second.Key && p.First.Value.AsSpan().SequenceEqual(p.Second.Value.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Uid, Groups.Length, Extra.Count);

    private static ImmutableArray<string> OwnGroups(string name, bool nameOnly)
    {
        if (ServiceAccountNames.TrySplitUserName(name, out var @namespace, out _))
        {
            return [WellKnownUsers.ServiceAccounts, WellKnownUsers.ServiceAccounts + ":" + @namespace];
        }

        return nameOnly && WellKnownUsers.IsNode(name) ? [WellKnownUsers.Nodes] : [];
    }
}
