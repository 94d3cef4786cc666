using System.Collections.Immutable;
using AuthzSim.Requests;

namespace AuthzSim.Usages;

/// <summary>Requests of a log that are the same to RBAC.</summary>
/// <param name="Request">The request, as its user made it.</param>
/// <param name="WasAllowed">True when the server allowed it.</param>
/// <param name="Count">How often it was made.</param>
/// <param name="Last">When it was made last.</param>
public sealed record SeenRequest(RequestAttributes Request, bool WasAllowed, long Count, DateTimeOffset Last);

/// <summary>What tells one <see cref="SeenRequest"/> from another.</summary>
internal readonly record struct SeenKey(
    string User, GroupList Groups, string Verb, string ApiGroup, string Resource, string Subresource, string Namespace, string Name, string Path, bool WasAllowed);

/// <summary>Groups in the order of a user; equal to a list of the same groups.</summary>
internal readonly record struct GroupList(ImmutableArray<string> Items)
{
    public bool Equals(GroupList other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var group in Items)
        {
            hash.Add(group, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
